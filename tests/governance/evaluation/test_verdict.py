"""What a difference allows us to say."""

import numpy as np
import pytest

from governance.evaluation.contest import Contest, difference
from governance.evaluation.measures import MEASURES
from governance.evaluation.statistics import Interval, auc, critical, rank
from governance.evaluation.verdict import Judgement, Reason, judge, smallest_detectable
from tests.governance.evaluation.samples import cases, seen

AUC = MEASURES[0]


@pytest.mark.parametrize(
    ("low", "high", "judgement", "reason"),
    [
        (0.001, 0.02, Judgement.BETTER, Reason.INTERVAL_ABOVE_ZERO),
        (-0.004, 0.02, Judgement.NOT_WORSE, Reason.INTERVAL_ABOVE_MARGIN),
        (-0.005, -0.001, Judgement.NOT_WORSE, Reason.SMALL_LOSS_WITHIN_MARGIN),
        (-0.02, -0.001, Judgement.WORSE, Reason.INTERVAL_BELOW_ZERO),
        (-0.02, -0.006, Judgement.WORSE, Reason.INTERVAL_BELOW_MARGIN),
        (-0.02, 0.02, Judgement.NOT_ENOUGH_DATA, Reason.INTERVAL_TOO_WIDE),
        (0.0, 0.0, Judgement.NOT_WORSE, Reason.SAME_RANKING),
    ],
)
def test_the_interval_decides(
    low: float, high: float, judgement: Judgement, reason: Reason
) -> None:
    """With a margin of 0.005."""
    verdict = judge((low + high) / 2, Interval(low, high), 0.005, rarer=200)
    assert (verdict.judgement, verdict.reason) == (judgement, reason)


def test_few_events_are_never_enough() -> None:
    """Nine events prove nothing, however wide the gap."""
    verdict = judge(0.3, Interval(0.2, 0.4), 0.005, rarer=9)
    assert verdict.reason == Reason.TOO_FEW_EVENTS


def test_a_difference_without_spread_is_not_trusted() -> None:
    """Two perfect rankings in opposite directions have no variance, but a difference."""
    verdict = judge(1.0, Interval(1.0, 1.0), 0.005, rarer=50)
    assert (verdict.judgement, verdict.reason) == (Judgement.NOT_ENOUGH_DATA, Reason.NO_SPREAD)


def test_a_value_without_interval_gets_no_verdict() -> None:
    """The calibration error is shown, not judged."""
    assert judge(0.1, None, 0.005, rarer=50).judgement == Judgement.POINT_ONLY


def test_smallest_detectable_difference_has_its_power() -> None:
    """A difference of that size lies beyond the critical value in 80 of 100 samples."""
    smallest = smallest_detectable(0.01**2, 0.95)
    assert smallest is not None
    draws = np.random.default_rng(1).normal(smallest, 0.01, 20_000)
    assert np.mean(draws > critical(0.95) * 0.01) == pytest.approx(0.8, abs=0.01)


def verdicts(rounds: int, *, challenger: float, champion: float, rows: int) -> list[str]:
    """The verdicts of many samples in which the two models are as noisy as said."""
    found = []
    for seed in range(rounds):
        risk, outcome = cases(70_000 + seed, rows)
        ours = rank(seen(risk, 200_000 + seed, challenger), outcome)
        theirs = rank(seen(risk, 400_000 + seed, champion), outcome)
        contest = Contest(ours, theirs, paired=True, margin=0.01, level=0.95)
        found.append(difference(contest, AUC, auc(ours), auc(theirs)).verdict.judgement)
    return found


def test_an_equal_challenger_is_rarely_called_better() -> None:
    """At most 2.5 % of samples, and a little for chance."""
    assert verdicts(600, challenger=0.9, champion=0.9, rows=400).count("better") <= 600 * 0.04


def test_a_much_worse_challenger_is_not_let_through() -> None:
    """Neither better nor not worse when the ranking is far noisier."""
    found = verdicts(200, challenger=2.5, champion=0.3, rows=600)
    assert found.count("better") == 0
    assert found.count("not_worse") == 0
    assert found.count("worse") > 150
