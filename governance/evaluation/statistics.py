"""How well scores separate and predict a binary outcome: estimates that know their own spread.

Each model's scores are sorted once (`rank`); values come from exact counts in that order, ties
included. An `Estimate` carries, beside its value, the influence of each row on it. The variance
of an estimate, or of the difference of two estimates on the same rows, is then the same few lines
for every measure (`spread.py`); for the AUC these are DeLong's.

Sources: DeLong, DeLong and Clarke-Pearson (1988), Biometrics 44, 837-845; Sun and Xu (2014),
IEEE Signal Processing Letters 21, 1389-1393 (ranks instead of pairs); Pepe (2003), The
Statistical Evaluation of Medical Tests, chapter 5 (interval on the logit scale).
"""

import math
from dataclasses import dataclass, field
from statistics import NormalDist

import numpy as np

from governance.evaluation.cells import Cells, Places, cells_of
from governance.evaluation.levels import levels_of
from governance.evaluation.optimism import optimism_of_gap
from governance.evaluation.ordering import Floats, Ordered, Outcomes, order
from governance.evaluation.spread import (
    Estimate,
    Influence,
    dot,
    pairs_of,
    variance,
    variance_of_table,
    variance_of_tables,
)
from governance.evaluation.tally import Tally, tally_of
from governance.evaluation.together import Memory

_NO_SPREAD = 1e-18


