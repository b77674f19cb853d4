"""Tenths, recalibration and stability, against plain loops and scipy's optimiser."""

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import binomtest

from governance.evaluation.calibration import (
    LOGIT_EDGE,
    expected_calibration_error,
    recalibration,
    stability_index,
    tenths,
    wilson,
)
from governance.evaluation.ordering import Ordered, order
from governance.evaluation.statistics import own_variance, rank
from tests.governance.evaluation.samples import Floats, Outcomes, cases, seen


def drawn(seed: int, rows: int = 800, digits: int = 12) -> tuple[Floats, Outcomes]:
    risk, outcome = cases(seed, rows)
    return np.round(seen(risk, seed + 1, 0.7), digits), outcome


@pytest.mark.parametrize("seed", range(5))
def test_tenths_of_untied_scores_are_equal_parts(seed: int) -> None:
    """Ten slices of the sorted rows, riskiest first, add up to the calibration error."""
    score, outcome = drawn(seed)
    order = np.argsort(-score)
    parts = tenths(rank(score, outcome))
    slices = np.split(order, 10)
    assert parts.rows.tolist() == [80] * 10
    assert parts.events.tolist() == [int(outcome[part].sum()) for part in slices]
    assert parts.predicted == pytest.approx([score[part].mean() for part in slices])
    gaps = [abs(score[part].mean() - outcome[part].mean()) for part in slices]
    error = expected_calibration_error(rank(score, outcome)).value
    assert error == pytest.approx(np.mean(gaps))


def test_equal_scores_stay_in_one_tenth() -> None:
    """With three different scores there are at most three tenths, and none is lost."""
    score, outcome = drawn(3, digits=0)
    score = np.clip(score * 0.4 + 0.2, 0, 1)
    parts = tenths(rank(score, outcome))
    assert parts.rows.size == len(set(score.tolist()))
    assert parts.rows.sum() == score.size
    assert parts.captured[-1] == pytest.approx(1)


def test_lift_is_the_rate_over_the_average() -> None:
    """The tenths' lifts, weighted by their rows, average to one."""
    parts = tenths(rank(*drawn(4)))
    assert (parts.lift * parts.rows).sum() / parts.rows.sum() == pytest.approx(1)
    assert parts.lift[0] > 2


@pytest.mark.parametrize(("events", "rows"), [(0, 20), (3, 40), (25, 25)])
def test_wilson_agrees_with_scipy(events: int, rows: int) -> None:
    """The interval of a share, at its edges too."""
    expected = binomtest(events, rows).proportion_ci(0.95, method="wilson")
    low, high = wilson(np.array([float(events)]), np.array([float(rows)]), 0.95)
    assert (low[0], high[0]) == pytest.approx((expected.low, expected.high), abs=1e-12)


@pytest.mark.parametrize(("seed", "digits"), [(1, 12), (2, 12), (3, 2), (4, 1)])
def test_recalibration_finds_the_maximum_likelihood(seed: int, digits: int) -> None:
    """Intercept and slope agree with a general optimiser, ties and clipped scores included."""
    score, outcome = drawn(seed, digits=digits)
    clipped = np.clip(score, LOGIT_EDGE, 1 - LOGIT_EDGE)
    logit = np.log(clipped / (1 - clipped))

    def loss(weights: Floats) -> float:
        line = weights[0] + weights[1] * logit
        return float((np.logaddexp(0, line) - outcome * line).sum())

    expected = minimize(loss, [0.0, 1.0], method="Nelder-Mead", options={"xatol": 1e-9}).x
    fitted = recalibration(rank(score, outcome))
    assert fitted is not None
    assert [part.value for part in fitted] == pytest.approx(expected, abs=1e-5)


def test_recalibration_has_the_spread_of_its_resamples() -> None:
    """The sandwich variance of the slope is about that of 300 resamples."""
    score, outcome = drawn(6)
    random = np.random.default_rng(8)
    picks = random.integers(0, score.size, (300, score.size))
    slopes = [recalibration(rank(score[pick], outcome[pick])) for pick in picks]
    ranked = rank(score, outcome)
    fitted = recalibration(ranked)
    assert fitted is not None
    expected = np.var([both[1].value for both in slopes if both is not None])
    assert own_variance(fitted[1], ranked) == pytest.approx(expected, rel=0.35)


@pytest.mark.parametrize(
    ("score", "outcome"),
    [([0.3] * 6, [0, 1, 0, 1, 0, 1]), ([0.1, 0.2, 0.3, 0.7, 0.8, 0.9], [0, 0, 0, 1, 1, 1])],
    ids=["one score", "separated"],
)
def test_a_fit_that_does_not_exist_is_not_invented(score: list[float], outcome: list[int]) -> None:
    """One single score, or complete separation, has no slope."""
    assert recalibration(rank(np.array(score), np.array(outcome, dtype=np.int8))) is None


def line(score: Floats) -> Ordered:
    """The scores in order; what happened does not matter here."""
    return order(score, (np.arange(score.size) % 2).astype(np.int8))


def test_stability_index_of_equal_distributions_is_zero() -> None:
    """The same scores are stable, moved ones are not."""
    score, _ = drawn(9)
    assert stability_index(line(score), line(score)) == 0
    assert stability_index(line(score), line(np.sqrt(score))) > 0.25


def test_stability_index_follows_its_definition() -> None:
    """Sum of (share - share) x ln(share / share) over the reference's tenths."""
    one, other = drawn(10)[0], drawn(11)[0]
    edges = np.concatenate(([-1.0], np.quantile(one, np.arange(1, 10) / 10), [2.0]))
    before, after = (
        np.array([((part > low) & (part <= high)).mean() for low, high in zip(edges, edges[1:])])  # noqa: B905, RUF007
        for part in (one, other)
    )
    expected = float(((after - before) * np.log(after / before)).sum())
    assert stability_index(line(one), line(other)) == pytest.approx(expected)
