"""One line of a timeline: an entry of the log in a sentence. Pure.

A person's name stands before the words; what the product did is a sentence of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from governance.evaluation.labels import gate_title
from governance.templatetags.foureyes import day
from workflows.desk.timeline_words import (
    AGREED,
    ASKED,
    DECISIONS,
    OUTCOMES,
    TASKS,
    TRIGGERS,
)
from workflows.policies.labels import role_words

PERSON, SIGNED, SYSTEM = "person", "signed", "system"


@dataclass(frozen=True, slots=True)
class Happening:
    """What a sentence is made of: the parts of an entry that may still be disclosed."""

    action: str
    label: str
    after: Mapping[str, Any]
    details: Mapping[str, Any]
    personal: Mapping[str, str]
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Telling:
    """How it is told: `kind` of seat (empty: whoever acted), words, state reached, quotation."""

    what: str
    kind: str = ""
    state: str = ""
    quote: str = ""
    quote_note: str = ""
    comment: str = ""
    replaces: str = ""


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """One line as it is drawn by `components/timeline.html`.

    `comment`: its id, if it is one; `open_to`: the person who may still change it.
    """

    who: str
    kind: str
    what: str
    state: str
    quote: str
    quote_note: str
    at: datetime
    number: int | None
    url: str
    comment: str = ""
    open_to: UUID | None = None


def tell(happening: Happening) -> Telling:
    """An entry in words; one that has none here is told by its label."""
    teller = TELLERS.get(happening.action)
    return teller(happening) if teller else Telling(happening.label, kind=SYSTEM)


def _moved(words: str, state: str, quoted: str = "") -> Callable[[Happening], Telling]:
    def teller(happening: Happening) -> Telling:
        return Telling(_(words), state=state, quote=happening.personal.get(quoted, ""))

    return teller


def _by_itself(words: str, state: str) -> Callable[[Happening], Telling]:
    def teller(happening: Happening) -> Telling:
        reason = str(happening.details.get("reason", ""))
        return Telling(_(words), kind=SYSTEM, state=state, quote=reason)

    return teller


def _created(_happening: Happening) -> Telling:
    return Telling(_("started the draft"))


def _uploaded(happening: Happening) -> Telling:
    return Telling(_("uploaded {files}").format(files=", ".join(happening.files)))


def _compared(happening: Happening) -> Telling:
    against = happening.after.get("champion")
    words = _("Compared with the champion") if against else _("Measured; there is no champion yet")
    return Telling(words, kind=SYSTEM)


def _gates(happening: Happening) -> Telling:
    outcomes = [str(told.get("outcome", "")) for told in happening.after.values()]
    ended = ngettext("%(n)d gate ended", "%(n)d gates ended", len(outcomes)) % {"n": len(outcomes)}
    passed = sum(outcome in {"passed", "waived"} for outcome in outcomes)
    return Telling(
        _("{ended}: {passed} passed, {other} not").format(
            ended=ended, passed=passed, other=len(outcomes) - passed
        ),
        kind=SYSTEM,
    )


def _commented(happening: Happening) -> Telling:
    replaces = str(happening.after.get("replaces", ""))
    return Telling(
        _("changed a comment") if replaces else _("commented"),
        quote=happening.personal.get("text", ""),
        comment=str(happening.after.get("comment", "")),
        replaces=replaces,
    )


def _reported(happening: Happening) -> Telling:
    words = _("wrote the validation report")
    return Telling(words, quote=happening.personal.get("conclusion", ""))


def _decided(happening: Happening) -> Telling:
    after = happening.after
    digest = str(after.get("digest", ""))
    words = _decision_words(str(after.get("move", "")), str(after.get("kind", "")))
    if giver := happening.personal.get("on_behalf_of", ""):
        words = _("{words}, standing in for {giver}").format(words=words, giver=giver)
    return Telling(
        words,
        kind=SIGNED,
        quote=happening.personal.get("comment", ""),
        quote_note=_("for digest {digest}, as {role}").format(
            digest=f"{digest[:4]}…{digest[-4:]}", role=role_words(str(after.get("role", "")))
        ),
    )


def _decision_words(move: str, kind: str) -> str:
    if kind in DECISIONS:
        return _(DECISIONS[kind])
    if kind == "reject":
        return _("decided: not validated") if move == "validate" else _("decided: reject")
    return _(AGREED.get(move, "decided: validated"))


def _asked_anew(happening: Happening) -> Telling:
    trigger = str(happening.after.get("trigger", ""))
    words = _("Its validation is asked for: {why}").format(why=_(TRIGGERS.get(trigger, trigger)))
    return Telling(words, kind=SYSTEM)


def _judged_anew(happening: Happening) -> Telling:
    outcome = str(happening.after.get("outcome", ""))
    words = _("decided, of what is used: {outcome}").format(outcome=_(OUTCOMES.get(outcome, "")))
    return Telling(words, quote=happening.personal.get("conclusion", ""))


def _ended_exception(happening: Happening) -> Telling:
    ends = {
        "validated": _("The exception ended: it is validated"),
        "expired": _("The exception ended without validation"),
        "revoked": _("The exception was taken back"),
    }
    return Telling(ends.get(str(happening.after.get("state", "")), ""), kind=SYSTEM)


def _condition(words: str, quoted: str = "") -> Callable[[Happening], Telling]:
    def teller(happening: Happening) -> Telling:
        told = _(words).format(condition=f"C-{happening.after.get('condition', '')}")
        return Telling(told, quote=happening.personal.get(quoted, ""))

    return teller


def _waived(happening: Happening) -> Telling:
    after = happening.after
    until = datetime.fromisoformat(str(after.get("expires_at")))
    told = _("waived the gate “{gate}” until {day}").format(
        gate=gate_title(str(after.get("gate", ""))), day=day(until)
    )
    return Telling(told, quote=happening.personal.get("reason", ""))


def _finding(words: str, quoted: str) -> Callable[[Happening], Telling]:
    def teller(happening: Happening) -> Telling:
        name = f"F-{happening.after.get('finding', '')}"
        return Telling(
            _(words).format(finding=name, title=happening.personal.get("title", "")),
            quote=happening.personal.get(quoted, ""),
        )

    return teller


def _promotion(words: str) -> Callable[[Happening], Telling]:
    def teller(happening: Happening) -> Telling:
        target = str(happening.details.get("target", ""))
        told = _(words).format(target=target)
        return Telling(told, kind=SYSTEM, quote=str(happening.details.get("reason", "")))

    return teller


def _held(happening: Happening) -> Telling:
    words = gettext_noop("Held, to {target}: the line is stopped")
    if happening.details.get("until") == "healthy":
        words = gettext_noop(
            "Held, to {target}: an earlier target has not been healthy for its soak time"
        )
    return _promotion(words)(happening)


def _live_asked(happening: Happening) -> Telling:
    words = _(ASKED[str(happening.after.get("kind", ""))])
    return Telling(words, quote=happening.personal.get("reason", ""))


def _said(words: str, quoted: str) -> Callable[[Happening], Telling]:
    def teller(happening: Happening) -> Telling:
        return Telling(_(words), quote=happening.personal.get(quoted, ""))

    return teller


def _asked(happening: Happening) -> Telling:
    after = happening.after
    task = _(TASKS.get(str(after.get("verb", "")), ""))
    if role := str(after.get("role", "")):
        words = _("Holders of the role {role} are asked to {task}")
        told = words.format(role=role_words(role), task=task)
    else:
        told = _("Asked by name to {task}").format(task=task)
    due = str(after.get("due_at") or "")
    if due:
        told = _("{told}, by {day}").format(told=told, day=day(datetime.fromisoformat(due)))
    return Telling(told, kind=SYSTEM)


def _task_ended(happening: Happening) -> Telling:
    task = _(TASKS.get(str(happening.after.get("verb", "")), ""))
    done = happening.after.get("outcome") == "done"
    words = _("Done: {task}") if done else _("No longer asked to {task}")
    return Telling(words.format(task=task), kind=SYSTEM)


def _case_closed(happening: Happening) -> Telling:
    outcome = str(happening.after.get("outcome", "")).replace("_", " ")
    known = OUTCOMES.get(str(happening.after.get("outcome", "")))
    return Telling(
        _("Case closed: {outcome}").format(outcome=_(known) if known else outcome), kind=SYSTEM
    )


TELLERS: Mapping[str, Callable[[Happening], Telling]] = {
    "artifact.uploaded": _uploaded,
    "case.closed": _case_closed,
    "comparison.completed": _compared,
    "condition.breached": _condition(gettext_noop("{condition} was not met in time")),
    "condition.closed": _condition(gettext_noop("found {condition} met")),
    "condition.met": _condition(gettext_noop("gave evidence for {condition}"), "evidence"),
    "condition.set": _condition(gettext_noop("set the condition {condition}"), "text"),
    "condition.voided": _condition(gettext_noop("took {condition} back"), "reason"),
    "decision.recorded": _decided,
    "evidence.uploaded": _uploaded,
    "exception.ended": _ended_exception,
    "finding.answered": _finding(gettext_noop("answered {finding}"), "answer"),
    "finding.closed": _finding(gettext_noop("closed {finding}"), ""),
    "finding.raised": _finding(gettext_noop("raised {finding}: {title}"), "text"),
    "gate.completed": _gates,
    "gate.waived": _waived,
    "live_change.asked": _live_asked,
    "live_change.refused": _said(gettext_noop("refused it, or took it back"), "comment"),
    "live_change.reviewed": _said(gettext_noop("reviewed what was signed"), "text"),
    "live_change.signed": _said(gettext_noop("completed the signatures"), ""),
    "promotion.closed": _promotion(gettext_noop("Pull request closed for {target}")),
    "promotion.deployed": _promotion(gettext_noop("The approved content stands at {target}")),
    "promotion.diverged": _promotion(
        gettext_noop("What merged for {target} is not what was approved")
    ),
    "promotion.held": _held,
    "promotion.released": _promotion(gettext_noop("No longer held, to {target}")),
    "promotion.merged": _promotion(gettext_noop("Pull request merged for {target}")),
    "promotion.opened": _promotion(gettext_noop("Pull request opened for {target}")),
    "promotion.requested": _promotion(gettext_noop("Pull request asked for, to {target}")),
    "revision.abandoned": _said(gettext_noop("ended it without a successor"), "reason"),
    "task.closed": _task_ended,
    "task.opened": _asked,
    "validation_report.written": _reported,
    "validation.asked_again": _asked_anew,
    "version.admitted": _moved(
        gettext_noop("admitted it to use before validation"), "validated", "reason"
    ),
    "checks.cancelled": _moved(gettext_noop("cancelled the checks"), ""),
    "checks.restarted": _moved(gettext_noop("began the checks again"), ""),
    "version.approved": _moved(gettext_noop("completed the approval"), "approved"),
    "version.changes_requested": _moved(gettext_noop("asked for changes"), "rejected"),
    "version.commented": _commented,
    "version.created": _created,
    "version.deployed": _by_itself(gettext_noop("The version is champion now"), "deployed"),
    "version.rejected": _moved(gettext_noop("rejected the version"), "rejected"),
    "version.reopened": _by_itself(gettext_noop("The approval was taken back"), "validated"),
    "version.resumed": _by_itself(gettext_noop("The version is live again"), "deployed"),
    "version.rolled_back": _by_itself(gettext_noop("Rolled back to this version"), "deployed"),
    "version.suspended": _by_itself(gettext_noop("The version takes no request"), "suspended"),
    "version.retired": _moved(gettext_noop("retired the version"), "retired", "reason"),
    "version.submitted": _moved(gettext_noop("submitted the version"), "submitted", "comment"),
    "version.superseded": _by_itself(gettext_noop("Another version took its place"), "superseded"),
    "version.validated": _moved(gettext_noop("completed the validation"), "validated"),
    "version.validated_again": _judged_anew,
    "version.withdrawn": _moved(gettext_noop("withdrew the version"), "withdrawn", "reason"),
}
