"""What the clock does about open tasks: remind, escalate, end. Each once, whatever the clock does.

A row remembers each timer that went off, so a restart, a second tick or a clock that is set back
repeats nothing. When the clock jumps forward, what was missed goes off together: people get one
reminder, the newest.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.actors import Actor
from governance.audit.actions import Action
from governance.one_by_one import one_by_one
from workflows.cases.models import LIVE, Case, Task, TimerEvent
from workflows.cases.operations import close_case, tell_people
from workflows.cases.timers import Timer, TimerKind, timers_of
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.operations.asking import ask_for_step, close_round
from workflows.lifecycle.operations.moving import lock_for_system, move
from workflows.lifecycle.operations.submission import end_case
from workflows.lifecycle.queries import digest_of, open_round
from workflows.policies.calendars import Calendar
from workflows.policies.definition import AtEnd, Definition, Move, Step
from workflows.policies.models import PolicyVersion
from workflows.policies.queries import calendar_of, definition_of

CLOCK = Actor.system("schedule")
MOVE_OF = {
    Task.Verb.VALIDATE: Move.VALIDATE,
    Task.Verb.APPROVE: Move.APPROVE,
    Task.Verb.MERGE: Move.DEPLOY,
    Task.Verb.EMERGENCY: Move.EMERGENCY,
    Task.Verb.RETIRE: Move.RETIRE,
    Task.Verb.REVIEW: Move.EMERGENCY,
    Task.Verb.REVALIDATE: Move.VALIDATE,
}
TELLING = (TimerKind.REMINDER, TimerKind.OVERDUE)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rules:
    """A wording and the calendar that its due times count in."""

    definition: Definition
    calendar: Calendar


def follow_deadlines() -> int:
    """Lets every timer go off whose time has come; returns how many did."""
    return one_by_one(_with_timers(timezone.now()), _follow)


def _with_timers(now: datetime) -> Iterator[UUID]:
    """The open tasks that have a timer due which did not go off yet."""
    rows = Task.objects.filter(state=Task.State.OPEN, due_at__isnull=False)
    known: dict[UUID, Rules] = {}
    for task in rows.select_related("case__policy_version").prefetch_related("timer_events"):
        policy = task.case.policy_version
        try:
            if policy.pk not in known:
                known[policy.pk] = rules_of(policy)
            waits = bool(_due(task, now, known[policy.pk]))
        except Exception:
            logger.exception("The timers of task %s cannot be told; those of others can.", task.pk)
        else:
            if waits:
                yield task.pk


def rules_of(policy: PolicyVersion) -> Rules:
    """What a wording says, read once for all its tasks."""
    return Rules(definition_of(policy), calendar_of(policy))


def _due(task: Task, now: datetime, rules: Rules) -> list[Timer]:
    gone = {(event.kind, event.business_days) for event in task.timer_events.all()}
    return [
        timer
        for timer in _timers(task, rules)
        if timer.at <= now and (timer.kind.value, timer.business_days) not in gone
    ]


def _timers(task: Task, rules: Rules) -> list[Timer]:
    step = _step_of(task, rules.definition)
    higher = bool(step and step.escalation and step.escalation.role == task.role_id)
    due_at = timezone.localtime(task.due_at)
    return timers_of(due_at, step, rules.calendar, higher=higher)


def _step_of(task: Task, definition: Definition) -> Step | None:
    which = MOVE_OF.get(Task.Verb(task.verb))
    steps = (step for move, step in definition.steps() if move is which)
    return next((step for step in steps if step.name == task.step), None)


@transaction.atomic
def _follow(task_id: UUID) -> int:
    """Under the locks of the case, so that nobody decides or ticks beside it."""
    lock_for_system(Case.objects.get(tasks=task_id).version_id)
    rows = Task.objects.select_related("case__policy_version", "case__version__model")
    task = rows.prefetch_related("timer_events").get(pk=task_id)
    if task.state != Task.State.OPEN:
        return 0
    rules = rules_of(task.case.policy_version)
    timers = _due(task, timezone.now(), rules)
    events = {timer: _remember(task, timer) for timer in timers}
    if newest := next((one for one in reversed(timers) if one.kind in TELLING), None):
        tell_people("timer", str(events[newest].pk))
    for timer in timers:
        _act(task, timer, events[timer], rules.definition)
    return len(timers)


def _remember(task: Task, timer: Timer) -> TimerEvent:
    return TimerEvent.objects.create(
        task=task,
        kind=timer.kind.value,
        business_days=timer.business_days,
        set_for=timer.at,
    )


def _act(task: Task, timer: Timer, event: TimerEvent, definition: Definition) -> None:
    step = _step_of(task, definition)
    if step is None or timer.kind in TELLING:
        return
    if timer.kind is TimerKind.ENDING and step.ending.action is AtEnd.REJECT:
        _reject(task)
    else:
        _escalate(task, step, event)


def _escalate(task: Task, step: Step, event: TimerEvent) -> None:
    """Asks the higher role besides, once a step, and says so to those who were asked before."""
    if step.escalation is None:
        return
    asked = task.case.tasks.filter(
        verb=task.verb, step=step.name, role=step.escalation.role, state=Task.State.OPEN
    )
    if asked.exists():
        return
    event.opened = ask_for_step(
        task.case, Task.Verb(task.verb), step, role=step.escalation.role, actor=CLOCK
    )
    event.save(update_fields=["opened"])
    tell_people("timer", str(event.pk))


def _reject(task: Task) -> None:
    """Nobody acted until the end that the policy sets: the version, or the change, is rejected.

    What is live is not: of its validation nobody is asked in a round.
    """
    version = lock_for_system(task.case.version_id)
    which = MOVE_OF[Task.Verb(task.verb)]
    round_ = open_round(task.case, which)
    if round_ is None:
        return
    digest = digest_of(version, task.case, which) or ""
    close_round(round_, ApprovalRound.State.REJECTED, digest)
    if task.case.kind in LIVE:
        close_case(task.case, "rejected", actor=CLOCK)
        return
    move(
        version,
        "reject",
        Action.VERSION_REJECTED,
        actor=CLOCK,
        details={"reason": "nobody acted until the end of the step", "step": task.step},
    )
    end_case(version, "rejected", actor=CLOCK)