@dataclass(frozen=True, slots=True)
class Interval:
    """A two-sided confidence interval."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """One model's scored rows, sorted once.

    Attributes:
        score, outcome: (rows,) as given; an outcome is 0 or 1.
        weight: (rows,) positive, or None where each row counts as one.
        ordered: The rows by score.
        cells: Neighbouring scores together, for spreads and curves.
        tally: What was counted exactly.
        known: What was worked out already and is asked for again: by its name and cut-off, or by
            the influences that a variance comes from; several threads may ask.
    """

    score: Floats
    outcome: Outcomes
    weight: Floats | None
    ordered: Ordered
    cells: Cells
    tally: Tally
    known: Memory = field(default_factory=Memory)

    @property
    def rows(self) -> int:
        """Give the number of rows."""
        return int(self.score.size)

    @property
    def events(self) -> float:
        """Give the weight of the rows with outcome 1."""
        return self.ordered.events

    @property
    def others(self) -> float:
        """Give the weight of the rows with outcome 0."""
        return self.ordered.mass - self.ordered.events

    @property
    def mass(self) -> float:
        """Give the weight of all rows."""
        return self.ordered.mass

    @property
    def events_from(self) -> Floats:
        """Give (cells,) the events with a score of this cell or a higher one."""
        return from_top(self.cells.positives)

    @property
    def others_from(self) -> Floats:
        """Give (cells,) the other cases with a score of this cell or a higher one."""
        return from_top(self.cells.negatives)

    @property
    def rarer(self) -> int:
        """Give the number of cases of the rarer outcome."""
        hits = int(self.ordered.hits.size)
        return min(hits, self.rows - hits)

    def own_variance(self, estimate: Estimate) -> float | None:
        """Give the variance of one estimate, or None where it is not known."""
        return own_variance(estimate, self)

    def paired_variance(self, one: Estimate, other: Estimate) -> float | None:
        """Give the variance of one - other on the same rows, or None where it is not known."""
        return paired_variance(one, other, self)

    def pairs(self, one: Places, other: Places, sizes: tuple[int, int]) -> Floats:
        """Count as `pairs_of` does; asked again about the same places, it is the same."""
        key = "pairs", (id(one), id(other), sizes)
        # With the places, so that no others take their names.
        return self.known.once(key, lambda: (pairs_of(one, other, sizes), one, other))[0]

    @property
    def ks_cutoff(self) -> float:
        """Give the score from which the classes differ most, the highest one of several."""
        return float(self.ordered.score[self.tally.gap_from])


def rank(score: Floats, outcome: Outcomes, weight: Floats | None = None) -> Ranked:
    """Sort once, or count few scores; count exactly, and cut into cells; all arrays are (rows,).

    Raises:
        ValueError: A score is outside [0, 1] or not a number, or only one outcome occurs.
    """
    levels = levels_of(score, outcome) if weight is None else None
    if levels is None:
        ordered = order(score, outcome, weight)
        cells = cells_of(ordered, score, outcome)
    else:
        ordered, cells = levels.ordered(), levels.cells()
    return Ranked(score, outcome, weight, ordered, cells, tally_of(ordered, cells))


def auc(ranked: Ranked) -> Estimate:
    """Area under the ROC curve, ties counted half, with DeLong's structural components.

    Asked again, it is the same.
    """
    return ranked.known.once("auc", lambda: _auc(ranked))


def _auc(ranked: Ranked) -> Estimate:
    cells, events, others = ranked.cells, ranked.events, ranked.others
    others_below = np.cumsum(cells.negatives) - cells.negatives
    events_above = ranked.events_from - cells.positives
    influence = table(
        ranked,
        of_events=(others_below + cells.negatives / 2) / others,
        of_others=(events_above + cells.positives / 2) / events,
    )
    return Estimate(ranked.tally.area / (2 * events * others), influence, by_class=True)


def gini(ranked: Ranked) -> Estimate:
    """Gini coefficient (accuracy ratio): 2 AUC - 1."""
    area = auc(ranked).times(2)
    return Estimate(area.value - 1, area.influence, by_class=True)


def ks(ranked: Ranked) -> Estimate:
    """Kolmogorov-Smirnov distance between the scores of events and other cases.

    The influence is that of the gap at the cut-off found: the derivative of a maximum is the
    derivative at the place of the maximum (envelope theorem), exact to first order.
    """
    gap, split = ranked.tally.gap, split_at(ranked, ranked.ks_cutoff)
    side = math.copysign(1.0, gap)
    influence = Influence(np.array([0.0, 0.0, -side, side]), split.place, split.mass)
    value, rows = abs(gap) / (ranked.events * ranked.others), _rows_by_class(ranked)
    optimism = optimism_of_gap(ranked.cells, *rows)
    return Estimate(value, influence, by_class=True, optimism=optimism)


def _rows_by_class(ranked: Ranked) -> tuple[float, float]:
    """Give how many events and other cases there are; of weighted ones, how many they count as."""
    if ranked.weight is None:
        return ranked.events, ranked.others
    squares = ranked.weight**2
    of_events = dot(squares, ranked.outcome.astype(np.float64))
    of_others = float(squares.sum()) - of_events
    return ranked.events**2 / of_events, ranked.others**2 / of_others


def average_precision(ranked: Ranked) -> Estimate:
    """Mean precision over the events, without interpolation, as a step function of recall.

    Precision depends on the share of events, so that share's own error is part of the influence.
    """
    cells, hits, misses = ranked.cells, ranked.events_from, ranked.others_from
    events, others, rows = ranked.events, ranked.others, ranked.mass
    slope = cells.positives / events / (hits + misses) ** 2
    of_events = hits / (hits + misses) + np.cumsum(slope * events * misses)
    of_others = -np.cumsum(slope * others * hits)
    of_events -= (of_events * cells.positives).sum() / events
    of_others -= (of_others * cells.negatives).sum() / others
    of_rate = float((slope * hits * misses).sum()) * rows * rows / (events * others)
    influence = table(
        ranked,
        of_events=of_events * (rows / events) + of_rate * others / rows,
        of_others=of_others * (rows / others) - of_rate * events / rows,
    )
    return Estimate(ranked.tally.precision, influence)


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The rows at a cut-off; the event is predicted from it upwards.

    Attributes:
        place: (rows,) outcome, plus 2 where the event is predicted.
        mass: (4,) weight of each of these: true negatives, false negatives, false and true
            positives.
    """

    place: Places
    mass: Floats


