"""The days of a policy's freezes. Pure."""

from datetime import date, timedelta

from workflows.policies.definition import Freeze

YEARLY = len("12-18")


def frozen_until(freeze: Freeze, day: date) -> date | None:
    """The last day of the window that holds `day`; None when none does.

    A window of every year may run over its end: 12-18 to 01-04.
    """
    if len(freeze.first) != YEARLY:
        first, last = date.fromisoformat(freeze.first), date.fromisoformat(freeze.last)
        return last if first <= day <= last else None
    for year in (day.year - 1, day.year):
        first, last = _on(freeze.first, year), _on(freeze.last, year)
        if freeze.last < freeze.first:
            last = _on(freeze.last, year + 1)
        if first <= day <= last:
            return last
    return None


def _on(month_and_day: str, year: int) -> date:
    """The day in a year; the 29th of February is the 28th where there is none."""
    try:
        return date.fromisoformat(f"{year}-{month_and_day}")
    except ValueError:
        return date.fromisoformat(f"{year}-03-01") - timedelta(days=1)
