"""Rows that weigh more than others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as oracle

from governance.evaluation.losses import brier, log_loss
from governance.evaluation.statistics import (
    accuracy,
    auc,
    average_precision,
    f1,
    ks,
    own_variance,
    rank,
)
from tests.governance.evaluation.samples import cases, seen


@pytest.mark.parametrize("digits", [1, 12])
@pytest.mark.parametrize("seed", range(4))
def test_weighted_measures_agree_with_scikit_learn(seed: int, digits: int) -> None:
    """With ties and without, to nine digits."""
    risk, outcome = cases(seed, 700)
    score = np.round(seen(risk, seed + 9, 0.6), digits)
    weight = np.random.default_rng(seed).uniform(0.2, 5, score.size)
    ranked = rank(score, outcome, weight)
    predicted = score >= 0.3
    expected = {
        auc: oracle.roc_auc_score(outcome, score, sample_weight=weight),
        average_precision: oracle.average_precision_score(outcome, score, sample_weight=weight),
        brier: oracle.brier_score_loss(outcome, score, sample_weight=weight),
        log_loss: oracle.log_loss(outcome, score, sample_weight=weight),
    }
    for measure, value in expected.items():
        assert measure(ranked).value == pytest.approx(value, abs=1e-9)
    assert accuracy(ranked, 0.3).value == pytest.approx(
        oracle.accuracy_score(outcome, predicted, sample_weight=weight)
    )
    assert f1(ranked, 0.3).value == pytest.approx(
        oracle.f1_score(outcome, predicted, sample_weight=weight)
    )


@given(st.integers(0, 10_000), st.integers(20, 120))
def test_a_weight_of_two_is_the_row_twice(seed: int, rows: int) -> None:
    """Whole weights repeat rows; values agree, whatever the ties."""
    random = np.random.default_rng(seed)
    score = np.round(random.random(rows), int(random.integers(1, 4)))
    outcome = np.resize(np.array([0, 1, 0], dtype=np.int8), rows)
    weight = random.integers(1, 4, rows)
    weighted = rank(score, outcome, weight.astype(np.float64))
    repeated = rank(np.repeat(score, weight), np.repeat(outcome, weight))
    for measure in (auc, average_precision, ks, brier, log_loss):
        assert measure(weighted).value == pytest.approx(measure(repeated).value, abs=1e-12)


def test_equal_weights_change_no_spread() -> None:
    """Whatever their unit is."""
    risk, outcome = cases(3, 400)
    score = seen(risk, 4, 0.6)
    plain, heavy = rank(score, outcome), rank(score, outcome, np.full(score.size, 2.5))
    for measure in (auc, average_precision, ks, brier):
        assert own_variance(measure(heavy), heavy) == pytest.approx(
            own_variance(measure(plain), plain)
        )
