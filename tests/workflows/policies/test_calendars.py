"""Which days are worked, and when something is due. Pure but for the calendar that is kept."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.access.models import Portfolio
from governance.errors import Invalid
from tests import stories
from workflows.management.cast import actor_named
from workflows.policies.calendars import (
    WEEKDAYS,
    Calendar,
    away_from,
    due_after,
    easter,
    target_holidays,
)
from workflows.policies.operations import set_calendar
from workflows.policies.queries import calendar_named

BERLIN, SYDNEY = ZoneInfo("Europe/Berlin"), ZoneInfo("Australia/Sydney")
TARGET = Calendar("target", holidays=target_holidays(range(2026, 2030)))
SUNDAYS_ONLY = Calendar("sundays", weekend=frozenset(range(6)))


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23 09:00", 1, "2026-11-24 17:00"),  # Monday
        ("2026-11-27 09:00", 1, "2026-11-30 17:00"),  # over a week-end
        ("2026-11-27 23:59", 5, "2026-12-04 17:00"),
        ("2026-11-28 09:00", 1, "2026-11-30 17:00"),  # asked on a Saturday
        ("2026-11-23 09:00", 0, "2026-11-23 17:00"),
        ("2026-11-23 17:00", 0, "2026-11-24 17:00"),  # business is closed
        ("2026-11-27 18:00", 0, "2026-11-30 17:00"),  # ... for the week
        ("2026-11-28 09:00", 0, "2026-11-30 17:00"),  # nobody works on that day
        ("2026-03-27 09:00", 1, "2026-03-30 17:00"),  # summer time begins on the way
        ("2026-10-23 09:00", 1, "2026-10-26 17:00"),  # ... and ends
        ("2028-02-28 09:00", 1, "2028-02-29 17:00"),  # a leap year
        ("2027-02-26 09:00", 1, "2027-03-01 17:00"),  # none
        ("2026-12-30 09:00", 2, "2027-01-01 17:00"),  # another year
    ],
)
def test_due_at_close_of_business_after_so_many_business_days(
    start: str, days: int, due: str
) -> None:
    """Mondays to Fridays, in the zone of the office, and never before it was asked."""
    asked = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
    assert due_after(asked, days) == datetime.fromisoformat(due).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-04-02 09:00", 1, "2026-04-07"),  # Good Friday and Easter Monday
        ("2026-04-02 18:00", 0, "2026-04-07"),
        ("2026-04-03 09:00", 0, "2026-04-07"),
        ("2026-12-24 09:00", 2, "2026-12-29"),  # Christmas; the 26th is a Saturday
        ("2026-12-31 09:00", 1, "2027-01-04"),
        ("2028-04-28 09:00", 1, "2028-05-02"),
    ],
)
def test_holidays_are_no_business_days(start: str, days: int, due: str) -> None:
    """Of the calendar that the policy names."""
    asked = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
    assert due_after(asked, days, TARGET).date() == date.fromisoformat(due)


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 1)),
    st.integers(0, 60),
    st.sampled_from([WEEKDAYS, TARGET, SUNDAYS_ONLY]),
    st.sampled_from([BERLIN, SYDNEY, UTC]),
)
def test_whatever_the_clock_and_the_calendar_it_is_due_ahead_on_a_business_day(
    asked: datetime, days: int, calendar: Calendar, zone: ZoneInfo
) -> None:
    """At five by the clock of the office, over changes of it as well; counted, it comes out."""
    start = asked.replace(tzinfo=zone)
    due = due_after(start, days, calendar)
    assert due.astimezone(UTC) > start.astimezone(UTC)
    assert (due.hour, due.minute, calendar.works_on(due.date())) == (17, 0, True)
    assert calendar.between(start.date(), due.date()) == days or not days


@given(st.datetimes(datetime(2026, 1, 1), datetime(2029, 12, 1)), st.integers(-60, 60))
def test_days_away_are_counted_by_days_and_not_by_hours(due: datetime, days: int) -> None:
    """A reminder stays at the hour of the due time when the clock is changed between them."""
    found = away_from(due.replace(tzinfo=BERLIN), days)
    assert found.replace(tzinfo=None).time() == due.time()
    assert WEEKDAYS.between(*sorted((due.date(), found.date()))) >= abs(days) - 1


def test_easter_falls_where_it_fell() -> None:
    """Early, late, and in years around."""
    known = {2008: (3, 23), 2011: (4, 24), 2026: (4, 5), 2027: (3, 28), 2038: (4, 25)}
    for year, (month, day) in known.items():
        assert easter(year) == date(year, month, day)


@given(st.sets(st.dates(date(2026, 1, 1), date(2027, 12, 31)), max_size=80))
def test_a_rest_is_told_from_its_first_to_its_last_day(days: set[date]) -> None:
    """Week-ends that touch it belong to it; before and after it somebody works."""
    calendar = Calendar("odd", holidays=dict.fromkeys(days, "x"))
    rests, one = list(calendar.rests()), timedelta(days=1)
    assert rests == sorted(rests)
    for first, last in rests:
        assert calendar.works_on(first - one)
        assert calendar.works_on(last + one)
        assert calendar.between(first, last) == 0
    assert all(any(first <= day <= last for first, last in rests) for day in days)


# The one that is kept -----------------------------------------------------------------------------
@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return stories.house()


def days_from(first: date, number: int, step: int = 1) -> dict[date, str]:
    return {first + timedelta(days=step * n): "closed" for n in range(number)}


WITHOUT_WORK = {
    "more than a year of holidays": ([], days_from(date(2027, 1, 1), 370)),
    "a year of the one day that is left": (range(6), days_from(date(2027, 1, 3), 54, step=7)),
    "a year of the two days that are left": (
        [2, 3, 4, 5, 6],
        days_from(date(2027, 1, 4), 54, step=7) | days_from(date(2027, 1, 5), 54, step=7),
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("weekend", "holidays"), WITHOUT_WORK.values(), ids=WITHOUT_WORK)
def test_a_calendar_in_which_nobody_works_is_refused(
    house: Portfolio, weekend: list[int], holidays: dict[date, str]
) -> None:
    """Else no submission could be asked for, and no deadline told."""
    alma = actor_named("alma")
    with pytest.raises(Invalid, match="Nobody would work from") as refused:
        set_calendar("weekdays", title="x", weekend=weekend, holidays=holidays, actor=alma)
    assert refused.value.field == "holidays"
    assert not calendar_named("weekdays").holidays


@pytest.mark.django_db
@pytest.mark.parametrize("weekend", [range(7), [7], [-1], [0, 9]])
def test_a_week_without_work_or_with_other_days_is_refused(
    house: Portfolio, weekend: list[int]
) -> None:
    """Monday 0 to Sunday 6, one of them worked."""
    alma = actor_named("alma")
    with pytest.raises(Invalid, match="one to six days"):
        set_calendar("weekdays", title="x", weekend=weekend, holidays={}, actor=alma)


@pytest.mark.django_db
@pytest.mark.parametrize("day", [date.min, date.max, date(1899, 12, 31), date(3000, 1, 1)])
def test_a_holiday_at_the_end_of_time_is_refused(house: Portfolio, day: date) -> None:
    """Whoever looks for the day before it finds none."""
    alma = actor_named("alma")
    with pytest.raises(Invalid, match="too far away"):
        set_calendar("weekdays", title="x", weekend=[5, 6], holidays={day: "x"}, actor=alma)


@pytest.mark.django_db
def test_a_long_rest_is_a_rest(house: Portfolio) -> None:
    """A closed month is worked around."""
    august = days_from(date(2027, 8, 1), 31)
    alma = actor_named("alma")
    set_calendar("weekdays", title="x", weekend=[5, 6], holidays=august, actor=alma)
    asked = datetime(2027, 7, 30, 12, tzinfo=BERLIN)
    due = due_after(asked, 1, calendar_named("weekdays"))
    assert due.date() == date(2027, 9, 1)
