"""Open cases and past decisions, as a simulation of another wording reads them."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from governance.access.queries import excluded_by, holdings_in, played, visible_to
from governance.access.separation import Part
from governance.actors import Actor
from governance.evaluation.queries import gates_of
from governance.inventory.models import ModelVersion, RegisteredModel
from workflows.cases.models import Case
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.queries.content import (
    PART_OF,
    counting,
    move_open_in,
)
from workflows.policies.definition import Definition, Move
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.progress import Vote
from workflows.policies.queries import definition_of
from workflows.policies.simulation import (
    CaseFacts,
    GateFact,
    Outcome,
    PastFacts,
    outcome_of,
    would_have_passed,
)

MOST_CASES = 200
LOOK_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class OpenOutcome:
    """An open case and what a wording would do to it."""

    case: Case
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class PastOutcome:
    """An approval that was given, and why it would not have stood; empty when it would."""

    version: ModelVersion
    reasons: tuple[str, ...]


def simulated_cases(actor: Actor, wording: PolicyVersion) -> list[OpenOutcome]:
    """What a wording would do to the open cases that it is for and that the actor sees."""
    definition = definition_of(wording)
    rows = open_cases_under(actor, wording.policy)[:MOST_CASES]
    facts = [(case, facts) for case in rows if (facts := _facts(case)) is not None]
    return [OpenOutcome(case, outcome_of(one, definition)) for case, one in facts]


def open_cases_under(actor: Actor, policy: Policy) -> QuerySet[Case]:
    """The open submissions of the models that a policy holds for, oldest first.

    A model that has narrower rules of its own is not among them.
    """
    models = RegisteredModel.objects.filter(tier=policy.tier)
    if policy.model_id:
        models = models.filter(pk=policy.model_id)
    if policy.portfolio_id:
        models = models.filter(portfolio=policy.portfolio_id)
    narrower = Policy.objects.filter(
        tier=policy.tier, versions__state=PolicyVersion.State.IN_FORCE
    ).exclude(pk=policy.pk)
    if not policy.model_id:
        models = models.exclude(pk__in=narrower.exclude(model=None).values("model"))
    if not policy.model_id and not policy.portfolio_id:
        models = models.exclude(portfolio__in=narrower.exclude(portfolio=None).values("portfolio"))
    rows = Case.objects.filter(
        kind=Case.Kind.SUBMISSION, closed_at=None, version__model__in=models
    ).select_related("policy_version__policy", "version__model__portfolio")
    return visible_to(actor, rows.order_by("opened_at"))


def _facts(case: Case) -> CaseFacts | None:
    version = case.version
    move = move_open_in(version)
    if move is None:
        return None
    facts = CaseFacts(
        title=f"{version.model.title} {version.label or version.number}",
        move=move,
        now=definition_of(case.policy_version),
        gates=_gates(version.pk),
    )
    return replace(facts, holders=_free(version, facts.moves))


def _free(version: ModelVersion, moves: Collection[Move]) -> dict[Move, dict[UUID, frozenset[str]]]:
    """Who holds a role here and has played no part that forbids a move, for each."""
    excluded, parts, held = excluded_by(), played(version.pk), holdings_in(version.model)
    barred = {
        move: {one.person_id for one in parts if one.part in excluded.get(Part(PART_OF[move]), ())}
        for move in moves
    }
    return {
        move: {who: roles for who, roles in held.items() if who not in barred[move]}
        for move in moves
    }


def _gates(version_id: UUID) -> list[GateFact]:
    return [GateFact(gate.gate, gate.value or "", gate.outcome) for gate in gates_of(version_id)]


def simulated_decisions(actor: Actor, wording: PolicyVersion) -> list[PastOutcome]:
    """Whether the approvals of the last year would have stood under a wording, newest first."""
    definition: Definition = definition_of(wording)
    return [
        PastOutcome(row.version, would_have_passed(_past(row), definition))
        for row in past_approvals(actor, wording.policy)[:MOST_CASES]
    ]


def past_approvals(actor: Actor, policy: Policy) -> QuerySet[ApprovalRound]:
    """The approvals of the last year that were given under a policy, newest first."""
    rows = ApprovalRound.objects.filter(
        move=Move.APPROVE,
        state=ApprovalRound.State.PASSED,
        case__policy_version__policy=policy,
        closed_at__gte=timezone.now() - LOOK_BACK,
    ).select_related("version__model__portfolio", "case__policy_version")
    return visible_to(actor, rows.order_by("-closed_at"))


def _past(round_: ApprovalRound) -> PastFacts:
    rows = counting(round_, round_.digest).values_list("person", "role", "step")
    votes = [Vote(person, role, step) for person, role, step in rows]
    return PastFacts(round_.version.model.title, votes, _gates(round_.version_id))
