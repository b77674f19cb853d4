"""Open cases and past decisions, as a simulation of another wording reads them."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Generic, TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet, prefetch_related_objects
from django.utils import timezone

from governance.access.queries import (
    excluded_by,
    holdings_at,
    holdings_in,
    played,
    visible_to,
)
from governance.access.separation import Part
from governance.actors import Actor
from governance.evaluation.queries import gates_of
from governance.inventory.models import ModelVersion
from governance.reading import one_reading
from workflows.cases.models import Case
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.queries.content import AGREEING, PART_OF, STATE_OF, move_open_in
from workflows.policies.definition import Definition, Move
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.progress import Vote
from workflows.policies.queries import definition_of, models_of
from workflows.policies.simulation import (
    CaseFacts,
    GateFact,
    Outcome,
    PastFacts,
    outcome_of,
    would_have_passed,
)

BATCH = 200
# What a page simulates while somebody waits for it; the command goes through all.
ON_A_PAGE = 2000
LOOK_BACK = timedelta(days=365)


R = TypeVar("R", bound=Model)
T = TypeVar("T")
Said = Callable[[int, int], None]


def silent(_done: int, _of: int) -> None:
    """Nobody waits for progress."""


@dataclass(frozen=True, slots=True)
class Simulated(Generic[T]):
    """What would happen to each row; `done` of `of` rows were looked at."""

    rows: tuple[T, ...]
    done: int
    of: int

    @property
    def whole(self) -> bool:
        """Whether nothing was left out."""
        return self.done == self.of


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


def simulated_cases(
    actor: Actor, wording: PolicyVersion, *, most: int | None = None, said: Said = silent
) -> Simulated[OpenOutcome]:
    """What a wording would do to the open cases that it is for and that the actor sees.

    Oldest first, `most` of them at most; in batches, `said` after each how many are done.
    """
    rows = open_cases_under(actor, wording.policy)
    return _in_batches(rows, lambda batch: outcomes_in(batch, wording), most, said)


def outcomes_in(cases: Sequence[Case], wording: PolicyVersion) -> list[OpenOutcome]:
    """What a wording would do to these cases. The number of queries does not grow with them."""
    definition, versions = definition_of(wording), [case.version_id for case in cases]
    with one_reading():
        gates_of.ahead(versions)
        played.ahead(versions)
        holdings_at.ahead([case.version.model.access_scope() for case in cases])
        facts = [(case, _facts(case)) for case in cases]
    return [OpenOutcome(case, outcome_of(one, definition)) for case, one in facts if one]


def _in_batches(
    rows: QuerySet[R],
    outcomes: Callable[[Sequence[R]], Iterable[T]],
    most: int | None,
    said: Said,
) -> Simulated[T]:
    """The same as all at once, with a constant number of queries for each batch."""
    keys = list(rows.values_list("pk", flat=True))
    asked = keys[:most]
    found: list[T] = []
    for start in range(0, len(asked), BATCH):
        with one_reading():
            known = rows.in_bulk(asked[start : start + BATCH])
            batch = [known[key] for key in asked[start : start + BATCH] if key in known]
            found.extend(outcomes(batch))
        said(min(start + BATCH, len(asked)), len(keys))
    return Simulated(tuple(found), len(asked), len(keys))


def open_cases_under(actor: Actor, policy: Policy) -> QuerySet[Case]:
    """The submissions to be decided of the models that a policy holds for, oldest first.

    A model that has narrower rules of its own is not among them.
    """
    models = models_of(policy)
    narrower = Policy.objects.filter(
        tier=policy.tier, versions__state=PolicyVersion.State.IN_FORCE
    ).exclude(pk=policy.pk)
    if not policy.model_id:
        models = models.exclude(pk__in=narrower.exclude(model=None).values("model"))
    if not policy.model_id and not policy.portfolio_id:
        models = models.exclude(portfolio__in=narrower.exclude(portfolio=None).values("portfolio"))
    rows = Case.objects.filter(
        kind=Case.Kind.SUBMISSION,
        closed_at=None,
        version__model__in=models,
        version__state__in=[state.value for state in STATE_OF.values()],
    ).select_related("policy_version__policy", "version__model__portfolio")
    return visible_to(actor, rows.order_by("opened_at", "pk"))


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


def simulated_decisions(
    actor: Actor, wording: PolicyVersion, *, most: int | None = None, said: Said = silent
) -> Simulated[PastOutcome]:
    """Whether the approvals of the last year would have stood under a wording, newest first."""
    definition: Definition = definition_of(wording)

    def outcomes(rounds: Sequence[ApprovalRound]) -> Iterator[PastOutcome]:
        gates_of.ahead([row.version_id for row in rounds])
        prefetch_related_objects(rounds, "decisions")
        for row in rounds:
            yield PastOutcome(row.version, would_have_passed(_past(row), definition))

    return _in_batches(past_approvals(actor, wording.policy), outcomes, most, said)


def past_approvals(actor: Actor, policy: Policy) -> QuerySet[ApprovalRound]:
    """The approvals of the last year that were given under a policy, newest first."""
    rows = ApprovalRound.objects.filter(
        move=Move.APPROVE,
        state=ApprovalRound.State.PASSED,
        case__policy_version__policy=policy,
        closed_at__gte=timezone.now() - LOOK_BACK,
    ).select_related("version__model__portfolio", "case__policy_version")
    return visible_to(actor, rows.order_by("-closed_at", "pk"))


def _past(round_: ApprovalRound) -> PastFacts:
    votes = [
        Vote(said.person_id, said.role_id, said.step)
        for said in round_.decisions.all()
        if said.kind in AGREEING and said.digest == round_.digest
    ]
    return PastFacts(round_.version.model.title, votes, _gates(round_.version_id))
