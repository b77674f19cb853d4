"""Whether predicted probabilities are what happens: tenths, recalibration, stability.

Sources: Cox (1958), Biometrika 45, 562-565 (slope and intercept of the logistic recalibration);
Wilson (1927), JASA 22, 209-212 (interval of a share); Naeini, Cooper and Hauskrecht (2015),
AAAI 29 (expected calibration error); Siddiqi (2006), Credit Risk Scorecards (stability index).
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ordering import Floats, Ordered
from governance.evaluation.spread import Estimate, dot
from governance.evaluation.statistics import Ranked, critical, table

TENTHS = 10
LOGIT_EDGE = 1e-6
SMALLEST_SHARE = 1e-4
_STEPS = 60
_SETTLED = 1e-11
_SLOPE_LIMIT = 1e4
_NEIGHBOURS = 16


@dataclass(frozen=True, slots=True, eq=False)
class Tenths:
    """Up to ten groups of about equal size, riskiest first; equal scores stay together.

    Attributes:
        rows, events: (tenths,) weights, which are counts where every row counts as one.
        predicted, observed: (tenths,) mean score and share of events.
        low, high: (tenths,) Wilson interval of the observed share.
        lift: (tenths,) observed share over the share of events in all rows.
        captured: (tenths,) share of all events in this tenth and the riskier ones.
    """

    rows: Floats
    events: Floats
    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats
    lift: Floats
    captured: Floats


def tenths(ranked: Ranked, level: float = 0.95) -> Tenths:
    """Cut the ranked rows into tenths by the middle rank of each group of equal scores.

    Asked again, they are the same.
    """
    return ranked.known.once(("tenths", level), lambda: _tenths(ranked, level))


def _tenths(ranked: Ranked, level: float) -> Tenths:
    ordered = ranked.ordered
    cuts = np.unique(np.concatenate(([0], _cuts(ordered), [ordered.score.size])))
    mass, events = ordered.mass_before(cuts), ordered.events_before(cuts)
    rows, events = np.diff(mass)[::-1], np.diff(events)[::-1]
    total = np.add.reduceat(_weighted_scores(ordered), cuts[:-1])[::-1]
    low, high = wilson(events, rows, level)
    return Tenths(
        rows=rows,
        events=events,
        predicted=total / rows,
        observed=events / rows,
        low=low,
        high=high,
        lift=(events / rows) / (ranked.events / ranked.mass),
        captured=np.cumsum(events) / ranked.events,
    )


def _cuts(ordered: Ordered) -> NDArray[np.intp]:
    """Give the places that part the tenths: a group of equal scores goes where its middle is.

    Tenth number t and those above it hold the groups with at most t tenths of all rows above
    their middle; the group that stands across the border decides for itself.
    """
    last = ordered.score.size
    whole = ordered.mass
    above = whole * np.arange(1, TENTHS) / TENTHS
    across = np.clip(_place_of_mass(ordered, whole - above), 0, last - 1)
    start = np.searchsorted(ordered.score, ordered.score[across], side="left")
    end = np.searchsorted(ordered.score, ordered.score[across], side="right")
    middle = whole - (ordered.mass_before(start) + ordered.mass_before(end)) / 2
    return np.where(middle >= above, end, start)


def _place_of_mass(ordered: Ordered, mass: Floats) -> NDArray[np.intp]:
    """Give the place of the row at which so much weight has been passed."""
    if ordered.row_mass is None:
        return np.ceil(mass).astype(np.intp) - 1
    return np.asarray(np.searchsorted(ordered.row_mass, mass, side="left") - 1)


def _weighted_scores(ordered: Ordered) -> Floats:
    if ordered.row_mass is None:
        return ordered.score
    weighted: Floats = ordered.score * np.diff(ordered.row_mass)
    return weighted


def expected_calibration_error(ranked: Ranked) -> Estimate:
    """Mean distance between predicted and observed share over the tenths. Value only.

    The distance is an absolute value, biased upwards by chance; no closed interval is honest.
    """
    parts = tenths(ranked)
    gaps = np.abs(parts.predicted - parts.observed)
    return Estimate(float((parts.rows * gaps).sum() / ranked.mass))


def recalibration(ranked: Ranked) -> tuple[Estimate, Estimate] | None:
    """Give intercept and slope of the outcome's logistic regression on the score's logit.

    Perfect calibration is intercept 0 and slope 1. The spread is the sandwich estimate, which
    holds whether or not the logistic form does. None where the fit does not exist: one single
    score, or classes that the score separates completely. Asked again, it is the same.
    """
    return ranked.known.once("recalibration", lambda: _recalibration(ranked))


def _recalibration(ranked: Ranked) -> tuple[Estimate, Estimate] | None:
    cells = ranked.cells
    score = np.clip(cells.mean, LOGIT_EDGE, 1 - LOGIT_EDGE)
    logit = np.log(score / (1 - score))
    fitted = _fit(_Grouped(logit, cells.positives, cells.positives + cells.negatives))
    if fitted is None:
        return None
    weights, hessian = fitted
    rate = _logistic(weights[0] + weights[1] * logit)
    inverse = np.linalg.inv(hessian) * ranked.mass
    intercept, slope = (
        Estimate(
            float(weights[part]),
            table(ranked, of_events=column * (1 - rate), of_others=column * -rate),
        )
        for part, column in enumerate(inverse[:, :1] + inverse[:, 1:] * logit)
    )
    return intercept, slope


def stability_index(reference: Ordered, current: Ordered) -> float:
    """Population stability index of two score distributions, over the reference's tenths.

    Empty classes count as one in ten thousand, so that the index stays finite.
    """
    edges = np.unique(_quantiles(reference.score, np.arange(1, TENTHS) / TENTHS))
    before, after = (_shares(edges, part) for part in (reference, current))
    return float(((after - before) * np.log(after / before)).sum())


def _quantiles(ordered: Floats, shares: Floats) -> Floats:
    """Give quantiles of sorted values, between two rows on the line that joins them."""
    at = shares * (ordered.size - 1)
    low = np.floor(at).astype(np.intp)
    high = np.minimum(low + 1, ordered.size - 1)
    return ordered[low] + (at - low) * (ordered[high] - ordered[low])


def wilson(events: Floats, rows: Floats, level: float) -> tuple[Floats, Floats]:
    """Give Wilson's interval of the shares events / rows, as (low, high) arrays."""
    z = critical(level)
    share, penalty = events / rows, z * z / rows
    centre = share + penalty / 2
    reach = np.sqrt(share * (1 - share) / rows + penalty / (4 * rows)) * z
    low, high = (centre - reach) / (1 + penalty), (centre + reach) / (1 + penalty)
    return np.clip(low, 0.0, 1.0), np.clip(high, 0.0, 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Grouped:
    """Events among the cases of each group, by the score's logit; each is (groups,)."""

    logit: Floats
    events: Floats
    mass: Floats

    def coarse(self) -> "_Grouped":
        """Put neighbours together: a fit of these is near enough to begin with."""
        first = np.arange(0, self.logit.size, _NEIGHBOURS)
        events, mass, logits = (
            np.add.reduceat(part, first)
            for part in (self.events, self.mass, self.mass * self.logit)
        )
        return _Grouped(logits / mass, events, mass)

    def likelihood(self, weights: Floats) -> float:
        """Give the logarithm of the likelihood at intercept and slope."""
        line = weights[0] + weights[1] * self.logit
        return dot(self.events, line) - dot(self.mass, np.logaddexp(0.0, line))

    def slopes(self, weights: Floats) -> tuple[Floats, Floats]:
        """Give the likelihood's (2,) gradient and minus its (2, 2) second derivatives."""
        rate = _logistic(weights[0] + weights[1] * self.logit)
        missed, spread = self.events - self.mass * rate, self.mass * rate * (1 - rate)
        along = spread * self.logit
        mixed = along.sum()
        hessian = np.array([[spread.sum(), mixed], [mixed, dot(along, self.logit)]])
        return np.array([missed.sum(), dot(missed, self.logit)]), hessian


def _fit(groups: _Grouped) -> tuple[Floats, Floats] | None:
    """Fit few groups first, which leaves little to do for many."""
    start = np.array([0.0, 1.0])
    if groups.logit.size > _NEIGHBOURS**2 and (near := _climb(groups.coarse(), start)) is not None:
        start = near[0]
    return _climb(groups, start)


def _climb(groups: _Grouped, weights: Floats) -> tuple[Floats, Floats] | None:
    """Newton's method; a step that would not raise the likelihood is halved."""
    reached = groups.likelihood(weights)
    for _ in range(_STEPS):
        gradient, hessian = groups.slopes(weights)
        if not _solvable(hessian):
            return None
        step = np.asarray(np.linalg.solve(hessian, gradient), dtype=np.float64)
        if np.abs(step).max() < _SETTLED * (1 + np.abs(weights).max()):
            return weights + step, hessian
        weights, reached = _raised(groups, weights, step, reached)
        if np.abs(weights).max() > _SLOPE_LIMIT:
            return None
    return None


def _raised(
    groups: _Grouped, weights: Floats, step: Floats, reached: float
) -> tuple[Floats, float]:
    """Give the weights after as much of a step as raises the likelihood, and what it is there."""
    for halving in range(30):
        further = weights + step * 0.5**halving
        likelihood = groups.likelihood(further)
        if likelihood >= reached - abs(reached) * 1e-12:
            return further, likelihood
    return weights, reached


def _solvable(hessian: Floats) -> bool:
    scale = sqrt(float(hessian[0, 0] * hessian[1, 1]))
    return scale > 0 and float(np.linalg.det(hessian)) > 1e-10 * scale**2


def _logistic(logit: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(logit, -700, 700)))


def _shares(edges: Floats, ordered: Ordered) -> Floats:
    last = ordered.score.size
    cuts = np.concatenate(([0], np.searchsorted(ordered.score, edges, side="right"), [last]))
    shares: Floats = np.diff(ordered.mass_before(cuts)) / ordered.mass
    return np.maximum(shares, SMALLEST_SHARE)
