"""Confusion over thresholds, costs and McNemar's test, against their oracles."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest
from sklearn import metrics as oracle

from governance.errors import Invalid
from governance.evaluation.comparison import compare
from governance.evaluation.cutoffs import (
    Costs,
    cheapest,
    disagreement,
    expected_cost,
    mcnemar,
    thresholds,
)
from governance.evaluation.measures import cost_measure
from governance.evaluation.scored_data import ScoredColumns, ScoredData
from governance.evaluation.several import holm, rows_needed, two_sided
from governance.evaluation.statistics import own_variance, rank
from governance.reports.content import content_of
from tests.governance.evaluation.samples import cases, seen


def scored(seed: int = 3, digits: int = 12) -> tuple[np.ndarray, np.ndarray]:
    risk, outcome = cases(seed, 600)
    return np.round(seen(risk, seed + 1, 0.6), digits), outcome


@pytest.mark.parametrize("digits", [1, 12])
def test_confusion_at_each_threshold_agrees_with_scikit_learn(digits: int) -> None:
    """Counts, precision, recall and F1 at every drawn cut-off."""
    score, outcome = scored(digits=digits)
    table = thresholds(rank(score, outcome), 12)
    for place, cutoff in enumerate(table.cutoff):
        predicted = score >= cutoff
        counts = oracle.confusion_matrix(outcome, predicted).ravel()
        drawn = (
            table.true_negatives[place],
            table.false_positives[place],
            table.false_negatives[place],
            table.true_positives[place],
        )
        assert tuple(counts) == drawn
        assert table.f1[place] == pytest.approx(oracle.f1_score(outcome, predicted))
        assert table.recall[place] == pytest.approx(oracle.recall_score(outcome, predicted))


def test_the_expected_cost_is_a_mean_with_a_spread() -> None:
    """Five for a missed event, one for a false alarm."""
    score, outcome = scored()
    ranked, costs = rank(score, outcome), Costs(false_negative=5, false_positive=1)
    each = np.where(outcome == 1, 5.0 * (score < 0.2), 1.0 * (score >= 0.2))
    cost = expected_cost(ranked, 0.2, costs)
    assert cost.value == pytest.approx(each.mean())
    assert own_variance(cost, ranked) == pytest.approx(each.var(ddof=1) / each.size)


def test_no_cutoff_is_cheaper_than_the_cheapest() -> None:
    """Tried at every score."""
    score, outcome = scored(digits=2)
    ranked, costs = rank(score, outcome), Costs(false_negative=4, false_positive=1)
    best = expected_cost(ranked, cheapest(ranked, costs), costs).value
    tried = [expected_cost(ranked, float(cutoff), costs).value for cutoff in np.unique(score)]
    assert best == pytest.approx(min(tried))


@given(st.integers(0, 400), st.integers(0, 400))
def test_mcnemar_is_the_exact_binomial_test(one: int, other: int) -> None:
    """As scipy has it."""
    expected = binomtest(min(one, other), one + other).pvalue if one + other else 1.0
    assert mcnemar(one, other) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_models_disagree_where_only_one_is_right() -> None:
    """Counted on the same rows."""
    outcome = np.array([1, 1, 0, 0, 1], dtype=np.int8)
    ours = rank(np.array([0.9, 0.9, 0.1, 0.9, 0.1]), outcome)
    theirs = rank(np.array([0.9, 0.1, 0.9, 0.1, 0.1]), outcome)
    found = disagreement(ours, theirs, 0.5, 0.5)
    assert (found.only_challenger, found.only_champion) == (2, 1)
    assert found.p_value == 1.0


def test_holms_worked_example() -> None:
    """Holm (1979): the smallest of three counts three times, the next twice, none falls below."""
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_an_adjusted_p_value_is_never_smaller(p_values: list[float]) -> None:
    """And never above one; order is kept."""
    adjusted = holm(p_values)
    assert all(after >= before for before, after in zip(p_values, adjusted, strict=True))
    assert max(adjusted) <= 1


def test_rows_needed_grow_with_the_square() -> None:
    """Half the difference takes four times the rows."""
    assert rows_needed(1000, 0.02, 0.01) == 4000
    assert rows_needed(1000, 0.02, 0) is None


def test_a_p_value_of_no_spread_is_one() -> None:
    """And 1.96 standard errors are five percent."""
    assert two_sided(0.1, 0.0) == 1.0
    assert two_sided(0.196, 0.01) == pytest.approx(0.05, abs=1e-4)


def test_right_decisions_may_gain() -> None:
    """The whole matrix counts: mean cost, cheapest cut-off, margin, and what the report says."""
    risk, outcome = cases(8, 700)
    score = seen(risk, 9, 0.5)
    plain = {"cost_true_positive": "-3", "cost_true_negative": "-1", "cost_false_positive": "2"}
    columns = ScoredColumns.from_plain(plain)
    costs = Costs(columns.cost_true_negative, 1.0, 2.0, columns.cost_true_positive)
    ranked, above = rank(score, outcome), score >= 0.3
    each = np.where(above, np.where(outcome == 1, -3.0, 2.0), np.where(outcome == 1, 1.0, -1.0))
    assert expected_cost(ranked, 0.3, costs).value == pytest.approx(each.mean())
    margin = cost_measure(costs, lambda _ranked: 0.3).margin(0.1, ranked)
    rate = outcome.mean()
    assert margin == pytest.approx(0.1 * min(4 * rate, 3 * (1 - rate)))
    payload = compare(ScoredData(score, outcome), None, margin=0.01, costs=costs).payload
    said = content_of(payload, champion="", challenger="1").costs
    assert "An event that is found costs \N{MINUS SIGN}3" in said


@pytest.mark.parametrize(
    "costs",
    [
        {"cost_false_negative": "0"},
        {"cost_false_negative": "much"},
        {"cost_false_positive": "1e13"},
        {"cost_true_positive": "nan"},
        {"cost_true_positive": "1"},
        {"cost_true_negative": "5", "cost_false_positive": "4"},
    ],
)
def test_costs_without_sense_are_refused(costs: dict[str, str]) -> None:
    """No number, free errors, or a right decision dearer than the wrong one; the field is named."""
    with pytest.raises(Invalid) as refused:
        ScoredColumns.from_plain(costs)
    assert refused.value.field in costs
    assert refused.value.remedy
