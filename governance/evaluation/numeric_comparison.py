"""Predicted numbers, challenger against champion: what the report shows of them. Pure.

Every margin comes from the policy's, as a share of the target's variance: a loss of that much R
squared. All intervals are those of paired means or of their functions (delta method).
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

import numpy as np

from governance.evaluation.calibration import stability_index
from governance.evaluation.characteristics import input_rows
from governance.evaluation.contest import Contest, measure_row
from governance.evaluation.curves import histogram
from governance.evaluation.decimals import decimal12, decimals
from governance.evaluation.groups import Rater, by_month, by_segment
from governance.evaluation.measures import Measure, same
from governance.evaluation.ordering import Ordered, sorted_values
from governance.evaluation.overall import adjust, lines_of, overall
from governance.evaluation.pairing import Pairing, sample_facts
from governance.evaluation.regression import (
    Predicted,
    average_squared_error,
    bias,
    bins_of,
    mean_absolute_error,
    r_squared,
    root_mean_squared_error,
)
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.terms import Terms

Payload = dict[str, Any]

DECIDING = ("rmse", "mae", "bias")
NUMERIC_PARTS = 6


def _of_squares(margin: float, sample: Predicted) -> float:
    return margin * sample.target_variance


def _of_roots(margin: float, sample: Predicted) -> float:
    squared = average_squared_error(sample).value
    return math.sqrt(squared + _of_squares(margin, sample)) - math.sqrt(squared)


def _of_distances(margin: float, sample: Predicted) -> float:
    root = root_mean_squared_error(sample).value
    share = mean_absolute_error(sample).value / root if root else 1.0
    return share * _of_roots(margin, sample)


def _of_bias(margin: float, sample: Predicted) -> float:
    """A bias that alone would cost the margin."""
    return math.sqrt(_of_squares(margin, sample))


RMSE: Measure[Predicted] = Measure(
    "rmse", root_mean_squared_error, _of_roots, higher_is_better=False
)
MEASURES: tuple[Measure[Predicted], ...] = (
    RMSE,
    Measure("ase", average_squared_error, _of_squares, higher_is_better=False),
    Measure("mae", mean_absolute_error, _of_distances, higher_is_better=False),
    Measure("r_squared", r_squared, same),
    Measure("bias", bias, _of_bias, higher_is_better=None, ideal=0.0),
)


def numeric_parts(
    pairing: Pairing, challenger: ScoredData, champion: ScoredData | None, terms: Terms
) -> Iterator[Payload]:
    """Compare predicted numbers; `challenger` and `champion` are the whole tables."""
    ours = _predicted(pairing.challenger)
    theirs = None if pairing.champion is None else _predicted(pairing.champion)
    yield {"sample": sample_facts(pairing, challenger, champion)}
    yield _measured(pairing, Contest(ours, theirs, pairing.paired, terms.margin, terms.level))
    yield {"stability": _stability(challenger, champion)}
    yield {"bins": _both(ours, theirs, _bins)}
    yield {"distribution": _distribution(ours, theirs, lambda part: part.prediction)}
    yield {"residuals": _distribution(ours, theirs, lambda part: part.residual)}


def _predicted(sample: ScoredData) -> Predicted:
    return Predicted(sample.score, sample.outcome.astype(np.float64), sample.weight)


def _measured(pairing: Pairing, contest: Contest[Predicted]) -> Payload:
    metrics = [measure_row(contest, measure) for measure in MEASURES]
    rater = Rater(_predicted, RMSE, contest.paired, contest.margin, contest.level)
    champion = pairing.champion_labelled
    segments, months = (
        rater.lines(cut(pairing.challenger), None if champion is None else cut(champion))
        for cut in (by_segment, by_month)
    )
    for family in (metrics, lines_of(segments), lines_of(months)):
        adjust(family)
    rows = contest.challenger.rows
    return {
        "verdict": overall(metrics, segments, rows, contest.level, DECIDING),
        "metrics": metrics,
        "segments": segments,
        "over_time": months,
    }


def _stability(challenger: ScoredData, champion: ScoredData | None) -> dict[str, Any] | None:
    if champion is None:
        return None
    before, after = (sorted_values(part.score, part.weight) for part in (champion, challenger))
    return {
        "psi": decimal12(stability_index(before, after)),
        "inputs": input_rows(champion, challenger),
    }


def _bins(sample: Predicted) -> dict[str, list[str]]:
    table = bins_of(sample)
    return {field.name: decimals(getattr(table, field.name)) for field in fields(table)}


def _distribution(
    ours: Predicted, theirs: Predicted | None, values: Callable[[Predicted], Any]
) -> dict[str, Any]:
    def sort(part: Predicted) -> Ordered:
        return sorted_values(values(part), part.weight)

    bins = histogram(*(sort(part) for part in (ours, theirs) if part is not None))
    return {
        "edges": decimals(bins.edges),
        "challenger": decimals(bins.shares[0]),
        "champion": decimals(bins.shares[1]) if theirs else None,
    }


def _both(
    ours: Predicted, theirs: Predicted | None, part: Callable[[Predicted], Any]
) -> dict[str, Any]:
    return {"challenger": part(ours), "champion": None if theirs is None else part(theirs)}
