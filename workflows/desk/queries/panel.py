"""What stands beside a case: who decides, whether the reader may, and what follows if they do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.access.queries import holders_of
from governance.actors import Actor
from governance.inventory.states import State
from governance.templatetags.foureyes import day
from workflows.cases.models import Case
from workflows.desk.panel import Aside, Line, Panel, Rule, Seat
from workflows.desk.queries.asked import step_named
from workflows.desk.queries.choices import choices_of, consequences_of
from workflows.desk.queries.dossier import Dossier, dossier_of, is_barred
from workflows.desk.since import changed_since
from workflows.lifecycle.queries import (
    AGREEING,
    OUT,
    PART_OF,
    Standing,
    blocking,
    digest_parts,
    missing_for_submission,
    standing_of,
)
from workflows.policies.definition import Definition, Move, Step
from workflows.policies.labels import asked_words, role_words, step_title
from workflows.policies.progress import Vote, progress_of

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from governance.access.models import Person
    from workflows.lifecycle.models import Decision


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
        moving = dossier.version.state == State.APPROVED.value and not dossier.pull_requests
        return Panel("after", _("Decisions"), kept, may=may, moving=moving)
    standing = standing_of(actor, dossier.version, dossier.case, dossier.move, dossier.digest)
    if dossier.digest is None:
        reasons = blocking(dossier.version, dossier.case, dossier.move)
        title = _("Nobody can decide yet")
        return Panel("checking", title, rules, dossier.due_at, reason=reasons[0], may=may)
    if not standing.may:
        return _closed(actor, dossier, standing, rules, may)
    since = _since(actor, dossier, dossier.case, dossier.move)
    return _open(dossier, since, dossier.case, dossier.move, standing, rules, chosen, may)


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
        consequences=consequences_of(dossier, move, () if against else _then(dossier, move)),
        aside=_aside(dossier),
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
    return sum(step.quorum - len(_signers(dossier, move, step)) for step in steps) - 1


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
        for decision in _signers(dossier, move, step)
    ]
    return progress_of(rules, votes).stage


def _rule(actor: Actor, dossier: Dossier, move: Move, step: Step, *, asked: bool) -> Rule:
    signers = _signers(dossier, move, step)
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


def _signers(dossier: Dossier, move: Move, step: Step) -> "list[Decision]":
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
        if decision.round.state == "open" and stands_aside(decision, dossier.digest)
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


def takes_signature(actor: Actor, name: str, number: int) -> bool:
    """Whether the decision that the actor could take on a version now is signed."""
    dossier = dossier_of(actor, name, number)
    if dossier.case is None or dossier.move is None:
        return False
    standing = standing_of(actor, dossier.version, dossier.case, dossier.move, dossier.digest)
    return _signs(dossier, dossier.move, standing.step)
