"""Scores of few values are counted: everything is as if they had been sorted."""

from collections.abc import Callable

import numpy as np
import pytest

from governance.evaluation import statistics
from governance.evaluation.cells import cells_of, steps_of
from governance.evaluation.levels import MANY, MOST, levels_of
from governance.evaluation.ordering import Floats, order
from governance.evaluation.statistics import auc, average_precision, ks, own_variance, rank
from governance.evaluation.tally import _tally, tally_of
from tests.governance.evaluation.samples import cases, seen

ROWS = 5 * MANY
RISK, OUTCOME = cases(31, ROWS)
SCORE = seen(RISK, 32, 0.7)


def leaves(number: int) -> Floats:
    """Each case gets the mean score of its leaf, as a tree gives it."""
    edges = np.quantile(SCORE, np.linspace(0, 1, number + 1)[1:-1])
    leaf = np.searchsorted(edges, SCORE)
    return (np.bincount(leaf, SCORE) / np.bincount(leaf))[leaf]


def rare() -> Floats:
    """Values that no sample of the rows is likely to show."""
    score = np.round(SCORE, 2)
    score[[3, 5_001, 70_002]] = 0.123456, 1.0, 0.0
    return score


FEW: dict[str, Callable[[], Floats]] = {
    "two decimals": lambda: np.round(SCORE, 2),
    "three decimals": lambda: np.round(SCORE, 3),
    "300 leaves": lambda: leaves(300),
    "1,500 leaves": lambda: leaves(1500),
    "rare values": rare,
}


@pytest.mark.parametrize("shape", FEW)
def test_counting_and_sorting_say_the_same(shape: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The order itself, every row's place, and what follows from them."""
    score = FEW[shape]()
    levels = levels_of(score, OUTCOME)
    assert levels is not None
    counted, ordered = levels.ordered(), order(score, OUTCOME)
    assert np.array_equal(counted.score, ordered.score)
    assert np.array_equal(counted.hits, ordered.hits)
    assert np.array_equal(levels.score[levels.place >> 1], score)
    assert np.array_equal(levels.place & 1, OUTCOME)

    quick = rank(score, OUTCOME)
    monkeypatch.setattr(statistics, "levels_of", lambda *_rows: None)
    slow = rank(score, OUTCOME)
    for measure in (auc, average_precision, ks):
        assert measure(quick).value == pytest.approx(measure(slow).value, abs=1e-12)
        assert own_variance(measure(quick), quick) == pytest.approx(
            own_variance(measure(slow), slow), rel=2e-3
        )
    assert quick.ks_cutoff == slow.ks_cutoff


def test_other_scores_are_left_to_the_sort() -> None:
    """Too many values, too few rows, no probabilities, one outcome only, a negative zero."""
    rounded, negative = np.round(SCORE, 2), np.round(SCORE, 2)
    negative[7] = -0.0
    assert levels_of(SCORE, OUTCOME) is None
    assert levels_of(leaves(MOST + 500), OUTCOME) is None
    assert levels_of(rounded[: MANY - 1], OUTCOME[: MANY - 1]) is None
    assert levels_of(rounded * 2, OUTCOME) is None
    assert levels_of(np.where(rounded > 0.9, np.nan, rounded), OUTCOME) is None
    assert levels_of(rounded, np.zeros_like(OUTCOME)) is None
    found = levels_of(negative, OUTCOME)
    assert found is None or not np.signbit(found.score).any()


def test_scores_without_ties_are_counted_alike() -> None:
    """The quick way for them gives what the way for all scores gives."""
    for score in (SCORE, 1 - SCORE, SCORE**9):
        ordered = order(score, OUTCOME)
        cells = cells_of(ordered, score, OUTCOME)
        quick, slow = tally_of(ordered, cells), _tally(ordered, steps_of(ordered, cells))
        assert (quick.area, quick.gap, quick.gap_from) == (slow.area, slow.gap, slow.gap_from)
        assert quick.precision == pytest.approx(slow.precision, rel=1e-13)
