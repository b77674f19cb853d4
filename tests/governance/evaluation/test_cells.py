"""Large samples: values stay exact, spreads are taken from cells and hardly change."""

from collections.abc import Callable

import numpy as np
import pytest
from sklearn import metrics as oracle

from governance.evaluation.cells import CELLS, cells_of
from governance.evaluation.ordering import Floats, Outcomes, order
from governance.evaluation.statistics import (
    auc,
    average_precision,
    own_variance,
    paired_variance,
    rank,
)
from tests.governance.evaluation.samples import cases, seen

ROWS = 4 * CELLS


def large(shape: str) -> tuple[Floats, Floats, Outcomes]:
    """Two models' scores on the same many cases, and what happened."""
    risk, outcome = cases(5, ROWS)
    one, other = seen(risk, 6, 0.4), seen(risk, 7, 0.9)
    change: dict[str, Callable[[Floats], Floats]] = {
        "smooth": lambda score: score,
        "rare": lambda score: score**6,
        "squeezed": lambda score: 0.5 + score / 1000,
        "heaped": lambda score: np.where(np.arange(ROWS) % 3 == 0, 0.25, score),
        "rounded": lambda score: np.round(score, 3),
    }
    return change[shape](one), change[shape](other), outcome


def delong(one: Floats, other: Floats, outcome: Outcomes) -> tuple[float, float]:
    """Variances of one AUC and of the difference, from mid-ranks of all rows."""
    happened = outcome == 1
    parts = []
    for score in (one, other):
        below, above = (
            np.searchsorted(np.sort(score[~happened]), score[happened], side=side)
            for side in ("left", "right")
        )
        under, over = (
            np.searchsorted(np.sort(score[happened]), score[~happened], side=side)
            for side in ("left", "right")
        )
        parts.append(
            (
                (below + above) / 2 / (~happened).sum(),
                1 - (under + over) / 2 / happened.sum(),
            )
        )
    return tuple(
        sum(float(part.var(ddof=1)) / part.size for part in both)
        for both in (parts[0], [left - right for left, right in zip(*parts, strict=True)])
    )  # type: ignore[return-value]


@pytest.mark.parametrize("shape", ["smooth", "rare", "squeezed", "heaped", "rounded"])
def test_spreads_from_cells_are_those_of_all_rows(shape: str) -> None:
    """DeLong's variance, alone and paired: to 2e-5, beside a heap of equal scores to 1e-3."""
    one, other, outcome = large(shape)
    left, right = rank(one, outcome), rank(other, outcome)
    own, paired = delong(one, other, outcome)
    error = 1e-3 if shape == "heaped" else 2e-5
    assert own_variance(auc(left), left) == pytest.approx(own, rel=error)
    assert paired_variance(auc(left), auc(right), left) == pytest.approx(paired, rel=error)


@pytest.mark.parametrize("shape", ["smooth", "rare", "squeezed", "heaped", "rounded"])
def test_values_of_a_large_sample_are_exact(shape: str) -> None:
    """They come from the sorted rows, never from cells."""
    score, _other, outcome = large(shape)
    ranked = rank(score, outcome)
    assert auc(ranked).value == pytest.approx(oracle.roc_auc_score(outcome, score), abs=1e-12)
    assert average_precision(ranked).value == pytest.approx(
        oracle.average_precision_score(outcome, score), abs=1e-9
    )


@pytest.mark.parametrize("shape", ["smooth", "rare", "squeezed", "heaped", "rounded"])
def test_every_row_stands_in_its_cell(shape: str) -> None:
    """The cells' counts are those of the rows that point at them."""
    score, _other, outcome = large(shape)
    cells = cells_of(order(score, outcome), score, outcome)
    counted = np.bincount(cells.place, minlength=2 * int(cells.number[-1]) + 2)
    assert np.array_equal(counted[0::2][cells.number], cells.negatives)
    assert np.array_equal(counted[1::2][cells.number], cells.positives)
    assert counted.sum() == ROWS
