"""How far the people whom a policy asks have come: stages, seats, and who may take one. Pure.

Every person counts once in a move, whatever roles they hold and in whatever step they agreed. Seats
that a step keeps for another role are not taken by its own: of two risk officers and one seat for
the head, the second officer is too many. A role that was escalated to can take any seat of
its step.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from workflows.policies.definition import MoveRules, OnReject, Step


@dataclass(frozen=True, slots=True)
class Vote:
    """What one person said in one step, in one role. No step: the first that asks the role."""

    person: UUID
    role: str
    step: str = ""
    agrees: bool = True


@dataclass(frozen=True, slots=True)
class StepProgress:
    """One step and the votes in it; `escalated`: the higher role is asked by now."""

    step: Step
    agreed: tuple[Vote, ...] = ()
    refused: tuple[Vote, ...] = ()
    escalated: bool = False

    @property
    def left(self) -> int:
        """How many seats are open."""
        return max(self.step.quorum - len(self.agreed), 0)

    @property
    def missing(self) -> Mapping[str, int]:
        """Open seats that are kept for a role, by role."""
        by_role = {role: self._short(role) for role in self.step.required}
        wild = sum(vote.role not in self.step.roles for vote in self.agreed)
        missing = {}
        for role, short in by_role.items():
            kept = max(short - wild, 0)
            wild = max(wild - short, 0)
            if kept:
                missing[role] = kept
        return missing

    def _short(self, role: str) -> int:
        there = sum(vote.role == role for vote in self.agreed)
        return max(self.step.required[role] - there, 0)

    @property
    def refusals_to_end(self) -> int:
        """How many refusals end the round where each is a vote.

        Among so many who are asked: when the quorum can no longer be had of them. Where the step
        does not say among how many: as many as would have agreed.
        """
        return self.step.among - self.step.quorum + 1 if self.step.among else self.step.quorum

    @property
    def complete(self) -> bool:
        """Whether everybody whom the step asks for has agreed."""
        return not self.left and not self.missing

    def takes(self, role: str) -> bool:
        """Whether somebody in this role can take an open seat."""
        if self.complete:
            return False
        if role in self.missing:
            return True
        if self.escalated and self.step.escalation and role == self.step.escalation.role:
            return True
        return role == self.step.role and self.left > sum(self.missing.values())

    @property
    def open_roles(self) -> tuple[str, ...]:
        """The roles that can take an open seat, the step's own first."""
        higher = (self.step.escalation.role,) if self.step.escalation else ()
        return tuple(role for role in (*self.step.roles, *higher) if self.takes(role))


@dataclass(frozen=True, slots=True)
class Seat:
    """Where somebody would sit: in which step, in which role."""

    step: Step
    role: str


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a move stands."""

    stages: tuple[tuple[StepProgress, ...], ...]

    @property
    def stage(self) -> int:
        """Number of the stage that is asked now, from 0; the number of stages when all are done."""
        undone = (at for at, stage in enumerate(self.stages) if not _done(stage))
        return next(undone, len(self.stages))

    @property
    def steps(self) -> tuple[StepProgress, ...]:
        """Every step in order."""
        return tuple(one for stage in self.stages for one in stage)

    @property
    def open_steps(self) -> tuple[StepProgress, ...]:
        """The steps in which somebody is asked now."""
        at = self.stage
        return tuple(one for one in self.stages[at] if not one.complete) if not self.passed else ()

    @property
    def passed(self) -> bool:
        """Whether every stage is complete."""
        return self.stage == len(self.stages)

    @property
    def left(self) -> int:
        """How many people are still to agree, over all stages."""
        return sum(max(one.left, sum(one.missing.values())) for one in self.steps)

    def rejected(self, rules: MoveRules) -> bool:
        """Whether the refusals end the round: one does, or as many as a step takes for votes."""
        if rules.on_reject is OnReject.ENDS:
            return any(one.refused for one in self.steps)
        return any(len(one.refused) >= one.refusals_to_end for one in self.steps)

    def seat_for(self, roles: Sequence[str]) -> Seat | None:
        """Where somebody who holds these roles could sit now; kept seats go to their role first."""
        for one in self.open_steps:
            fitting = [role for role in roles if one.takes(role)]
            if fitting:
                kept = [role for role in fitting if role in one.missing]
                return Seat(one.step, (kept or fitting)[0])
        return None


def progress_of(
    rules: MoveRules, votes: Iterable[Vote], escalated: Collection[str] = ()
) -> Progress:
    """Where a move stands after these votes, in the order they were given.

    `escalated` names the steps whose higher role is asked by now.
    """
    stages = tuple(
        tuple(StepProgress(step, escalated=step.name in escalated) for step in stage)
        for stage in rules.stages
    )
    progress, seen = Progress(stages), set[UUID]()
    for vote in votes:
        if vote.person not in seen:
            seen.add(vote.person)
            progress = _with(progress, vote)
    return progress


def _with(progress: Progress, vote: Vote) -> Progress:
    name = vote.step or _step_asking(progress, vote.role)
    return Progress(
        tuple(
            tuple(_voted(one, vote) if one.step.name == name else one for one in stage)
            for stage in progress.stages
        )
    )


def _voted(one: StepProgress, vote: Vote) -> StepProgress:
    if not vote.agrees:
        return replace(one, refused=(*one.refused, vote))
    return replace(one, agreed=(*one.agreed, vote))


def _step_asking(progress: Progress, role: str) -> str:
    asking = (one.step.name for one in progress.steps if role in one.step.roles)
    return next(asking, "")


def _done(stage: tuple[StepProgress, ...]) -> bool:
    return all(one.complete for one in stage)
