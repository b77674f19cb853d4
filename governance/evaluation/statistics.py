"""How well scores separate and predict a binary outcome: estimates that know their own spread.

Each model's scores are sorted once (`rank`); everything else comes from the cumulative counts of
the groups of equal score, so ties are exact. An `Estimate` carries, beside its value, the
influence of each row on it. The variance of an estimate, or of the difference of two estimates
on the same rows, is then the same few lines for every measure; for the AUC these are DeLong's.

Sources: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837-845; Sun and Xu (2014),
IEEE Signal Processing Letters 21, 1389-1393 (ranks instead of pairs); Brier (1950), Monthly
Weather Review 78, 1-3; Hampel (1974), JASA 69, 383-393 (influence); Pepe (2003), The
Statistical Evaluation of Medical Tests, chapter 5 (interval on the logit scale).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Outcomes = NDArray[np.int8]

_NO_SPREAD = 1e-18


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Rows with their groups of equal score, lowest score first.

    Attributes:
        score: (rows,) the scores as given.
        outcome: (rows,) 0 or 1.
        distinct: (groups,) the different scores, ascending.
        positives: (groups,) events with that score.
        negatives: (groups,) other cases with that score.
        group: (rows,) the position of each row's score in `distinct`.
    """

    score: Floats
    outcome: Outcomes
    distinct: Floats
    positives: Counts
    negatives: Counts
    group: NDArray[np.intp]

    @property
    def rows(self) -> int:
        """Give the number of rows."""
        return int(self.score.size)

    @property
    def events(self) -> int:
        """Give the number of rows with outcome 1."""
        return int(self.positives.sum())

    @property
    def others(self) -> int:
        """Give the number of rows with outcome 0."""
        return self.rows - self.events

    @property
    def events_from(self) -> Counts:
        """Give (groups,) the events with this score or a higher one."""
        return np.cumsum(self.positives[::-1])[::-1]

    @property
    def others_from(self) -> Counts:
        """Give (groups,) the other cases with this score or a higher one."""
        return np.cumsum(self.negatives[::-1])[::-1]


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """A measure with the influence of each row on it.

    Attributes:
        value: The measure.
        influence: (rows,) first-order influence, or None where only the value is known.
        by_class: Whether events and other cases are averaged apart (as in DeLong) or together.
    """

    value: float
    influence: Floats | None = None
    by_class: bool = False


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided confidence interval."""

    low: float
    high: float


def rank(score: Floats, outcome: Outcomes) -> Ranked:
    """Sort once and fold equal scores into groups.

    The bits of a score in [0, 2) leave room for the outcome, so one sort of plain integers
    orders both without carrying a payload and without losing a digit.

    Raises:
        ValueError: A score is outside [0, 1] or not a number, or only one outcome occurs.
    """
    if not (score.size and score.min() >= 0.0 and score.max() <= 1.0):
        msg = "scores must be numbers between 0 and 1"
        raise ValueError(msg)
    bits = (score + 0.0).view(np.uint64)  # + 0.0 turns the negative zero into the positive one
    keys = np.sort((bits << np.uint64(1)) | outcome.astype(np.uint64))
    labels, values = (keys & np.uint64(1)).astype(np.int64), keys >> np.uint64(1)
    starts = np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
    positives = np.add.reduceat(labels, starts)
    negatives = np.diff(np.append(starts, score.size)) - positives
    if not (positives.any() and negatives.any()):
        msg = "both outcomes must occur"
        raise ValueError(msg)
    distinct = values[starts].view(np.float64)
    group = np.searchsorted(distinct, score)
    return Ranked(score, outcome, distinct, positives, negatives.astype(np.int64), group)


def auc(ranked: Ranked) -> Estimate:
    """Area under the ROC curve, ties counted half, with DeLong's structural components."""
    events, others = ranked.events, ranked.others
    others_below = np.cumsum(ranked.negatives) - ranked.negatives
    events_above = ranked.events_from - ranked.positives
    twice = int((ranked.positives * (2 * others_below + ranked.negatives)).sum())
    of_events = (others_below + ranked.negatives / 2) / others
    of_others = (events_above + ranked.positives / 2) / events
    influence = np.where(ranked.outcome == 1, of_events[ranked.group], of_others[ranked.group])
    return Estimate(twice / (2 * events * others), influence, by_class=True)


def gini(ranked: Ranked) -> Estimate:
    """Gini coefficient (accuracy ratio): 2 AUC - 1."""
    area = auc(ranked)
    assert area.influence is not None
    return Estimate(2 * area.value - 1, 2 * area.influence, by_class=True)


def ks_place(ranked: Ranked) -> tuple[int, int]:
    """Give the group at whose score the two classes are furthest apart, and the exact gap.

    The gap is others x (events from that score) - events x (others from that score), an integer.
    Where several groups have the largest gap, it is the one with the highest score.
    """
    gap = ranked.others * ranked.events_from - ranked.events * ranked.others_from
    place = gap.size - 1 - int(np.argmax(np.abs(gap[::-1])))
    return place, int(gap[place])


