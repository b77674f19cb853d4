"""Who decides, step by step: who signed on what stands there, and who still can."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _

from governance.access.queries import holders_of
from governance.actors import Actor
from governance.templatetags.foureyes import day
from workflows.desk.panel import Rule, Seat
from workflows.desk.queries.dossier import Dossier, is_barred
from workflows.lifecycle.queries import AGREEING, OUT, PART_OF, REFUSING
from workflows.policies.definition import Move, Step
from workflows.policies.labels import role_words, step_title
from workflows.policies.progress import Vote, progress_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from governance.access.models import Person
    from workflows.lifecycle.models import Decision


# Who decides -----------------------------------------------------------------------------------
def rules_of(actor: Actor, dossier: Dossier) -> list[Rule]:
    """Every step of validation and approval: who signed on what stands there, who still can."""
    if dossier.definition is None or dossier.case is None:
        return []
    return [
        _rule(actor, dossier, move, step, asked=dossier.move is move and number <= _stage(dossier))
        for move in (Move.VALIDATE, Move.APPROVE)
        for number, stage in enumerate(dossier.definition.moves[move].stages)
        for step in stage
    ]


def _stage(dossier: Dossier) -> int:
    """Which stage of the open move is asked now."""
    if dossier.definition is None or dossier.move is None:
        return 0
    rules, move = dossier.definition.moves[dossier.move], dossier.move
    votes = [
        Vote(decision.person_id, decision.role_id, step.name)
        for step in rules.steps
        for decision in signers_of(dossier, move, step)
    ]
    return progress_of(rules, votes).stage


def _rule(actor: Actor, dossier: Dossier, move: Move, step: Step, *, asked: bool) -> Rule:
    signers = signers_of(dossier, move, step)
    able = _able(dossier, move, step, signers) if asked else []
    me = next((person for person in able if person.pk == actor.person_id), None)
    left = max(step.quorum - len(signers), 0)
    seats = [Seat("signed", decision.person.full_name) for decision in signers]
    seats += [Seat("you", me.full_name)] if me and left else []
    seats += [Seat("open")] * (step.quorum - len(seats))
    return Rule(
        role=role_words(step.role, step.quorum) if not step.title else step_title(step),
        signed=len(signers),
        needed=step.quorum,
        seats=seats,
        done=", ".join(_signed_words(decision) for decision in signers),
        open=_names(able, actor.person_id) if asked and left else "",
        short=asked and len(able) < left,
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


def _able(
    dossier: Dossier, move: Move, step: Step, signers: "Sequence[Decision]"
) -> "list[Person]":
    part = PART_OF[move]
    gone = {decision.person_id for decision in signers} | {
        decision.person_id
        for decision in dossier.decisions
        if decision.round.state == "open"
        and (stands_aside(decision, dossier.digest) or says_no(decision, dossier.digest))
    }
    return [
        person
        for person in _holders(dossier, move, step)
        if person.pk not in gone and not is_barred(dossier, person.pk, part)
    ]


def _holders(dossier: Dossier, move: Move, step: Step) -> "QuerySet[Person]":
    """Who holds the role, and did so before the case was opened unless late grants count."""
    assert dossier.definition is not None
    late = dossier.definition.moves[move].late_grants
    before = dossier.case.opened_at if dossier.case and not late else None
    return holders_of(step.roles, dossier.version, before=before).order_by("full_name")


def _names(people: "Sequence[Person]", me: UUID | None) -> str:
    names = [_("you")] if any(person.pk == me for person in people) else []
    return ", ".join([*names, *(person.full_name for person in people if person.pk != me)])


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
