"""What stands beside a case: who decides, whether the reader may, and what follows if they do."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.actors import Actor
from governance.inventory.states import State
from workflows.cases.models import Case
from workflows.desk.panel import Aside, Line, Panel, Rule
from workflows.desk.queries.asked import step_named
from workflows.desk.queries.choices import choices_of, consequences_of
from workflows.desk.queries.dossier import Dossier, dossier_of
from workflows.desk.queries.panel_rules import rules_of, says_no, signers_of, stands_aside
from workflows.desk.reasons import what_comes_next
from workflows.desk.since import changed_since
from workflows.lifecycle.queries import (
    AGREEING,
    Standing,
    blocking,
    digest_parts,
    missing_for_submission,
    standing_of,
)
from workflows.policies.definition import Definition, Move, OnReject
from workflows.policies.labels import asked_words
from workflows.policies.progress import StepProgress

if TYPE_CHECKING:
    from workflows.lifecycle.models import Decision

BY_ITSELF = {"waiting", "preparing", "merged", "deployed"}


def panel_of(
    actor: Actor, dossier: Dossier, may: frozenset[str] = frozenset(), *, chosen: str = ""
) -> Panel:
    """The panel as this person sees it.

    `may` holds the verbs besides deciding; `chosen` is the decision picked before.
    """
    rules = rules_of(actor, dossier)
    if dossier.case is None:
        return _draft(dossier, may)
    if dossier.move is None or dossier.definition is None:
        kept = [rule for rule in rules if rule.signed]
        return Panel("after", _("Decisions"), kept, may=may, moving=_moving(dossier))
    panel = _asking(actor, dossier, dossier.case, dossier.move, rules, chosen, may)
    return replace(panel, then=what_comes_next(dossier.version.state))


def _moving(dossier: Dossier) -> bool:
    """Whether something comes next without anybody: no merge is waited for, nothing gave up."""
    approved = dossier.version.state == State.APPROVED.value
    by_itself = all(promotion.state in BY_ITSELF for promotion in dossier.promotions)
    return approved and by_itself and not dossier.gave_up


def _asking(
    actor: Actor,
    dossier: Dossier,
    case: Case,
    move: Move,
    rules: Sequence[Rule],
    chosen: str,
    may: frozenset[str],
) -> Panel:
    """While people are asked."""
    standing = standing_of(actor, dossier.version, case, move, dossier.digest)
    if dossier.digest is None:
        reasons = blocking(dossier.version, case, move)
        title = _("Nobody can decide yet")
        return Panel("checking", title, rules, dossier.due_at, reason=reasons[0], may=may)
    if not standing.may:
        return _closed(actor, dossier, standing, rules, may)
    since = _since(actor, dossier, case, move)
    return _open(dossier, since, case, move, standing, rules, chosen, may)


def _draft(dossier: Dossier, may: frozenset[str]) -> Panel:
    if dossier.version.state != State.DRAFT.value:
        return Panel(kind="after", title=_("Decisions"), rules=(), may=may)
    missing = (
        missing_for_submission(dossier.version, dossier.definition) if dossier.definition else ()
    )
    return Panel(kind="draft", title=_("Not submitted yet"), rules=(), may=may, missing=missing)


def _closed(
    actor: Actor,
    dossier: Dossier,
    standing: Standing,
    rules: Sequence[Rule],
    may: frozenset[str],
) -> Panel:
    signed = any(
        decision.person_id == actor.person_id and decision.digest == dossier.digest
        for decision in dossier.decisions
        if decision.round.move == dossier.move
    )
    return Panel(
        kind="closed",
        title=_("You have decided") if signed else _("You cannot decide this"),
        rules=rules,
        against=_against(dossier),
        due_at=dossier.due_at,
        reason=standing.reason,
        remedy=standing.remedy,
        signed=signed,
        may=may,
    )


def _open(
    dossier: Dossier,
    since: Sequence[str],
    case: Case,
    move: Move,
    standing: Standing,
    rules: Sequence[Rule],
    chosen: str,
    may: frozenset[str],
) -> Panel:
    against = blocking(dossier.version, case, move)
    return Panel(
        kind="decide",
        title=_("Your decision"),
        rules=rules,
        due_at=dossier.due_at,
        blocking=against,
        choices=choices_of(dossier, move, chosen, blocked=bool(against)),
        consequences=consequences_of(
            dossier,
            move,
            () if against else _then(dossier, move),
            left=_refusals_left(dossier, move, standing.step),
        ),
        aside=_aside(dossier),
        against=_against(dossier),
        since=since,
        role=standing.role,
        step=standing.step,
        signs=_signs(dossier, move, standing.step),
        may=may,
    )


def _signs(dossier: Dossier, move: Move, name: str) -> bool:
    step = step_named(dossier.definition, move, name)
    return step is not None and step.signature


def _since(actor: Actor, dossier: Dossier, case: Case, move: Move) -> list[str]:
    """What changed since the reader signed, when that signature does not count any more."""
    mine = [
        decision
        for decision in dossier.decisions
        if decision.person_id == actor.person_id
        and decision.round.state == "open"
        and decision.kind in AGREEING
    ]
    parts = digest_parts(dossier.version, case, move) if mine else None
    return changed_since(mine[-1].parts, parts) if parts else []


def _aside(dossier: Dossier) -> list[Aside]:
    """Who abstained, stepped aside or delegated in the round that is open, and why."""
    return [
        Aside(decision.person.full_name, _aside_words(decision), decision.comment)
        for decision in dossier.decisions
        if decision.round.state == "open" and stands_aside(decision, dossier.digest)
    ]


def _against(dossier: Dossier) -> list[Aside]:
    """Who said no to what stands there while others may still agree, and why."""
    words = {"reject": _("rejected"), "request_changes": _("asked for changes")}
    return [
        Aside(decision.person.full_name, words[decision.kind], decision.comment)
        for decision in dossier.decisions
        if decision.round.state == "open" and says_no(decision, dossier.digest)
    ]


def _refusals_left(dossier: Dossier, move: Move, name: str) -> int:
    """How many more must say no after the reader to end the round; 0: theirs does."""
    step = step_named(dossier.definition, move, name)
    if step is None or dossier.definition is None:
        return 0
    if dossier.definition.moves[move].on_reject is OnReject.ENDS:
        return 0
    said = [
        decision
        for decision in dossier.decisions
        if decision.round.state == "open"
        and decision.step == name
        and says_no(decision, dossier.digest)
    ]
    return max(StepProgress(step).refusals_to_end - len(said) - 1, 0)


def _aside_words(decision: "Decision") -> str:
    if decision.delegate is not None:
        return _("delegated to {name}").format(name=decision.delegate.full_name)
    return _("abstained") if decision.kind == "abstain" else _("stepped aside")


# What follows ----------------------------------------------------------------------------------
def _then(dossier: Dossier, move: Move) -> list[Line]:
    definition = dossier.definition
    if definition is None:
        return []
    left = _left_after(dossier, definition, move)
    if left:
        words = ngettext(
            "{count} more signature is needed then", "{count} more signatures are needed then", left
        )
        return [Line("people", words.format(count=left))]
    return _approved(dossier) if move is Move.APPROVE else _validated(definition)


def _left_after(dossier: Dossier, definition: Definition, move: Move) -> int:
    """How many signatures are still missing once this person has signed."""
    steps = definition.moves[move].steps
    return sum(step.quorum - len(signers_of(dossier, move, step)) for step in steps) - 1


def _validated(definition: Definition) -> list[Line]:
    lines = [Line("validated", _("The version becomes validated"))]
    for step in definition.moves[Move.APPROVE].steps:
        asked = asked_words(step)
        words = ngettext(
            "{asked} are asked, within {days} working day",
            "{asked} are asked, within {days} working days",
            step.due_business_days,
        )
        lines.append(Line("bell", words.format(asked=asked, days=step.due_business_days)))
    return lines


def _approved(dossier: Dossier) -> list[Line]:
    lines = [Line("approved", _("Quorum is reached: the version becomes approved"))]
    first = [target for target in dossier.route if target.position == dossier.route[0].position]
    lines += [
        Line(
            "branch",
            _("A pull request opens in {repository}, for {target}").format(
                repository=target.repository, target=target.name
            ),
        )
        for target in first
    ]
    return [*lines, Line("merge", _("MLOps is asked to merge it; nothing goes live before"))]


def takes_signature(actor: Actor, name: str, number: int) -> bool:
    """Whether the decision that the actor could take on a version now is signed."""
    dossier = dossier_of(actor, name, number)
    if dossier.case is None or dossier.move is None:
        return False
    standing = standing_of(actor, dossier.version, dossier.case, dossier.move, dossier.digest)
    return _signs(dossier, dossier.move, standing.step)
