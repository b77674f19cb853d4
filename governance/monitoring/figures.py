"""The course of one key figure as a figure: its line, its limits, its finding and its table. Pure.

Colours are names that the page's script replaces by the theme's values.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.monitoring.labels import SIGNS, bound_words, day_axis, day_words, kpi_title, written

MOST_TICKS = 6
LINE = {"color": "token:accent", "width": 2}


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one day, of one version (its label)."""

    observed_on: date
    value: Decimal
    version: str


@dataclass(frozen=True, slots=True)
class Limit:
    """A bound that the figure must hold."""

    bound: str
    value: Decimal

    def broken_by(self, value: Decimal) -> bool:
        """Whether a value does not hold it."""
        return value < self.value if self.bound == "at_least" else value > self.value


@dataclass(frozen=True, slots=True)
class KpiFigure:
    """One key figure over time, as `components/figure.html` draws it."""

    name: str
    kpi: str
    title: str
    latest: str
    limits: str
    broken: bool
    finding: str
    detail: str
    plot: dict[str, Any]
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def summary(self) -> str:
        """The whole caption, for readers who do not see the figure."""
        return f"{self.title}. {self.finding} {self.detail}"


def kpi_figure(
    kpi: str, readings: Sequence[Reading], limits: Sequence[Limit], *, older: int = 0
) -> KpiFigure:
    """The course of a key figure; `readings` oldest first and not empty.

    `older` is how many readings there are before these.
    """
    title, newest = kpi_title(kpi), readings[-1]
    broken = [reading for reading in readings if any(x.broken_by(reading.value) for x in limits)]
    return KpiFigure(
        name=f"kpi-{kpi}",
        kpi=kpi,
        title=title,
        latest=written(newest.value),
        limits=", ".join(bound_words(limit.bound, limit.value) for limit in limits),
        broken=newest in broken,
        finding=_("{kpi} is {value} on {day}.").format(
            kpi=title, value=written(newest.value), day=day_words(newest.observed_on)
        ),
        detail=" ".join([_detail(limits, len(broken), len(readings)), *_left_out(older)]),
        plot={"data": [_line(title, readings)], "layout": _layout(readings, limits)},
        columns=(_("Day"), title, _("Version")),
        rows=tuple(
            (day_words(r.observed_on), written(r.value), r.version) for r in reversed(readings)
        ),
    )


def _detail(limits: Sequence[Limit], broken: int, number: int) -> str:
    if not limits:
        return _("No threshold is set for it.")
    bounds = ", ".join(bound_words(limit.bound, limit.value) for limit in limits)
    held = ngettext(
        "{broken} of {number} reading does not hold it.",
        "{broken} of {number} readings do not hold it.",
        number,
    )
    return (
        _("It must be {bounds}.").format(bounds=bounds)
        + " "
        + held.format(broken=number_format(broken), number=number_format(number))
    )


def _left_out(older: int) -> list[str]:
    words = ngettext(
        "{number} older reading is not drawn.", "{number} older readings are not drawn.", older
    )
    return [words.format(number=number_format(older))] if older else []


def _line(title: str, readings: Sequence[Reading]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": title,
        "x": [reading.observed_on.isoformat() for reading in readings],
        "y": [float(reading.value) for reading in readings],
        "line": LINE,
        "marker": {"color": "token:accent", "size": 5},
        "showlegend": False,
    }


def _layout(readings: Sequence[Reading], limits: Sequence[Limit]) -> dict[str, Any]:
    return {
        "xaxis": {"type": "date", "tickformat": day_axis()} | _ticks(readings),
        "yaxis": {"range": _range(readings, limits), "tickformat": ".3~f", "nticks": 5},
        "shapes": [_limit_line(limit) for limit in limits],
        "annotations": [_limit_words(limit) for limit in limits],
        "margin": {"l": 44, "r": 12, "t": 16, "b": 30},
    }


def _ticks(readings: Sequence[Reading]) -> dict[str, Any]:
    """Each day once where there are few: a tick between two days would be named like one."""
    days = sorted({reading.observed_on.isoformat() for reading in readings})
    return {"tickvals": days} if len(days) <= MOST_TICKS else {"nticks": MOST_TICKS}


def _range(readings: Sequence[Reading], limits: Sequence[Limit]) -> list[float]:
    """From a little under everything that is drawn to a little over it."""
    values = [float(r.value) for r in readings] + [float(limit.value) for limit in limits]
    room = (max(values) - min(values)) * 0.15 or abs(values[0]) * 0.05 or 1.0
    return [round(min(values) - room, 6), round(max(values) + room, 6)]


def _limit_line(limit: Limit) -> dict[str, Any]:
    at = float(limit.value)
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": at,
        "y1": at,
        "line": {"color": "token:bad", "width": 1.5},
    }


def _limit_words(limit: Limit) -> dict[str, Any]:
    return {
        "text": f"{SIGNS[limit.bound]} {written(limit.value)}",
        "xref": "paper",
        "x": 0,
        "xanchor": "left",
        "y": float(limit.value),
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"color": "token:bad", "size": 11},
    }
