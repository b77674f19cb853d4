"""Predicted numbers: one comparison as the page and the signature see it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import mean_squared_error, r2_score

from governance.errors import Invalid
from governance.evaluation.comparison import compare, payload_digest
from governance.evaluation.gate_shapes import GateReason, Outcome
from governance.evaluation.gates import evaluate_gates, parse_definition
from governance.evaluation.scored_data import ScoredData
from tests.governance.evaluation.samples import pair_of
from tests.governance.evaluation.test_compare import metric, walk


def losses(
    rows: int = 1500, *, ours: float = 80, theirs: float = 160, shift: float = 0, seed: int = 3
) -> tuple[ScoredData, ScoredData]:
    """Two models that predict a loss in euros for the same cases, with so much noise each."""
    random = np.random.default_rng(seed)
    truth = random.gamma(2, 300, rows)
    segment, key = (np.arange(rows) % 2).astype(np.int32), np.arange(rows).astype(np.uint64)
    days = (19_000 + np.arange(rows) % 90).astype(np.int32)
    challenger, champion = (
        ScoredData(
            truth + shift * (noise == ours) + noise * random.normal(size=rows),
            truth,
            segment,
            ("north", "south"),
            key,
            date=days,
            kind="regression",
        )
        for noise in (ours, theirs)
    )
    return challenger, champion


def test_less_noise_is_better() -> None:
    """The root of the squared error leads, and every value is scikit-learn's."""
    challenger, champion = losses()
    payload = compare(challenger, champion, margin=0.01).payload
    assert (payload["kind"], payload["verdict"]["metric"]) == ("regression", "rmse")
    assert payload["verdict"]["verdict"] == "better"
    ase = metric(payload, "ase")
    for part, sample in (("challenger", challenger), ("champion", champion)):
        assert float(ase[part]) == pytest.approx(mean_squared_error(sample.outcome, sample.score))
        r_squared = float(metric(payload, "r_squared")[part])
        assert r_squared == pytest.approx(r2_score(sample.outcome, sample.score))
    assert payload_digest(payload)
    assert not any(isinstance(value, float) for value in walk(payload))


def test_a_bias_is_not_hidden_by_less_noise() -> None:
    """It predicts a hundred euros too much for everybody: worse, though its squares are fewer."""
    payload = compare(*losses(shift=100, ours=40), margin=0.001).payload
    assert metric(payload, "rmse")["verdict"] == "better"
    assert payload["verdict"]["reason"] == "worse_elsewhere"
    assert "bias" in payload["verdict"]["worse_metrics"]


def test_margins_mean_the_same_loss_on_every_scale() -> None:
    """A squared error that is larger by its margin has a root that is larger by its own."""
    payload = compare(*losses(), margin=0.01).payload
    ase, rmse = metric(payload, "ase"), metric(payload, "rmse")
    grown = float(ase["champion"]) + float(ase["margin"])
    assert float(rmse["champion"]) + float(rmse["margin"]) == pytest.approx(grown**0.5)


def test_equal_models_are_seldom_called_worse() -> None:
    """In at most one of twenty samples, give or take chance."""
    alarms = sum(
        compare(*losses(300, theirs=80, seed=seed), margin=0.02).verdict in {"worse", "better"}
        for seed in range(100)
    )
    assert alarms <= 11


def test_segments_and_months_are_measured_alone() -> None:
    """Their cases add up to all; months stand in order."""
    payload = compare(*losses(), margin=0.01).payload
    assert [part["segment"] for part in payload["segments"]] == ["north", "south"]
    assert sum(part["rows"] for part in payload["over_time"]) == 1500
    months = [part["segment"] for part in payload["over_time"]]
    assert months == sorted(months)
    assert months[0] == "2022-01"
    assert {part["line"]["metric"] for part in payload["over_time"]} == {"rmse"}


def test_weights_count_rows_as_often_as_they_say() -> None:
    """Weight two is the row twice, in every value."""
    challenger, _ = losses(400)
    weight = np.where(np.arange(400) < 100, 2.0, 1.0)
    heavy = compare(replace(challenger, weight=weight), None, margin=0.01).payload
    twice = np.concatenate((np.arange(400), np.arange(100)))
    doubled = compare(replace(challenger.take(twice), key=None), None, margin=0.01).payload
    for one, other in zip(heavy["metrics"], doubled["metrics"], strict=True):
        assert float(one["challenger"]) == pytest.approx(float(other["challenger"]), rel=1e-9)


def test_a_number_and_an_event_are_not_compared() -> None:
    """They do not predict the same thing."""
    with pytest.raises(Invalid, match="do not predict the same"):
        compare(losses()[0], pair_of()[1], margin=0.01)


def ask(payload: dict[str, Any], gate: str, threshold: str) -> Any:
    definitions = [parse_definition({"gate": gate, "threshold": threshold})]
    return evaluate_gates(payload, definitions)[0]


def test_gates_of_numbers_decide_on_numbers() -> None:
    """RMSE, MAE and R squared; the lower end of the gain is in the policy's unit."""
    payload = compare(*losses(), margin=0.01).payload
    assert ask(payload, "rmse_at_most", "100").outcome == Outcome.PASSED
    assert ask(payload, "mae_at_most", "10").outcome == Outcome.FAILED
    assert ask(payload, "r_squared_at_least", "0.5").outcome == Outcome.PASSED
    kept = ask(payload, "not_worse_than_champion", "0.01")
    assert kept.outcome == Outcome.PASSED
    line = metric(payload, "rmse")
    assert float(kept.value) == pytest.approx(-float(line["high"]) * 0.01 / float(line["margin"]))
    assert ask(payload, "minimum_sample", "1500").outcome == Outcome.PASSED


def test_a_gate_of_another_kind_is_an_error_and_says_so() -> None:
    """It neither passes in silence nor breaks."""
    payload = compare(*losses(), margin=0.01).payload
    for gate in ("auc_at_least", "fairness_ratio_at_least", "macro_auc_at_least"):
        outcome = ask(payload, gate, "0.5")
        assert (outcome.outcome, outcome.reason) == (Outcome.ERROR, GateReason.OTHER_KIND)
