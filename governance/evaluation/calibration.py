"""Whether predicted probabilities are what happens: tenths, recalibration, stability.

Sources: Cox (1958), Biometrika 45, 562-565 (slope and intercept of the logistic recalibration);
Wilson (1927), JASA 22, 209-212 (interval of a share); Naeini, Cooper and Hauskrecht (2015),
AAAI 29 (expected calibration error); Siddiqi (2006), Credit Risk Scorecards (stability index).
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np

from governance.evaluation.statistics import Counts, Estimate, Floats, Ranked, critical

TENTHS = 10
LOGIT_EDGE = 1e-6
SMALLEST_SHARE = 1e-4
_STEPS = 60
_SETTLED = 1e-11
_SLOPE_LIMIT = 1e4


@dataclass(frozen=True, slots=True, eq=False)
class Tenths:
    """Up to ten groups of about equal size, riskiest first; equal scores stay together.

    Attributes:
        rows, events: (tenths,) counts.
        predicted, observed: (tenths,) mean score and share of events.
        low, high: (tenths,) Wilson interval of the observed share.
        lift: (tenths,) observed share over the share of events in all rows.
        captured: (tenths,) share of all events in this tenth and the riskier ones.
    """

    rows: Counts
    events: Counts
    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats
    lift: Floats
    captured: Floats


def tenths(ranked: Ranked, level: float = 0.95) -> Tenths:
    """Cut the ranked rows into tenths by the middle rank of each group of equal scores."""
    size = ranked.positives + ranked.negatives
    above = np.cumsum(size[::-1])[::-1] - size
    place = ((2 * above + size) * TENTHS) // (2 * ranked.rows)
    counts = _sums(place, size)
    kept = counts > 0
    rows, events = counts[kept], _sums(place, ranked.positives)[kept]
    total = _sums(place, ranked.distinct * size)[kept]
    low, high = wilson(events, rows, level)
    return Tenths(
        rows=rows.astype(np.int64),
        events=events.astype(np.int64),
        predicted=total / rows,
        observed=events / rows,
        low=low,
        high=high,
        lift=(events / rows) / (ranked.events / ranked.rows),
        captured=np.cumsum(events) / ranked.events,
    )


def expected_calibration_error(ranked: Ranked) -> Estimate:
    """Mean distance between predicted and observed share over the tenths. Value only.

    The distance is an absolute value, biased upwards by chance; no closed interval is honest.
    """
    parts = tenths(ranked)
    gaps = np.abs(parts.predicted - parts.observed)
    return Estimate(float((parts.rows * gaps).sum() / ranked.rows))


def recalibration(ranked: Ranked) -> tuple[Estimate, Estimate] | None:
    """Give intercept and slope of the outcome's logistic regression on the score's logit.

    Perfect calibration is intercept 0 and slope 1. The spread is the sandwich estimate, which
    holds whether or not the logistic form does. None where the fit does not exist: one single
    score, or classes that the score separates completely.
    """
    score = np.clip(ranked.distinct, LOGIT_EDGE, 1 - LOGIT_EDGE)
    design = np.column_stack((np.ones_like(score), np.log(score / (1 - score))))
    fitted = _fit(design, ranked)
    if fitted is None:
        return None
    weights, hessian = fitted
    rate = _logistic(design @ weights)
    bread = np.linalg.inv(hessian) * ranked.rows
    leverage = (design @ bread)[ranked.group]
    influence = leverage * (ranked.outcome - rate[ranked.group])[:, None]
    intercept, slope = (
        Estimate(float(weights[part]), np.ascontiguousarray(influence[:, part])) for part in (0, 1)
    )
    return intercept, slope


def stability_index(reference: Floats, current: Floats) -> float:
    """Population stability index of two score distributions, over the reference's tenths.

    Empty classes count as one in ten thousand, so that the index stays finite.
    """
    edges = np.unique(np.quantile(reference, np.arange(1, TENTHS) / TENTHS))
    before, after = (_shares(edges, values) for values in (reference, current))
    return float(((after - before) * np.log(after / before)).sum())


def wilson(events: Floats, rows: Floats, level: float) -> tuple[Floats, Floats]:
    """Give Wilson's interval of the shares events / rows, as (low, high) arrays."""
    z = critical(level)
    share, penalty = events / rows, z * z / rows
    centre = share + penalty / 2
    reach = np.sqrt(share * (1 - share) / rows + penalty / (4 * rows)) * z
    low, high = (centre - reach) / (1 + penalty), (centre + reach) / (1 + penalty)
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


def _sums(place: Counts, values: Counts | Floats) -> Floats:
    sums: Floats = np.bincount(place, values, TENTHS).astype(np.float64)
    return sums


def _fit(design: Floats, ranked: Ranked) -> tuple[Floats, Floats] | None:
    """Newton's method on the groups; a step that would not raise the likelihood is halved."""
    size = ranked.positives + ranked.negatives
    weights = np.array([0.0, 1.0])
    for _ in range(_STEPS):
        rate = _logistic(design @ weights)
        gradient = design.T @ (ranked.positives - size * rate)
        hessian = (design * (size * rate * (1 - rate))[:, None]).T @ design
        if not _solvable(hessian):
            return None
        step = np.asarray(np.linalg.solve(hessian, gradient), dtype=np.float64)
        weights = weights + _shorten(step, weights, design, ranked)
        if np.abs(weights).max() > _SLOPE_LIMIT:
            return None
        if np.abs(step).max() < _SETTLED * (1 + np.abs(weights).max()):
            return weights, hessian
    return None


def _shorten(step: Floats, weights: Floats, design: Floats, ranked: Ranked) -> Floats:
    before = _likelihood(weights, design, ranked)
    slack = abs(before) * 1e-12
    for halving in range(30):
        part = step * 0.5**halving
        if _likelihood(weights + part, design, ranked) >= before - slack:
            return part
    return np.zeros_like(step)


def _likelihood(weights: Floats, design: Floats, ranked: Ranked) -> float:
    logit = design @ weights
    size = ranked.positives + ranked.negatives
    return float((ranked.positives * logit - size * np.logaddexp(0.0, logit)).sum())


def _solvable(hessian: Floats) -> bool:
    scale = sqrt(float(hessian[0, 0] * hessian[1, 1]))
    return scale > 0 and float(np.linalg.det(hessian)) > 1e-10 * scale**2


def _logistic(logit: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(logit, -700, 700)))


def _shares(edges: Floats, values: Floats) -> Floats:
    counts = np.bincount(np.searchsorted(edges, values, side="left"), minlength=edges.size + 1)
    return np.maximum(counts / values.size, SMALLEST_SHARE)