def ks(ranked: Ranked) -> Estimate:
    """Kolmogorov-Smirnov distance between the scores of events and other cases.

    The influence is that of the gap at the cut-off found: the derivative of a maximum is the
    derivative at the place of the maximum (envelope theorem), exact to first order.
    """
    place, gap = ks_place(ranked)
    sign = 1.0 if gap >= 0 else -1.0
    side = np.where(ranked.outcome == 1, sign, -sign)
    influence = side * (ranked.group >= place)
    return Estimate(abs(gap) / (ranked.events * ranked.others), influence, by_class=True)


def average_precision(ranked: Ranked) -> Estimate:
    """Mean precision over the events, without interpolation, as a step function of recall.

    Precision depends on the share of events, so that share's own error is part of the influence.
    """
    hits, misses = ranked.events_from, ranked.others_from
    events, others, rows = ranked.events, ranked.others, ranked.rows
    precision, share = hits / (hits + misses), ranked.positives / events
    slope = share / (hits + misses) ** 2
    of_events = precision + np.cumsum(slope * events * misses)
    of_others = -np.cumsum(slope * others * hits)
    of_events -= (of_events * ranked.positives).sum() / events
    of_others -= (of_others * ranked.negatives).sum() / others
    of_rate = float((slope * hits * misses).sum()) * rows * rows / (events * others)
    influence = np.where(
        ranked.outcome == 1,
        (of_events * (rows / events))[ranked.group] + of_rate * others / rows,
        (of_others * (rows / others))[ranked.group] - of_rate * events / rows,
    )
    return Estimate(float((share * precision).sum()), influence)


def brier(ranked: Ranked) -> Estimate:
    """Brier score: the mean squared distance between score and outcome."""
    losses = (ranked.score - ranked.outcome) ** 2
    return Estimate(float(losses.mean()), losses)


def log_loss(ranked: Ranked) -> Estimate:
    """Mean negative log likelihood; scores are kept one float64 epsilon away from 0 and 1."""
    tiny = np.finfo(np.float64).eps
    score = np.clip(ranked.score, tiny, 1 - tiny)
    losses = -np.log(np.where(ranked.outcome == 1, score, 1 - score))
    return Estimate(float(losses.mean()), losses)


def accuracy(ranked: Ranked, cutoff: float) -> Estimate:
    """Share of rows on the right side of a cut-off; the event is predicted from it upwards."""
    right = ((ranked.score >= cutoff) == (ranked.outcome == 1)).astype(np.float64)
    return Estimate(float(right.mean()), right)


def f1(ranked: Ranked, cutoff: float) -> Estimate:
    """Harmonic mean of precision and recall at a cut-off, a ratio of two means."""
    predicted, happened = ranked.score >= cutoff, ranked.outcome == 1
    above = 2.0 * (predicted & happened)
    below = predicted.astype(np.float64) + happened
    value = float(above.sum() / below.sum())
    return Estimate(value, (above - value * below) / below.mean())


def variance(influence: Floats, outcome: Outcomes, *, by_class: bool) -> float:
    """Give the sampling variance of an estimate with this influence, from (rows,) arrays."""
    if not by_class:
        return _mean_variance(influence)
    happened = outcome == 1
    return _mean_variance(influence[happened]) + _mean_variance(influence[~happened])


def own_variance(estimate: Estimate, ranked: Ranked) -> float | None:
    """Give the variance of one estimate, or None where it is not known."""
    if estimate.influence is None:
        return None
    return variance(estimate.influence, ranked.outcome, by_class=estimate.by_class)


def paired_variance(one: Estimate, other: Estimate, outcome: Outcomes) -> float | None:
    """Give the variance of one - other on the same rows, or None where it is not known."""
    if one.influence is None or other.influence is None:
        return None
    return variance(one.influence - other.influence, outcome, by_class=one.by_class)


def wald(value: float, spread: float | None, level: float) -> Interval | None:
    """Give value +- z standard errors; None where the variance is not known."""
    if spread is None or math.isnan(spread):
        return None
    reach = critical(level) * math.sqrt(spread)
    return Interval(value - reach, value + reach)


def logit_interval(value: float, spread: float, level: float) -> Interval | None:
    """Give an interval for a share, symmetric on the logit scale and so inside (0, 1).

    None where the value is 0 or 1 or nothing varies: such a sample says nothing of its error.
    """
    if math.isnan(spread) or spread <= _NO_SPREAD or not 0.0 < value < 1.0:
        return None
    centre = math.log(value / (1 - value))
    reach = critical(level) * math.sqrt(spread) / (value * (1 - value))
    return Interval(*(1 / (1 + math.exp(-bound)) for bound in (centre - reach, centre + reach)))


def critical(level: float) -> float:
    """Give the normal quantile of a two-sided interval at this level: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)


def _mean_variance(values: Floats) -> float:
    return float(values.var(ddof=1) / values.size) if values.size > 1 else math.nan
