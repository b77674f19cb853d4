"""Whom a cut-off lets through: rates of each group, and how far groups lie apart. Pure.

The event is what a lender fears: a case is approved when its score lies below the cut-off, and a
case is good when the event did not happen. Groups of fewer than MIN_ROWS cases are shown, but
neither set the reference nor count in a distance.

    demographic parity   share of all cases that is approved
    equal opportunity    share of good cases that is approved
    equalised odds       the wider of the gaps among good cases and among events
    predictive parity    share of approved cases that turned out good
    four-fifths ratio    a group's approval rate over the highest one (29 CFR 1607.4 D)

Sources: Hardt, Price and Srebro (2016), NeurIPS 29; Chouldechova (2017), Big Data 5, 153-163;
Newcombe (1998), Statistics in Medicine 17, 873-890, method 10 (difference of two shares);
Katz, Baptista, Azen and Pike (1978), Biometrics 34, 469-474 (ratio of two shares).
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ordering import Floats, Outcomes
from governance.evaluation.statistics import Interval, critical

MIN_ROWS = 30


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; `rate` is None where there were none to choose from."""

    chosen: float
    total: float

    @property
    def rate(self) -> float | None:
        """Give the share."""
        return self.chosen / self.total if self.total else None

    def interval(self, level: float) -> Interval | None:
        """Give Wilson's interval of the share."""
        if not self.total:
            return None
        z = critical(level)
        rate, penalty = self.chosen / self.total, z * z / self.total
        centre = rate + penalty / 2
        reach = z * math.sqrt(rate * (1 - rate) / self.total + penalty / (4 * self.total))
        return Interval(
            max((centre - reach) / (1 + penalty), 0.0), min((centre + reach) / (1 + penalty), 1.0)
        )


@dataclass(frozen=True, slots=True)
class Treated:
    """How one group fared at a cut-off."""

    approved: Share
    good_approved: Share
    events_approved: Share
    approved_good: Share

    @property
    def judged(self) -> bool:
        """Say whether the group is large enough to be compared."""
        return self.approved.total >= MIN_ROWS


@dataclass(frozen=True, slots=True)
class Gap:
    """The widest distance of two groups in one rate: highest - lowest, with its interval."""

    highest: str
    lowest: str
    difference: float
    interval: Interval


def treated(score: Floats, outcome: Outcomes, cutoff: float) -> Treated:
    """Count one group's (rows,) cases at a cut-off."""
    approved, good = score < cutoff, outcome == 0
    both = _count(approved & good)
    return Treated(
        approved=Share(_count(approved), score.size),
        good_approved=Share(both, _count(good)),
        events_approved=Share(_count(approved & ~good), _count(~good)),
        approved_good=Share(both, _count(approved)),
    )


PARTS: Mapping[str, tuple[Callable[[Treated], Share], ...]] = {
    "demographic_parity": (lambda group: group.approved,),
    "equal_opportunity": (lambda group: group.good_approved,),
    "equalised_odds": (lambda group: group.good_approved, lambda group: group.events_approved),
    "predictive_parity": (lambda group: group.approved_good,),
}


def gap(groups: Mapping[str, Treated], criterion: str, level: float = 0.95) -> Gap | None:
    """Give the widest distance under one of PARTS; None where fewer than two groups count."""
    found = [
        wide
        for part in PARTS[criterion]
        if (wide := _widest({n: part(g) for n, g in groups.items() if g.judged}, level))
    ]
    return max(found, key=lambda wide: wide.difference, default=None)


def ratios(groups: Mapping[str, Treated], level: float = 0.95) -> dict[str, Interval | None]:
    """Give Katz's interval of each group's approval rate over the highest one.

    None for the group with the highest rate, and where a rate is zero.
    """
    judged = {name: group.approved for name, group in groups.items() if group.judged}
    if not judged:
        return dict.fromkeys(groups)
    top = max(judged, key=lambda name: (judged[name].rate or 0.0, name))
    return {
        name: None if name == top else ratio_interval(group.approved, judged[top], level)
        for name, group in groups.items()
    }


def ratio_interval(one: Share, other: Share, level: float) -> Interval | None:
    """Give Katz's interval of one rate over another; None where one of them is zero."""
    if not (one.chosen and other.chosen):
        return None
    spread = 1 / one.chosen - 1 / one.total + 1 / other.chosen - 1 / other.total
    centre = math.log((one.chosen / one.total) / (other.chosen / other.total))
    reach = critical(level) * math.sqrt(spread)
    return Interval(math.exp(centre - reach), math.exp(centre + reach))


def difference_interval(one: Share, other: Share, level: float) -> Interval:
    """Give Newcombe's interval of one rate - another; both shares have cases."""
    first, second = one.interval(level), other.interval(level)
    assert first
    assert second
    rates = one.chosen / one.total, other.chosen / other.total
    down = math.hypot(rates[0] - first.low, second.high - rates[1])
    up = math.hypot(first.high - rates[0], rates[1] - second.low)
    return Interval(rates[0] - rates[1] - down, rates[0] - rates[1] + up)


def _widest(shares: Mapping[str, Share], level: float) -> Gap | None:
    rates = {name: rate for name, share in shares.items() if (rate := share.rate) is not None}
    if len(rates) < 2:  # noqa: PLR2004 - one group has no distance
        return None
    highest = max(rates, key=lambda name: (rates[name], name))
    lowest = min(rates, key=lambda name: (rates[name], name))
    interval = difference_interval(shares[highest], shares[lowest], level)
    return Gap(highest, lowest, rates[highest] - rates[lowest], interval)


def _count(rows: NDArray[np.bool_]) -> float:
    return float(np.count_nonzero(rows))
