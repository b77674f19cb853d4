"""The course of a key figure as it is drawn."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from governance.monitoring.figures import Reading, kpi_figure

FIRST = date(2026, 11, 1)


def across(days: int) -> dict[str, object]:
    """The axis below readings of so many days, two a day."""
    readings = [
        Reading(FIRST + timedelta(days=day), Decimal("0.75"), version)
        for day in range(days)
        for version in ("1.0.0", "2.0.0")
    ]
    axis: dict[str, object] = kpi_figure("auc", readings, []).plot["layout"]["xaxis"]
    return axis


@pytest.mark.parametrize(
    ("days", "named"), [(1, ["2026-11-01"]), (2, ["2026-11-01", "2026-11-02"])]
)
def test_a_few_days_are_named_once_each(days: int, named: list[str]) -> None:
    """A single reading stands over one tick, not between two of the same name."""
    assert across(days)["tickvals"] == named


def test_many_days_are_left_to_the_drawing() -> None:
    """At most six ticks."""
    assert across(30)["nticks"] == 6
    assert "tickvals" not in across(30)
