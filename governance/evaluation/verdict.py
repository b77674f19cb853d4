"""What a difference between challenger and champion allows us to say.

`gain` is the difference turned so that more is better for the challenger, `interval` its
confidence interval and `margin` the loss that would still be accepted.

    interval above 0                          better
    interval above -margin                    not worse (in limit, where it lies below 0)
    interval below -margin, or below 0        worse
    interval from below -margin to above 0    not enough data

An equal challenger is called better, and one that is worse by the margin is called not worse,
in at most (1 - level) / 2 of all samples.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import sqrt
from statistics import NormalDist

from governance.evaluation.statistics import Interval, critical

MIN_EVENTS = 10
POWER = 0.8


class Judgement(StrEnum):
    """The words of a verdict."""

    BETTER = "better"
    NOT_WORSE = "not_worse"
    WORSE = "worse"
    NOT_ENOUGH_DATA = "not_enough_data"
    NO_CHAMPION = "no_champion"
    POINT_ONLY = "point_only"


class Reason(StrEnum):
    """Why a verdict was given; `labels.py` has the sentences."""

    INTERVAL_ABOVE_ZERO = "interval_above_zero"
    INTERVAL_ABOVE_MARGIN = "interval_above_margin"
    SMALL_LOSS_WITHIN_MARGIN = "small_loss_within_margin"
    SAME_RANKING = "same_ranking"
    INTERVAL_BELOW_MARGIN = "interval_below_margin"
    INTERVAL_BELOW_ZERO = "interval_below_zero"
    INTERVAL_TOO_WIDE = "interval_too_wide"
    TOO_FEW_EVENTS = "too_few_events"
    NO_SPREAD = "no_spread"
    NO_INTERVAL = "no_interval"
    NOT_DEFINED = "not_defined"
    FIRST_VERSION = "first_version"
    WORSE_ELSEWHERE = "worse_elsewhere"
    WORSE_IN_SEGMENT = "worse_in_segment"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement and its reason."""

    judgement: Judgement
    reason: Reason


def judge(gain: float, interval: Interval | None, margin: float, rarer: int) -> Verdict:
    """Judge one difference; `rarer` counts the cases of the rarer outcome."""
    if rarer < MIN_EVENTS:
        return Verdict(Judgement.NOT_ENOUGH_DATA, Reason.TOO_FEW_EVENTS)
    if interval is None:
        return Verdict(Judgement.POINT_ONLY, Reason.NO_INTERVAL)
    if interval.low == interval.high:
        return _without_spread(gain)
    return _by_interval(interval, margin)


def smallest_detectable(spread: float | None, level: float) -> float | None:
    """Give the true difference that a sample of this variance shows with that POWER."""
    if spread is None:
        return None
    return (critical(level) + NormalDist().inv_cdf(POWER)) * sqrt(spread)


def _without_spread(gain: float) -> Verdict:
    if gain == 0:
        return Verdict(Judgement.NOT_WORSE, Reason.SAME_RANKING)
    return Verdict(Judgement.NOT_ENOUGH_DATA, Reason.NO_SPREAD)


def _by_interval(interval: Interval, margin: float) -> Verdict:
    if interval.low > 0:
        return Verdict(Judgement.BETTER, Reason.INTERVAL_ABOVE_ZERO)
    if interval.low >= -margin:
        small = interval.high < 0
        reason = Reason.SMALL_LOSS_WITHIN_MARGIN if small else Reason.INTERVAL_ABOVE_MARGIN
        return Verdict(Judgement.NOT_WORSE, reason)
    if interval.high < -margin:
        return Verdict(Judgement.WORSE, Reason.INTERVAL_BELOW_MARGIN)
    if interval.high < 0:
        return Verdict(Judgement.WORSE, Reason.INTERVAL_BELOW_ZERO)
    return Verdict(Judgement.NOT_ENOUGH_DATA, Reason.INTERVAL_TOO_WIDE)
