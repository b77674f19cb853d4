"""What a person did: decisions, merges, answers; the tab "Done" of the inbox."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from governance.actors import Actor
from governance.inventory.models import ModelVersion
from workflows.cases.models import Task
from workflows.cases.naming import address_of, label_of
from workflows.cases.queries import DECIDED, tasks_done_by
from workflows.desk.queries.lists import Narrowing, narrowed
from workflows.lifecycle.queries import decisions_by
from workflows.policies.definition import Move

SHOWN_DONE = 100

LIVE_WORDS = {
    Move.EMERGENCY: gettext_lazy("Signed in an emergency"),
    Move.RETIRE: gettext_lazy("Agreed to the retirement"),
}


@dataclass(frozen=True, slots=True)
class DoneRow:
    """One thing that a person did."""

    at: datetime
    title: str
    version: str
    url: str
    what: str
    state: str


def done_tasks(actor: Actor) -> QuerySet[Task]:
    """What a person did and left no decision of, which would be counted from its own row."""
    return tasks_done_by(actor).exclude(verb__in=DECIDED)


def done_rows(actor: Actor, narrowing: Narrowing) -> list[DoneRow]:
    """The newest things that a person did: decisions, merges, answers."""
    decisions = narrowed(decisions_by(actor), "round__version", narrowing)[:SHOWN_DONE]
    tasks = narrowed(done_tasks(actor), "case__version", narrowing)[:SHOWN_DONE]
    rows = [
        _done_row(d.round.version, d.decided_at, decision_words(d.round.move, d.kind))
        for d in decisions
    ]
    rows += [
        _done_row(t.case.version, t.closed_at or t.opened_at, _done_words(t.verb)) for t in tasks
    ]
    return sorted(rows, key=lambda row: row.at, reverse=True)[:SHOWN_DONE]


def _done_row(version: ModelVersion, at: datetime, what: str) -> DoneRow:
    title, url = version.model.title, address_of(version)
    return DoneRow(at, title, label_of(version), url, what, version.state)


def decision_words(move: str, kind: str) -> str:
    """What a person decided, as they would say it."""
    if move in LIVE_WORDS and kind in {"approve", "reject"}:
        return str(LIVE_WORDS[Move(move)] if kind == "approve" else _("Refused"))
    validating = move == Move.VALIDATE
    words = {
        "approve": _("Validated") if validating else _("Signed the approval"),
        "approve_with_conditions": _("Signed the approval, with conditions"),
        "validate_with_findings": _("Validated with findings"),
        "reject": _("Not validated") if validating else _("Rejected"),
        "request_changes": _("Requested changes"),
        "abstain": _("Abstained"),
        "recuse": _("Stepped aside"),
        "delegate": _("Delegated the decision"),
    }
    return words[kind]


def _done_words(verb: str) -> str:
    return {
        Task.Verb.MERGE: _("Merged the pull request"),
        Task.Verb.LOOK: _("Looked at the alert"),
        Task.Verb.ANSWER: _("Answered the finding"),
        Task.Verb.REVISE: _("Submitted a successor"),
        Task.Verb.MEET: _("Gave evidence for a condition"),
        Task.Verb.CHECK: _("Judged a condition"),
        Task.Verb.ESCALATE: _("Followed a breached condition"),
        Task.Verb.ROLL_BACK: _("Rolled back"),
        Task.Verb.REVIEW: _("Reviewed an emergency"),
    }[Task.Verb(verb)]
