"""Who decides, step by step: who signed on what stands there, and who still can."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from governance.access.queries import Entitled
from governance.actors import Actor
from governance.templatetags.foureyes import day
from workflows.desk.panel import Rule, Seat
from workflows.desk.queries.dossier import Dossier
from workflows.lifecycle.queries import (
    AGREEING,
    OUT,
    REFUSING,
    Asked,
    Left,
    escalated_among,
    left_in,
    open_round,
)
from workflows.policies.definition import Move, Step
from workflows.policies.labels import role_words, step_title

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.lifecycle.models import Decision


# Who decides -----------------------------------------------------------------------------------
def rules_of(actor: Actor, dossier: Dossier) -> list[Rule]:
    """Every step of validation and approval: who signed on what stands there, who still can."""
    if dossier.definition is None or dossier.case is None:
        return []
    left = _left(dossier)
    return [
        _rule(actor, dossier, move, step, left if dossier.move is move else None)
        for move in (Move.VALIDATE, Move.APPROVE)
        for step in dossier.definition.moves[move].steps
    ]


def _left(dossier: Dossier) -> Left | None:
    """Who is left for the move that is open."""
    if dossier.case is None or dossier.move is None:
        return None
    if (round_ := open_round(dossier.case, dossier.move)) is None:
        return None
    decisions = [one for one in dossier.decisions if one.round_id == round_.pk]
    asked = Asked(dossier.version, dossier.case, round_, decisions, dossier.digest or "")
    late = {round_.pk: escalated_among(dossier.tasks, asked)}
    return left_in([asked], late)[dossier.case.pk]


def _rule(actor: Actor, dossier: Dossier, move: Move, step: Step, left: Left | None) -> Rule:
    signers = signers_of(dossier, move, step)
    able = _able(left, step) if left else []
    me = next((one for one in able if one.person == actor.person_id), None)
    open_ = max(step.quorum - len(signers), 0)
    seats = [Seat("signed", decision.person.full_name) for decision in signers]
    seats += [Seat("you", me.name)] if me and open_ else []
    seats += [Seat("open")] * (step.quorum - len(seats))
    return Rule(
        role=role_words(step.role, step.quorum) if not step.title else step_title(step),
        signed=len(signers),
        needed=step.quorum,
        seats=seats,
        done=", ".join(_signed_words(decision) for decision in signers),
        open=_names(able, actor.person_id) if open_ else "",
        short=_short_words(left, step) if left else "",
    )


def _able(left: Left, step: Step) -> list[Entitled]:
    """Those who can take a seat in a step that is asked now, by name."""
    asked = (one for one in left.progress.open_steps if one.step.name == step.name)
    roles = {role for one in asked for role in one.open_roles}
    return [one for one in left.people if one.roles & roles]


def _short_words(left: Left, step: Step) -> str:
    """That somebody is missing in a step, and what can be done about it; empty when nobody is."""
    if step.name not in left.short:
        return ""
    if left.late:
        return _(
            "Too few people can still sign. An administrator must grant the role to somebody who "
            "took no part."
        )
    return _(
        "Too few people can still sign, and a role that is given now does not count in this case. "
        "Withdraw it and submit a new version: that one asks whoever holds the role by then."
    )


def signers_of(dossier: Dossier, move: Move, step: Step) -> "list[Decision]":
    """The approvals that count: on this digest while the round is open, else of the one passed."""
    digests = {"open": dossier.digest}
    return [
        decision
        for decision in dossier.decisions
        if decision.round.move == move.value
        and decision.round.state in {"open", "passed"}
        and _is_of(decision, step)
        and decision.kind in AGREEING
        and decision.digest == digests.get(decision.round.state, decision.round.digest)
    ]


def _is_of(decision: "Decision", step: Step) -> bool:
    """Decisions from before steps had names are of the step that asks their role."""
    return decision.step == step.name if decision.step else decision.role_id in step.roles


def _names(people: "Sequence[Entitled]", me: UUID | None) -> str:
    names = [_("you")] if any(one.person == me for one in people) else []
    return ", ".join([*names, *(one.name for one in people if one.person != me)])


def _signed_words(decision: "Decision") -> str:
    said = f"{decision.person.full_name}, {day(decision.decided_at)}"
    if decision.kind == "approve_with_conditions":
        return _("{said}, with conditions").format(said=said)
    if decision.kind == "validate_with_findings":
        return _("{said}, with findings").format(said=said)
    return said


def stands_aside(decision: "Decision", digest: str | None) -> bool:
    """Whether somebody is out of the round: for good, or for what is there now."""
    return decision.kind in OUT or (decision.kind == "abstain" and decision.digest == digest)


def says_no(decision: "Decision", digest: str | None) -> bool:
    """Whether somebody refused what is there now."""
    return decision.kind in REFUSING and decision.digest == digest
