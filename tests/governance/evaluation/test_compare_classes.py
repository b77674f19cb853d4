"""Probabilities of several classes: one comparison as the page and the signature see it."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from sklearn.metrics import log_loss as their_log_loss

from governance.evaluation.comparison import compare, payload_digest
from governance.evaluation.scored_data import ScoredData
from tests.governance.evaluation.test_compare import metric, walk

NAMES = ("high", "low", "middle")


def ratings(
    rows: int = 1500, *, ours: float = 0.5, theirs: float = 1.8, seed: int = 5
) -> tuple[ScoredData, ScoredData]:
    """Two models that rate the same cases, with so much noise each."""
    random = np.random.default_rng(seed)
    leaning = random.normal(size=(rows, 3)) * 1.5
    shares = softmax(leaning)
    actual = (random.random(rows)[:, None] > shares.cumsum(axis=1)).sum(axis=1)
    key = np.arange(rows).astype(np.uint64)
    challenger, champion = (
        ScoredData(
            softmax(leaning + noise * random.normal(size=leaning.shape)),
            np.minimum(actual, 2).astype(np.int32),
            key=key,
            class_names=NAMES,
            kind="multiclass",
        )
        for noise in (ours, theirs)
    )
    return challenger, champion


def softmax(values: np.ndarray) -> np.ndarray:
    powers = np.exp(values)
    return powers / powers.sum(axis=1, keepdims=True)


def test_every_measure_is_scikit_learns() -> None:
    """Macro and weighted one against the rest, accuracy, F1, log loss."""
    challenger, champion = ratings()
    payload = compare(challenger, champion, margin=0.01).payload
    for part, sample in (("challenger", challenger), ("champion", champion)):
        truth, said = sample.outcome, sample.score
        called = said.argmax(axis=1)
        expected = {
            "macro_auc": roc_auc_score(truth, said, multi_class="ovr", average="macro"),
            "weighted_auc": roc_auc_score(truth, said, multi_class="ovr", average="weighted"),
            "accuracy": accuracy_score(truth, called),
            "macro_f1": f1_score(truth, called, average="macro"),
            "log_loss": their_log_loss(truth, said),
        }
        for name, value in expected.items():
            assert float(metric(payload, name)[part]) == pytest.approx(value, rel=1e-9)
    assert payload_digest(payload)
    assert not any(isinstance(value, float) for value in walk(payload))


def test_less_noise_is_better_in_all_classes() -> None:
    """The mean of the classes leads; each class has its own line."""
    payload = compare(*ratings(), margin=0.01).payload
    assert payload["verdict"]["metric"] == "macro_auc"
    assert payload["verdict"]["verdict"] == "better"
    assert [part["segment"] for part in payload["classes"]] == list(NAMES)
    assert {part["line"]["verdict"] for part in payload["classes"]} == {"better"}
    assert sum(part["rows"] for part in payload["classes"]) == 1500


def test_one_class_that_got_worse_is_not_hidden_by_the_others() -> None:
    """Two classes gained, the third is not told from the rest any more."""
    challenger, champion = ratings(4000)
    score = challenger.score.copy()
    score[:, 1] = np.random.default_rng(1).permutation(score[:, 1])
    spoilt = replace(challenger, score=score / score.sum(axis=1, keepdims=True))
    payload = compare(spoilt, champion, margin=0.4).payload
    assert payload["verdict"]["worse_segments"] == []
    payload = compare(spoilt, champion, margin=0.05).payload
    assert "low" in payload["verdict"]["worse_segments"]
    assert payload["verdict"]["verdict"] == "worse"


def test_a_class_that_never_happened_has_no_line() -> None:
    """Nor is there a mean over all classes; the accuracy stands."""
    challenger, champion = ratings()
    kept = np.flatnonzero(challenger.outcome != 2)
    payload = compare(challenger.take(kept), champion.take(kept), margin=0.01).payload
    assert payload["classes"][2]["line"] is None
    assert metric(payload, "macro_auc")["challenger"] is None
    assert payload["verdict"]["verdict"] == "not_enough_data"
    assert metric(payload, "accuracy")["verdict"] == "better"


def test_confusion_counts_every_case_once() -> None:
    """What happened down, what was called across."""
    challenger, _ = ratings()
    payload = compare(challenger, None, margin=0.01).payload
    rows = payload["confusion"]["challenger"]
    assert sum(float(cell) for row in rows for cell in row) == 1500
    assert payload["confusion"]["champion"] is None
