"""What stands behind a figure: the curves read from a payload, and their tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from django.utils.translation import gettext as _

from governance.evaluation.ordering import Floats
from governance.reports.numbers import decimal, percent
from governance.reports.plots import name_of

Payload = Mapping[str, Any]
Lines = Sequence[Mapping[str, Any]]
Table = tuple[tuple[str, ...], ...]
T = TypeVar("T")

STEPS = tuple(step / 10 for step in range(1, 11))


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """The points of one model's curves, as floats."""

    population: Floats
    events: Floats
    others: Floats
    ks: Mapping[str, str]

    @property
    def gap(self) -> Floats:
        """Give the share of events found less the share of other cases alarmed."""
        return self.events - self.others


def curves_of(payload: Payload) -> tuple[Curve, Curve | None]:
    """Give the curves of challenger and champion."""
    curves = payload["curves"]
    return _curve(curves["challenger"]), _curve(curves["champion"]) if curves["champion"] else None


def _curve(plain: Mapping[str, Any]) -> Curve:
    population, events, others = (
        np.array(plain[part], dtype=np.float64) for part in ("population", "events", "others")
    )
    return Curve(population, events, others, plain["ks"])


def tenths_of(payload: Payload) -> tuple[Lines, Lines | None]:
    """Give the tenths of challenger and champion, riskiest first."""
    return payload["calibration"]["challenger"], payload["calibration"]["champion"]


def given(*parts: T | None) -> list[T]:
    """Give the parts that are there."""
    return [part for part in parts if part is not None]


def read_at(along: Floats, values: Floats, place: float) -> float:
    """Read a curve at one place; where it rises straight up there, at the upper end."""
    right = int(np.searchsorted(along, place, side="right"))
    if right == along.size or along[right - 1] == place:
        return float(values[right - 1])
    near = slice(right - 1, right + 1)
    return float(np.interp(place, along[near], values[near]))


def columns(first: str, champion: object) -> tuple[str, ...]:
    """Give the heads of a table with one column for each model, the champion first."""
    return (first, *([name_of("champion")] if champion else []), name_of("challenger"))


def calibration_columns(champion: object) -> tuple[str, ...]:
    """Give the heads of the calibration table: predicted and observed for each model."""
    kinds = (_("predicted"), _("observed"))
    return (
        _("Tenth, riskiest first"),
        *(f"{head}, {kind}" for head in columns("", champion)[1:] for kind in kinds),
    )


def steps(
    ours: Curve, theirs: Curve | None, axes: Callable[[Curve], tuple[Floats, Floats]]
) -> Table:
    """Read each model's curve at ten even places."""
    models = [axes(part) for part in given(theirs, ours)]
    return tuple(
        (percent(place), *(percent(read_at(*model, place), 1) for model in models))
        for place in STEPS
    )


def tenth_rows(
    ours: Lines, theirs: Lines | None, fields: Sequence[str], write: Callable[[str], str]
) -> Table:
    """Give one row a tenth; ties can leave one model with fewer tenths than the other."""
    models = given(theirs, ours)
    return tuple(
        (
            str(place + 1),
            *(
                write(model[place][name]) if place < len(model) else ""
                for model in models
                for name in fields
            ),
        )
        for place in range(max(len(model) for model in models))
    )


def distribution_rows(bins: Mapping[str, Any]) -> Table:
    """Give one row a bin: its bounds and each model's share of cases."""
    edges = [decimal(edge, 3) for edge in bins["edges"]]
    models = given(bins["champion"], bins["challenger"])
    return tuple(
        (f"{edges[place]} – {edges[place + 1]}", *(percent(model[place], 1) for model in models))
        for place in range(len(edges) - 1)
    )


def threshold_rows(table: Mapping[str, Sequence[str]]) -> Table:
    """Give one row a cut-off: what it finds, and how many cases lie below it."""
    return tuple(
        (
            decimal(cutoff, 3),
            *(percent(table[name][place], 1) for name in ("precision", "recall")),
            decimal(table["f1"][place], 3),
            percent(_below(table, place), 1),
        )
        for place, cutoff in enumerate(table["cutoff"])
    )


def _below(table: Mapping[str, Sequence[str]], place: int) -> float:
    below = float(table["true_negatives"][place]) + float(table["false_negatives"][place])
    above = float(table["false_positives"][place]) + float(table["true_positives"][place])
    return below / (below + above)
