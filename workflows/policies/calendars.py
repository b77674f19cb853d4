"""Business days: which days are worked, and what lies so many of them away. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

SATURDAY, SUNDAY = 5, 6
CLOSE_OF_BUSINESS = 17
# A calendar in which nobody ever works must not be searched for ever.
LONGEST_REST = 366
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which days are not worked: days of the week (Monday 0), and dates with their names."""

    name: str = "weekdays"
    weekend: frozenset[int] = frozenset({SATURDAY, SUNDAY})
    holidays: Mapping[date, str] = field(default_factory=dict)

    def works_on(self, day: date) -> bool:
        """Whether a day is worked."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def away(self, day: date, business_days: int) -> date:
        """The business day so many after a day, or before it; the day itself for 0.

        Raises:
            ValueError: there is no business day within a year.
        """
        way, left, rest = (1 if business_days > 0 else -1), abs(business_days), 0
        while left:
            day += way * ONE_DAY
            rest = 0 if self.works_on(day) else rest + 1
            left -= rest == 0
            if rest > LONGEST_REST:
                message = f"Nobody works within a year of {day} in the calendar {self.name}"
                raise ValueError(message)
        return day

    def rests(self) -> Iterator[tuple[date, date]]:
        """The first and the last day of each rest that a holiday is part of, in order."""
        last = date.min
        for day in sorted(self.holidays):
            if day > last:
                first = last = day
                while not self.works_on(first - ONE_DAY):
                    first -= ONE_DAY
                while not self.works_on(last + ONE_DAY):
                    last += ONE_DAY
                yield first, last

    def between(self, first: date, last: date) -> int:
        """How many business days lie after `first` up to `last`; 0 when it is not later."""
        days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
        return sum(self.works_on(day) for day in days)


WEEKDAYS = Calendar()


def due_after(start: datetime, business_days: int, calendar: Calendar = WEEKDAYS) -> datetime:
    """Close of business so many business days after `start`, in its zone.

    It always lies ahead: what is due on the same day is due on the next business day where nobody
    works on that day, or business is closed already.
    """
    day = calendar.away(start.date(), business_days)
    closing = start.replace(hour=CLOSE_OF_BUSINESS, minute=0, second=0, microsecond=0)
    if not calendar.works_on(day) or (day == start.date() and closing <= start):
        day = calendar.away(day, 1)
    return closing.replace(year=day.year, month=day.month, day=day.day)


def away_from(due: datetime, business_days: int, calendar: Calendar = WEEKDAYS) -> datetime:
    """The same time of day so many business days from `due`, negative before it."""
    day = calendar.away(due.date(), business_days)
    return due.replace(year=day.year, month=day.month, day=day.day)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar, after the anonymous algorithm of 1876."""
    golden, century, rest = year % 19, year // 100, year % 100
    correction = (century - (century + 8) // 25 + 1) // 3
    moon = (19 * golden + century - century // 4 - correction + 15) % 30
    weekday = (32 + 2 * (century % 4) + 2 * (rest // 4) - moon - rest % 4) % 7
    shift = moon + weekday - 7 * ((golden + 11 * moon + 22 * weekday) // 451) + 114
    return date(year, shift // 31, shift % 31 + 1)


def target_holidays(years: range) -> dict[date, str]:
    """The closing days of TARGET, the euro's settlement system: six a year besides weekends."""
    days: dict[date, str] = {}
    for year in years:
        sunday = easter(year)
        days |= {
            date(year, 1, 1): "New Year's Day",
            sunday - timedelta(days=2): "Good Friday",
            sunday + timedelta(days=1): "Easter Monday",
            date(year, 5, 1): "Labour Day",
            date(year, 12, 25): "Christmas Day",
            date(year, 12, 26): "Christmas Holiday",
        }
    return days
