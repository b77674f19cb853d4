"""When the timers of a task go off."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.cases.timers import TimerKind, timers_of
from workflows.policies.calendars import WEEKDAYS, Calendar
from workflows.policies.definition import AtEnd, Ending, Escalation, Step

FRIDAY = datetime(2026, 11, 27, 17, tzinfo=UTC)
STEP = Step(
    "risk_officer",
    "risk_officer",
    2,
    signature=True,
    due_business_days=5,
    reminders=(-2, 0, 1),
    escalation=Escalation("head_of_model_risk", 2),
    ending=Ending(AtEnd.REJECT, 10),
)


def test_timers_count_business_days() -> None:
    """Before the due time they remind, from then on it is overdue."""
    found = [(t.kind.value, t.business_days, t.at.day) for t in timers_of(FRIDAY, STEP, WEEKDAYS)]
    assert found == [
        ("reminder", -2, 25),
        ("overdue", 0, 27),
        ("overdue", 1, 30),
        ("escalation", 2, 1),
        ("ending", 10, 11),
    ]


def test_a_holiday_moves_them() -> None:
    """Of the calendar that the policy names."""
    closed = Calendar("bank", holidays={FRIDAY.date() - timedelta(days=1): "Thanksgiving"})
    assert timers_of(FRIDAY, STEP, closed)[0].at.day == 24


def test_the_higher_role_is_reminded_but_not_escalated_again() -> None:
    """Else it would go round in circles."""
    kinds = {timer.kind for timer in timers_of(FRIDAY, STEP, WEEKDAYS, higher=True)}
    assert kinds == {TimerKind.REMINDER, TimerKind.OVERDUE}


@pytest.mark.parametrize("step", [None, Step("a", "a", 1, signature=False, due_business_days=1)])
def test_every_task_says_once_that_it_is_overdue(step: Step | None) -> None:
    """Whatever the policy forgot."""
    kinds = [timer.kind for timer in timers_of(FRIDAY, step, WEEKDAYS)]
    assert kinds.count(TimerKind.OVERDUE) == 1


@given(
    st.lists(st.integers(-20, 20), max_size=6),
    st.datetimes(datetime(2026, 1, 1), datetime(2029, 1, 1)),
)
def test_no_timer_comes_twice_and_they_come_in_order(days: list[int], due: datetime) -> None:
    """Kind and days name a timer: the key of its row."""
    step = Step("a", "a", 1, signature=False, due_business_days=1, reminders=tuple(days))
    timers = timers_of(due.replace(tzinfo=UTC), step, WEEKDAYS)
    assert len({(t.kind, t.business_days) for t in timers}) == len(timers)
    assert [t.at for t in timers] == sorted(t.at for t in timers)
