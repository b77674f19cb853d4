"""Whether there are enough different people for every seat that a policy has. Pure.

A seat takes one of some roles; a person sits once. Enough is a matching of seats to people
(augmenting paths; seats and people are few).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from workflows.policies.definition import MoveRules, Step
from workflows.policies.progress import Progress, StepProgress

Holders = Mapping[UUID, frozenset[str]]


@dataclass(frozen=True, slots=True)
class OpenSeat:
    """One seat that somebody must take: of which step, and in which of these roles."""

    step: Step
    roles: frozenset[str]


def seats_of(rules: MoveRules) -> list[OpenSeat]:
    """Every seat of a move before anybody has agreed."""
    return [seat for step in rules.steps for seat in seats_in(StepProgress(step))]


def seats_left(progress: Progress) -> list[OpenSeat]:
    """Every seat that is still open, in all stages."""
    return [seat for one in progress.steps for seat in seats_in(one)]


def seats_in(one: StepProgress) -> list[OpenSeat]:
    """The open seats of one step."""
    step, higher = one.step, one.step.escalation
    wild = {higher.role} if one.escalated and higher else set()
    kept = [role for role, number in one.missing.items() for _ in range(number)]
    free = max(one.left - len(kept), 0)
    seats = [OpenSeat(step, frozenset({role} | wild)) for role in kept]
    return seats + [OpenSeat(step, frozenset({step.role} | wild))] * free


def unfilled(seats: Sequence[OpenSeat], holders: Holders) -> list[OpenSeat]:
    """The seats that stay empty when people take as many as they can; empty when all are filled."""
    taken: dict[UUID, int] = {}
    return [seat for at, seat in enumerate(seats) if not _place(at, seats, holders, taken, set())]


def _place(
    at: int,
    seats: Sequence[OpenSeat],
    holders: Holders,
    taken: dict[UUID, int],
    tried: set[UUID],
) -> bool:
    """Finds somebody for a seat, moving others to another seat where that helps."""
    for person, roles in holders.items():
        if person in tried or not roles & seats[at].roles:
            continue
        tried.add(person)
        if person not in taken or _place(taken[person], seats, holders, taken, tried):
            taken[person] = at
            return True
    return False
