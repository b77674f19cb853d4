"""Whether enough people are left for what they are asked, in many cases at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from governance.access.queries import Entitled, Wanted, entitled_to, too_few
from governance.inventory.models import ModelVersion
from workflows.cases.models import Case, Task
from workflows.lifecycle.models import ApprovalRound, Decision
from workflows.lifecycle.queries.ahead import Matter, digests_of
from workflows.lifecycle.queries.content import (
    AGREEING,
    OUT,
    PERMISSION_OF,
    REFUSING,
    SEAT_OF,
)
from workflows.lifecycle.queries.standing import spoken_for
from workflows.policies.definition import Move, MoveRules
from workflows.policies.progress import Progress, Vote, progress_of
from workflows.policies.queries import definition_of
from workflows.policies.sufficiency import seats_left, unfilled

Steps = Collection[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A case, the round that is open in it, and what was said in it, on which digest."""

    version: ModelVersion
    case: Case
    round: ApprovalRound
    decisions: Sequence[Decision]
    digest: str

    @property
    def rules(self) -> MoveRules:
        """What the policy of the case asks for."""
        return definition_of(self.case.policy_version).moves[Move(self.round.move)]

    @property
    def out(self) -> set[UUID]:
        """Who has spoken on what is there, or is out of the round."""
        return {d.person_id for d in self.decisions if d.kind in OUT or d.digest == self.digest}


@dataclass(frozen=True, slots=True)
class Left:
    """Who is left to decide, and whether they are enough.

    `needed` people must still agree, `able` of them can be found; `short` names the steps in which
    somebody is missing. `late`: a role that is given now would count.
    """

    people: tuple[Entitled, ...]
    progress: Progress
    needed: int
    able: int
    short: frozenset[str]
    late: bool

    @property
    def words(self) -> str:
        """That nobody, or too few, can do it; empty when they are enough."""
        return too_few(self.able, self.needed) if self.short else ""


def left_in_rounds(rounds: Mapping[UUID, ApprovalRound], cases: Sequence[Case]) -> dict[UUID, Left]:
    """Who is left in the open rounds of these cases, by case, for lists.

    That somebody is missing is held against the case as it is now: what has changed since they
    spoke asks everybody anew. `decisions.all()` of each round is read already.
    """
    asked = [asked_in(case, rounds[case.pk]) for case in cases if case.pk in rounds]
    found = left_in(asked, _escalated(asked))
    again = _as_they_are([one for one in asked if found[one.case.pk].short and one.decisions])
    return found | left_in(again, _escalated(again))


def asked_in(case: Case, round_: ApprovalRound) -> Asked:
    """What was said last in a round, and on which digest."""
    decisions = list(round_.decisions.all())
    spoken = [one.digest for one in decisions if one.kind not in OUT]
    return Asked(case.version, case, round_, decisions, spoken[-1] if spoken else "")


def _as_they_are(asked: Sequence[Asked]) -> list[Asked]:
    matters = {one.round.pk: Matter(one.version, one.case, Move(one.round.move)) for one in asked}
    present = digests_of(matters)
    return [replace(one, digest=present[one.round.pk] or "") for one in asked]


def left_in(asked: Sequence[Asked], escalated: Mapping[UUID, Steps]) -> dict[UUID, Left]:
    """The same for rounds of which all is known; `escalated` names by round the late steps."""
    could = entitled_to([_wanted(one) for one in asked])
    return {
        one.case.pk: _left(one, people, escalated.get(one.round.pk, ()))
        for one, people in zip(asked, could, strict=True)
    }


def _wanted(one: Asked) -> Wanted:
    move = Move(one.round.move)
    before = None if one.rules.late_grants else one.case.opened_at
    scope = one.version.access_scope()
    return Wanted(one.version.pk, scope, PERMISSION_OF[move], SEAT_OF.get(move), before)


def _left(one: Asked, people: Sequence[Entitled], escalated: Steps) -> Left:
    rules = one.rules
    votes = [
        Vote(said.person_id, said.role_id, said.step, said.kind in AGREEING)
        for said in one.decisions
        if said.kind in AGREEING | REFUSING and said.digest == one.digest
    ]
    progress = progress_of(rules, votes, escalated)
    gone = one.out | _spoken_for(one, people)
    free = tuple(who for who in people if who.person not in gone)
    seats = seats_left(progress)
    empty = unfilled(seats, {who.person: who.roles for who in free})
    short = frozenset(seat.step.name for seat in empty)
    return Left(free, progress, len(seats), len(seats) - len(empty), short, rules.late_grants)


def _spoken_for(one: Asked, people: Sequence[Entitled]) -> set[UUID]:
    """Those for whom a deputy has spoken: nobody else speaks in a role that is not their own."""
    own = {who.person: who.roles for who in people}
    lent = any(
        said.kind in AGREEING | REFUSING
        and said.digest == one.digest
        and said.role_id not in own.get(said.person_id, ())
        for said in one.decisions
    )
    spoken = spoken_for(one.round, one.digest).values() if lent else ()
    return {said.giver for said in spoken if said.giver}


def _escalated(asked: Sequence[Asked]) -> dict[UUID, set[str]]:
    """The steps of each round whose higher role is asked by now."""
    late = [one for one in asked if any(step.escalation for step in one.rules.steps)]
    rows = Task.objects.filter(case__in=[one.case.pk for one in late]).exclude(step="")
    by_case: dict[UUID, list[Task]] = {}
    for task in rows if late else ():
        by_case.setdefault(task.case_id, []).append(task)
    return {one.round.pk: escalated_among(by_case.get(one.case.pk, ()), one) for one in late}


def escalated_among(tasks: Sequence[Task], asked: Asked) -> set[str]:
    """The steps of a round whose higher role is asked by now, by the tasks of its case."""
    higher = {step.name: step.escalation.role for step in asked.rules.steps if step.escalation}
    return {
        task.step
        for task in tasks
        if task.verb == asked.round.move
        and task.opened_at >= asked.round.opened_at
        and task.role_id == higher.get(task.step, "")
    }
