"""Numeric predictions against scikit-learn, resamples and their own laws."""

import numpy as np
import pytest
from sklearn import metrics as oracle

from governance.evaluation.regression import (
    Predicted,
    average_squared_error,
    bias,
    bins_of,
    mean_absolute_error,
    r_squared,
    root_mean_squared_error,
)
from governance.evaluation.spread import Estimate, variance
from governance.evaluation.statistics import wald

MEASURES = (
    average_squared_error,
    root_mean_squared_error,
    mean_absolute_error,
    bias,
    r_squared,
)


def sample(seed: int, rows: int = 600, noise: float = 1.0, *, weighted: bool = False) -> Predicted:
    random = np.random.default_rng(seed)
    target = random.gamma(2, 300, rows)
    prediction = target + noise * random.normal(20, 90, rows)
    return Predicted(prediction, target, random.uniform(0.2, 4, rows) if weighted else None)


def spread(one: Estimate, part: Predicted, other: Estimate | None = None) -> float:
    found = variance(one, np.zeros(part.rows, dtype=np.int8), part.weight, other=other)
    assert found is not None
    return found


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(5))
def test_every_measure_agrees_with_scikit_learn(seed: int, *, weighted: bool) -> None:
    """To nine digits, with weights and without."""
    part = sample(seed, weighted=weighted)
    truth, said, weight = part.target, part.prediction, part.weight
    squared = oracle.mean_squared_error(truth, said, sample_weight=weight)
    expected = {
        average_squared_error: squared,
        root_mean_squared_error: np.sqrt(squared),
        mean_absolute_error: oracle.mean_absolute_error(truth, said, sample_weight=weight),
        bias: np.average(said - truth, weights=weight),
        r_squared: oracle.r2_score(truth, said, sample_weight=weight),
    }
    for measure, value in expected.items():
        estimate = measure(part)
        assert estimate is not None
        assert estimate.value == pytest.approx(value, rel=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_closed_variances_agree_with_the_bootstrap(measure: object) -> None:
    """The spread from influences is about that of 400 resamples."""
    part, random = sample(11), np.random.default_rng(12)
    picks = random.integers(0, part.rows, (400, part.rows))
    resampled = [
        measure(Predicted(part.prediction[pick], part.target[pick])).value  # type: ignore[operator]
        for pick in picks
    ]
    assert spread(measure(part), part) == pytest.approx(np.var(resampled), rel=0.3)  # type: ignore[operator]


def test_paired_intervals_cover_the_truth() -> None:
    """Two equally good models: 95 % of the intervals of the difference in RMSE hold zero."""
    held = 0
    for seed in range(400):
        one, other = sample(seed, 200), sample(seed + 5000, 200)
        other = Predicted(other.prediction - other.target + one.target, one.target)
        ours, theirs = root_mean_squared_error(one), root_mean_squared_error(other)
        interval = wald(ours.value - theirs.value, spread(ours, one, theirs), 0.95)
        assert interval is not None
        held += interval.low <= 0 <= interval.high
    assert 0.92 <= held / 400 <= 0.98


def test_one_single_target_has_no_r_squared() -> None:
    """There is no variance to account for."""
    flat = Predicted(np.array([1.0, 2.0]), np.array([3.0, 3.0]))
    assert r_squared(flat) is None


def test_a_perfect_prediction_has_no_spread() -> None:
    """Nothing varies, and nothing is divided by zero."""
    exact = Predicted(np.array([1.0, 2.0]), np.array([1.0, 2.0]))
    assert root_mean_squared_error(exact).value == 0
    assert root_mean_squared_error(exact).influence is None


def test_bins_hold_every_row_once() -> None:
    """In ascending order of prediction, about equally many in each."""
    part = sample(3, rows=203)
    bins = bins_of(part)
    assert bins.rows.sum() == part.rows
    assert set(bins.rows.tolist()) <= {10.0, 11.0}
    assert np.all(np.diff(bins.predicted) > 0)
    assert float((bins.rows * bins.observed).sum() / part.rows) == pytest.approx(part.target.mean())
    assert np.all(bins.low <= bins.high)