def split_at(ranked: Ranked, cutoff: float) -> Split:
    """Tell the rows apart at a cut-off; asked again, it is the same."""
    return ranked.known.once(("split", cutoff), lambda: _split(ranked, cutoff))


def _split(ranked: Ranked, cutoff: float) -> Split:
    place = (ranked.score >= cutoff).view(np.uint8)
    place <<= np.uint8(1)
    place |= ranked.outcome.view(np.uint8)
    return Split(place, confusion(ranked, np.array([cutoff]))[:, 0])


def confusion(ranked: Ranked, cutoffs: Floats) -> Floats:
    """Give (4, cutoffs) true negatives, false negatives, false positives, true positives."""
    at = ranked.ordered.from_cutoff(cutoffs)
    missed = ranked.ordered.events_before(at)
    cleared = ranked.ordered.mass_before(at) - missed
    return np.stack([cleared, missed, ranked.others - cleared, ranked.events - missed])


def accuracy(ranked: Ranked, cutoff: float) -> Estimate:
    """Share of rows on the right side of a cut-off."""
    split, right = split_at(ranked, cutoff), np.array([1.0, 0.0, 0.0, 1.0])
    return Estimate(
        float(split.mass @ right) / ranked.mass, Influence(right, split.place, split.mass)
    )


def f1(ranked: Ranked, cutoff: float) -> Estimate:
    """Harmonic mean of precision and recall at a cut-off, a ratio of two means."""
    split = split_at(ranked, cutoff)
    above, below = np.array([0.0, 0.0, 0.0, 2.0]), np.array([0.0, 1.0, 1.0, 2.0])
    total = float(split.mass @ below)
    value = float(split.mass @ above) / total
    influence = (above - value * below) * (ranked.mass / total)
    return Estimate(value, Influence(influence, split.place, split.mass))


def own_variance(estimate: Estimate, ranked: Ranked) -> float | None:
    """Give the variance of one estimate, or None where it is not known."""
    if ranked.weight is None and estimate.in_table:
        return variance_of_table(estimate)
    return variance(estimate, ranked.outcome, ranked.weight)


def paired_variance(one: Estimate, other: Estimate, ranked: Ranked) -> float | None:
    """Give the variance of one - other on the same rows, or None where it is not known."""
    ours, theirs = one.influence, other.influence
    if ranked.weight is not None or not (one.in_table and other.in_table):
        return variance(one, ranked.outcome, ranked.weight, other=other)
    assert ours is not None
    assert theirs is not None
    if ours.factor != theirs.factor:
        return variance_of_tables(ours, theirs, by_class=one.by_class, count=ranked.pairs)
    key = ours.single, theirs.single
    alone = ranked.known.once(
        key, lambda: variance_of_tables(*key, by_class=one.by_class, count=ranked.pairs)
    )
    return ours.factor**2 * alone


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
    return Interval(_share(centre - reach), _share(centre + reach))


def _share(logit: float) -> float:
    """Give the share of a logit of any size."""
    odds = math.exp(-abs(logit))
    return (1.0 if logit > 0 else odds) / (1 + odds)


def critical(level: float) -> float:
    """Give the normal quantile of a two-sided interval at this level: 1.96 for 0.95."""
    return NormalDist().inv_cdf((1 + level) / 2)


def from_top(masses: Floats) -> Floats:
    """Give (cells,) the sum of each cell and all higher ones."""
    summed: Floats = np.cumsum(masses[::-1])[::-1]
    return summed


def table(ranked: Ranked, *, of_events: Floats, of_others: Floats) -> Influence:
    """Lay out an influence that is (cells,) for events and (cells,) for other cases."""
    cells = ranked.cells
    values, held = np.zeros((2, 2 * int(cells.number[-1]) + 2))
    at = 2 * cells.number
    values[at], values[at + 1] = of_others, of_events
    held[at], held[at + 1] = cells.negatives, cells.positives
    return Influence(values, cells.place, held)
