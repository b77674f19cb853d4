"""What a cut-off does: confusion over thresholds, expected cost, McNemar's test. Pure.

The event is predicted from the cut-off upwards.

Sources: McNemar (1947), Psychometrika 12, 153-157, exact by the binomial distribution; Elkan
(2001), IJCAI 17 (cost matrices).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import exp, lgamma, log

import numpy as np

from governance.evaluation.ordering import Floats
from governance.evaluation.spread import Estimate, Influence
from governance.evaluation.statistics import Ranked, confusion, split_at

THRESHOLDS = 100
_NOTHING = 1e-30
_CLEARED, _MISSED, _ALARM, _HIT = range(4)  # as `Split.place` numbers them


@dataclass(frozen=True, slots=True)
class Costs:
    """What each outcome of a decision costs, in any unit; a gain is negative."""

    true_negative: float = 0.0
    false_negative: float = 1.0
    false_positive: float = 1.0
    true_positive: float = 0.0

    @property
    def values(self) -> Floats:
        """Give (4,) in the order of `statistics.confusion`."""
        return np.array(
            [self.true_negative, self.false_negative, self.false_positive, self.true_positive]
        )


@dataclass(frozen=True, slots=True, eq=False)
class Thresholds:
    """Confusion at rising cut-offs, each (thresholds,); the last four are weights."""

    cutoff: Floats
    precision: Floats
    recall: Floats
    f1: Floats
    true_negatives: Floats
    false_negatives: Floats
    false_positives: Floats
    true_positives: Floats


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Cases that only one of two models decides rightly, and how likely so uneven a split is."""

    only_challenger: int
    only_champion: int
    p_value: float


def thresholds(ranked: Ranked, count: int = THRESHOLDS) -> Thresholds:
    """Give the confusion at about `count` cut-offs, even in the number of cases between them."""
    score = ranked.ordered.score
    places = np.linspace(0, score.size - 1, count).astype(np.intp)
    cutoffs = np.unique(score[places])
    cleared, missed, alarms, hits = confusion(ranked, cutoffs)
    precision, recall = hits / (hits + alarms), hits / (hits + missed)
    f1 = 2 * hits / (2 * hits + alarms + missed)
    return Thresholds(cutoffs, precision, recall, f1, cleared, missed, alarms, hits)


def expected_cost(ranked: Ranked, cutoff: float, costs: Costs) -> Estimate:
    """Mean cost of a case at a cut-off."""
    split = split_at(ranked, cutoff)
    value = float(split.mass @ costs.values) / ranked.mass
    return Estimate(value, Influence(costs.values, split.place, split.mass))


def cost_at(ranked: Ranked, cutoff: float, costs: Costs) -> float:
    """Give the mean cost of a case at a cut-off, without what each row adds to it."""
    return float(costs.values @ confusion(ranked, np.array([cutoff]))[:, 0]) / ranked.mass


def cheapest(ranked: Ranked, costs: Costs) -> float:
    """Give the score at which a cut-off costs least, the highest one of several."""
    low, alarms, hits = ranked.cells.low, ranked.others_from, ranked.events_from
    decided = (ranked.others - alarms, ranked.events - hits, alarms, hits)
    total = sum(cost * mass for cost, mass in zip(costs.values, decided, strict=True))
    return float(low[low.size - 1 - int(np.argmin(np.asarray(total)[::-1]))])


def disagreement(
    challenger: Ranked, champion: Ranked, challenger_cutoff: float, champion_cutoff: float
) -> Disagreement:
    """Compare the decisions of two models on the same rows, whatever these weigh."""
    ours, theirs = split_at(challenger, challenger_cutoff), split_at(champion, champion_cutoff)
    cases = challenger.pairs(ours.place, theirs.place, (4, 4))
    only_challenger = int(cases[_HIT, _MISSED] + cases[_CLEARED, _ALARM])
    only_champion = int(cases[_MISSED, _HIT] + cases[_ALARM, _CLEARED])
    return Disagreement(only_challenger, only_champion, mcnemar(only_challenger, only_champion))


def mcnemar(one: int, other: int) -> float:
    """Give the exact two-sided p value of McNemar's test, from the two uneven counts."""
    total, smaller = one + other, min(one, other)
    if one == other:
        return 1.0
    return min(1.0, 2 * sum(_tail(total, smaller)))


def _tail(total: int, smaller: int) -> Iterator[float]:
    """Yield the binomial probabilities of at most `smaller` out of `total` even chances."""
    for count in range(smaller, -1, -1):
        term = exp(_log_choose(total, count) - total * log(2))
        yield term
        if term < _NOTHING:
            return


def _log_choose(total: int, count: int) -> float:
    return lgamma(total + 1) - lgamma(count + 1) - lgamma(total - count + 1)
