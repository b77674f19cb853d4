"""One measure of challenger and champion, their difference with its interval, and the verdict."""

from dataclasses import dataclass
from math import isnan
from typing import Any, Generic

from governance.evaluation.decimals import decimal12, decimal_or_none
from governance.evaluation.measures import Measure, S
from governance.evaluation.several import two_sided
from governance.evaluation.spread import Estimate
from governance.evaluation.statistics import Interval, logit_interval, wald
from governance.evaluation.verdict import Judgement, Reason, Verdict, judge, smallest_detectable


@dataclass(frozen=True, slots=True, eq=False)
class Contest(Generic[S]):
    """Two samples; with `paired` the rows are the same cases in the same order."""

    challenger: S
    champion: S | None
    paired: bool
    margin: float
    level: float

    @property
    def samples(self) -> list[S]:
        """Give one sample or both."""
        return [self.challenger, *([self.champion] if self.champion else [])]


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A measure's difference, challenger - champion, and what follows from it."""

    value: float | None
    spread: float | None
    interval: Interval | None
    verdict: Verdict


def measure_row(contest: Contest[S], measure: Measure[S]) -> dict[str, Any]:
    """Give one line of the comparison's table as plain JSON values."""
    challenger = measure.take(contest.challenger)
    champion = measure.take(contest.champion) if contest.champion else None
    outcome = difference(contest, measure, challenger, champion)
    margin = _margin(contest, measure)
    return {
        "metric": measure.name,
        "higher_is_better": measure.higher_is_better,
        "ideal": decimal_or_none(measure.ideal),
        "margin": decimal12(margin),
        "challenger": _value(challenger),
        "challenger_interval": _own_interval(contest, measure, challenger, contest.challenger),
        "champion": _value(champion),
        "champion_interval": _own_interval(contest, measure, champion, contest.champion),
        **difference_fields(contest, outcome),
    }


def difference_fields(contest: Contest[S], outcome: Difference) -> dict[str, Any]:
    """Give the fields that every compared line has, in a table of measures or of segments."""
    interval = outcome.interval
    return {
        "difference": decimal_or_none(outcome.value),
        "low": interval and decimal12(interval.low),
        "high": interval and decimal12(interval.high),
        "smallest_detectable": decimal_or_none(smallest_detectable(outcome.spread, contest.level)),
        "p_value": _p_value(outcome),
        "p_adjusted": None,
        "verdict": str(outcome.verdict.judgement),
        "reason": str(outcome.verdict.reason),
    }


def _p_value(outcome: Difference) -> str | None:
    if outcome.value is None or outcome.spread is None or isnan(outcome.spread):
        return None
    return decimal12(two_sided(outcome.value, outcome.spread))


def difference(
    contest: Contest[S], measure: Measure[S], challenger: Estimate | None, champion: Estimate | None
) -> Difference:
    """Compare two estimates of one measure."""
    if contest.champion is None:
        return _undecided(Judgement.NO_CHAMPION, Reason.FIRST_VERSION)
    if challenger is None or champion is None:
        return _undecided(Judgement.NOT_ENOUGH_DATA, Reason.NOT_DEFINED)
    value, spread = _subtract(contest, challenger, champion)
    signs = measure.sign(challenger), measure.sign(champion)
    if signs[0] == signs[1]:
        gain, gain_spread = signs[0] * value, spread
    else:  # they miss the ideal on two sides
        gain, gain_spread = _subtract(contest, measure.turned(challenger), measure.turned(champion))
    gain_interval = wald(gain, gain_spread, contest.level)
    verdict = judge(gain, gain_interval, _margin(contest, measure), _cases(contest, measure))
    return Difference(value, spread, wald(value, spread, contest.level), verdict)


def _undecided(judgement: Judgement, reason: Reason) -> Difference:
    return Difference(None, None, None, Verdict(judgement, reason))


def _subtract(
    contest: Contest[S], challenger: Estimate, champion: Estimate
) -> tuple[float, float | None]:
    """Give challenger - champion and its variance."""
    value = challenger.value - champion.value
    if contest.paired or contest.champion is None:
        return value, contest.challenger.paired_variance(challenger, champion)
    ours = contest.challenger.own_variance(challenger)
    theirs = contest.champion.own_variance(champion)
    return value, None if ours is None or theirs is None else ours + theirs


def _margin(contest: Contest[S], measure: Measure[S]) -> float:
    return measure.margin(contest.margin, contest.champion or contest.challenger)


def _cases(contest: Contest[S], measure: Measure[S]) -> int:
    return min(measure.cases(sample) for sample in contest.samples)


def _value(estimate: Estimate | None) -> str | None:
    return None if estimate is None else decimal12(estimate.value)


def _own_interval(
    contest: Contest[S], measure: Measure[S], estimate: Estimate | None, sample: S | None
) -> list[str] | None:
    if estimate is None or sample is None:
        return None
    spread = sample.own_variance(estimate)
    if spread is None:
        return None
    build = logit_interval if measure.share else wald
    interval = build(estimate.value - estimate.optimism, spread, contest.level)
    return None if interval is None else [decimal12(interval.low), decimal12(interval.high)]
