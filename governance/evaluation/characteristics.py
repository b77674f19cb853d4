"""How far each input of the cases has moved: characteristic stability, one index an input. Pure.

The index is that of the scores (`calibration.stability_index`), over the reference's tenths of a
number or over the different texts, with a class of its own for what is missing.

Source: Siddiqi (2006), Credit Risk Scorecards, chapter 8 (population stability, characteristic
analysis).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from governance.evaluation.calibration import SMALLEST_SHARE, TENTHS
from governance.evaluation.decimals import decimal12
from governance.evaluation.ordering import Floats
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.scored_inputs import InputValues
from governance.evaluation.together import at_once

Shares = Mapping[str, float]


def input_rows(reference: ScoredData | None, current: ScoredData) -> list[dict[str, Any]]:
    """Give one line for each input that both tables hold, the one that moved most first.

    All rows count; none for two scores of one table, whose cases are the same.
    """
    if reference is None or reference.outcome is current.outcome:
        return []
    before = {one.name: one for one in reference.inputs}
    pairs = [(before[one.name], one) for one in current.inputs if one.name in before]
    alike = [pair for pair in pairs if bool(pair[0].levels) == bool(pair[1].levels)]
    rows = at_once(
        lambda pair: input_row(*pair, reference.weight, current.weight), alike, current.rows
    )
    return sorted(rows, key=lambda row: (-float(row["psi"]), row["name"]))


def input_row(
    reference: InputValues, current: InputValues, weight: Floats | None, ours: Floats | None
) -> dict[str, Any]:
    """Give the line of one input, its reference first, each with the weights of its rows."""
    before, after = _shares(reference, current, weight, ours)
    return {
        "name": current.name,
        "psi": decimal12(_index(before, after)),
        "missing_before": decimal12(float(before[-1])),
        "missing": decimal12(float(after[-1])),
    }


def _index(before: Floats, after: Floats) -> float:
    held = (before > 0) | (after > 0)
    one, other = (np.maximum(part[held], SMALLEST_SHARE) for part in (before, after))
    return float(((other - one) * np.log(other / one)).sum())


def _shares(
    reference: InputValues, current: InputValues, weight: Floats | None, ours: Floats | None
) -> tuple[Floats, Floats]:
    """Give (classes + 1,) shares of both; the last class holds what is missing."""
    if current.levels:
        levels = sorted({*reference.levels, *current.levels} - {""})
        sides = [_by_level(one, levels) for one in (reference, current)]
        classes = len(levels)
    else:
        edges = _edges(reference.values)
        sides = [_by_edge(one.values, edges) for one in (reference, current)]
        classes = edges.size + 1
    before, after = (
        np.bincount(codes, mass, classes + 1).astype(np.float64)
        for codes, mass in zip(sides, (weight, ours), strict=True)
    )
    return before / before.sum(), after / after.sum()


def _by_level(one: InputValues, levels: list[str]) -> Any:  # noqa: ANN401 - (rows,) positions
    places = {level: place for place, level in enumerate(levels)}
    lookup = np.array([places.get(level, len(levels)) for level in one.levels])
    return lookup[one.values]


def _by_edge(values: Floats, edges: Floats) -> Any:  # noqa: ANN401 - (rows,) positions
    codes = np.searchsorted(edges, values, side="left")
    codes[np.isnan(values)] = edges.size + 1
    return codes


def _edges(values: Floats) -> Floats:
    known = values[~np.isnan(values)]
    if not known.size:
        return known
    edges: Floats = np.unique(np.quantile(known, np.arange(1, TENTHS) / TENTHS))
    return edges
