"""When a task's timers go off: reminders, the due time, escalation, the automatic ending. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflows.policies.calendars import Calendar, away_from
from workflows.policies.definition import AtEnd, Step

# For tasks that no step of a policy asks: the day before, and when it is over.
USUAL_REMINDERS = (-1,)


class TimerKind(StrEnum):
    """What a timer does."""

    REMINDER = "reminder"
    OVERDUE = "overdue"
    ESCALATION = "escalation"
    ENDING = "ending"


@dataclass(frozen=True, slots=True)
class Timer:
    """One timer; `business_days` from the due time, `at` in the zone of the due time."""

    kind: TimerKind
    business_days: int
    at: datetime


def timers_of(
    due_at: datetime, step: Step | None, calendar: Calendar, *, higher: bool = False
) -> list[Timer]:
    """The timers of a task by time. `higher`: the task is itself the escalation of its step."""
    found = [*_reminders(step)]
    if step is not None and not higher:
        found += _consequences(step)
    timers = (Timer(kind, days, away_from(due_at, days, calendar)) for kind, days in found)
    return sorted(timers, key=lambda timer: timer.at)


def _reminders(step: Step | None) -> Iterable[tuple[TimerKind, int]]:
    """From the due time on a reminder says that the task is overdue; one always does."""
    days = step.reminders if step is not None else USUAL_REMINDERS
    for number in sorted({*days, 0}):
        yield (TimerKind.REMINDER if number < 0 else TimerKind.OVERDUE), number


def _consequences(step: Step) -> Iterable[tuple[TimerKind, int]]:
    if step.escalation is not None:
        yield TimerKind.ESCALATION, step.escalation.after_business_days
    if step.ending.action is not AtEnd.NONE:
        yield TimerKind.ENDING, step.ending.after_business_days
