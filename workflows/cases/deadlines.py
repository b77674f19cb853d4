"""When something is due, in business days. Pure."""

from datetime import datetime, timedelta

SATURDAY = 5
CLOSE_OF_BUSINESS = 17


def due_after(start: datetime, business_days: int) -> datetime:
    """Close of business after so many business days, in the zone of `start`. Mondays to Fridays."""
    day, left = start, business_days
    while left > 0:
        day += timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day.replace(hour=CLOSE_OF_BUSINESS, minute=0, second=0, microsecond=0)
