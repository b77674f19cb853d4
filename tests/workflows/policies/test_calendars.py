"""When something is due. Pure."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from workflows.policies.calendars import due_after

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("start", "days", "due"),
    [
        ("2026-11-23 09:00", 1, "2026-11-24 17:00"),  # Monday
        ("2026-11-27 09:00", 1, "2026-11-30 17:00"),  # over a week-end
        ("2026-11-27 23:59", 5, "2026-12-04 17:00"),
        ("2026-11-28 09:00", 1, "2026-11-30 17:00"),  # asked on a Saturday
        ("2026-11-23 09:00", 0, "2026-11-23 17:00"),
        ("2026-03-27 09:00", 1, "2026-03-30 17:00"),  # summer time begins on the way
    ],
)
def test_due_at_close_of_business_after_so_many_business_days(
    start: str, days: int, due: str
) -> None:
    """Mondays to Fridays, in the zone of the office."""
    asked = datetime.fromisoformat(start).replace(tzinfo=BERLIN)
    assert due_after(asked, days) == datetime.fromisoformat(due).replace(tzinfo=BERLIN)
