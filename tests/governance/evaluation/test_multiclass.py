"""Probabilities of several classes against scikit-learn and resamples."""

import numpy as np
import pytest
from sklearn import metrics as oracle

from governance.evaluation.multiclass import (
    Classified,
    accuracy,
    brier,
    class_auc,
    confusion,
    f1_by_class,
    log_loss,
    macro_auc,
    weighted_auc,
)
from governance.evaluation.spread import variance

NAMES = ("low", "middle", "high")


def sample(seed: int, rows: int = 500, *, weighted: bool = False) -> Classified:
    random = np.random.default_rng(seed)
    truth = random.normal(size=(rows, 3)) + np.array([0.5, 0.0, -0.5])
    actual = np.argmax(truth + random.gumbel(size=truth.shape), axis=1)
    odds = np.exp(truth + 0.5 * random.normal(size=truth.shape))
    probability = odds / odds.sum(axis=1, keepdims=True)
    return Classified(
        probability, actual, NAMES, random.uniform(0.5, 3, rows) if weighted else None
    )


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_every_measure_agrees_with_scikit_learn(seed: int, *, weighted: bool) -> None:
    """One against the rest, macro and weighted; to nine digits."""
    part = sample(seed, weighted=weighted)
    said, actual, weight = part.probability, part.actual, part.weight
    options = {"sample_weight": weight, "multi_class": "ovr"}
    expected = {
        macro_auc: oracle.roc_auc_score(actual, said, average="macro", **options),
        weighted_auc: oracle.roc_auc_score(actual, said, average="weighted", **options),
        log_loss: oracle.log_loss(actual, said, sample_weight=weight),
        accuracy: oracle.accuracy_score(actual, part.predicted, sample_weight=weight),
        brier: oracle.brier_score_loss(
            actual, said, sample_weight=weight, labels=[0, 1, 2], scale_by_half=False
        ),
    }
    for measure, value in expected.items():
        estimate = measure(part)
        assert estimate is not None
        assert estimate.value == pytest.approx(value, abs=1e-9), measure.__name__
    assert confusion(part) == pytest.approx(
        oracle.confusion_matrix(actual, part.predicted, sample_weight=weight)
    )
    assert f1_by_class(part) == pytest.approx(
        oracle.f1_score(actual, part.predicted, average=None, sample_weight=weight)
    )


@pytest.mark.parametrize("measure", [macro_auc, weighted_auc, brier, log_loss])
def test_closed_variances_agree_with_the_bootstrap(measure: object) -> None:
    """The parts of a mean of AUCs come from the same rows, and its spread knows it."""
    part, random = sample(21), np.random.default_rng(22)
    picks = random.integers(0, part.rows, (300, part.rows))
    resampled = [
        measure(Classified(part.probability[pick], part.actual[pick], NAMES)).value  # type: ignore[operator]
        for pick in picks
    ]
    closed = variance(measure(part), np.zeros(part.rows, dtype=np.int8))  # type: ignore[operator]
    assert closed == pytest.approx(np.var(resampled), rel=0.3)


def test_a_class_that_never_happened_has_no_auc() -> None:
    """Neither has any mean over it; the other measures stand."""
    part = sample(1)
    kept = part.actual != 2
    fewer = Classified(part.probability[kept], part.actual[kept], NAMES)
    assert class_auc(fewer, 2) is None
    assert macro_auc(fewer) is None
    assert class_auc(fewer, 0) is not None
    assert f1_by_class(fewer)[2] == 0
