"""Rows of a table without a key that stand in it more than once. Pure.

Equal scores are usual where scores are rounded, and then the outcomes beside them differ. Rows are
called repeated where whatever has the same score is the same in everything else too, in so many
rows that chance would hardly bring it.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ordering import Floats
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.scored_header import BINARY

BY_CHANCE = 1e-9
LEAST = 0.01  # so large a share of the rows
MANY = 100_000  # rows from which one in 64 different scores is looked at first
_GOLDEN = 0x9E3779B97F4A7C15
_LOWEST_64TH = np.uint64(1 << 58)


def marks_of(sample: ScoredData) -> NDArray[Any]:
    """Give (rows,) all that is known of a case beside its scores, as one value each."""
    known = {"outcome": sample.outcome, "weight": sample.weight, "date": sample.date}
    if sample.segment is not None:
        known["segment"] = np.array(sample.segment_names, dtype="U100")[sample.segment]
    parts = {name: part for name, part in known.items() if part is not None}
    rows = np.empty(sample.rows, dtype=[(name, part.dtype) for name, part in parts.items()])
    for name, part in parts.items():
        rows[name] = part
    return rows.view(f"V{rows.dtype.itemsize}")


def repeated_rows(sample: ScoredData) -> int:
    """Count the rows that repeat an earlier one; 0 where equal scores are no sign of that."""
    if sample.rows > MANY and sample.score.ndim == 1:
        part = sample.take(_one_in_64(sample.score))
        if not _repeated(part):
            return 0
    return _repeated(sample)


def _one_in_64(score: Floats) -> NDArray[np.intp]:
    """Give the rows of some scores, all rows of each."""
    mixed = (score + 0.0).view(np.uint64)
    mixed *= np.uint64(_GOLDEN)
    return np.flatnonzero(mixed < _LOWEST_64TH)


def _repeated(sample: ScoredData) -> int:
    scores = _as_one(sample.score)
    values, first, number = np.unique(scores, return_index=True, return_inverse=True)
    tied = scores.size - values.size
    if tied < max(LEAST * scores.size, 2):
        return 0
    marks = marks_of(sample)
    if not np.array_equal(marks, marks[first[number]]):
        return 0
    again = np.ones(scores.size, dtype=np.bool_)
    again[first] = False
    return tied if _by_chance(sample, again) < math.log(BY_CHANCE) else 0


def _by_chance(sample: ScoredData, again: NDArray[np.bool_]) -> float:
    """Give the logarithm of how likely these rows would have the outcome of an equal score."""
    if sample.kind == BINARY:
        score = sample.score[again]
        return float(np.log(score**2 + (1 - score) ** 2).sum())
    _values, counts = np.unique(sample.outcome, return_counts=True)
    return math.log(float(((counts / counts.sum()) ** 2).sum())) * int(again.sum())


def _as_one(score: Floats) -> NDArray[Any]:
    if score.ndim == 1:
        return score
    rows = np.ascontiguousarray(score)
    return rows.view(f"V{rows.dtype.itemsize * rows.shape[1]}")[:, 0]
