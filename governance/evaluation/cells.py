"""Neighbouring scores as up to 32,768 cells, so that a row's influence is one look-up. Pure.

A sample with few different scores has one cell for each, and nothing is rounded. In a larger one
a cell holds the scores whose leading bits agree: its width grows with the score, so that small
probabilities are told apart as well as large ones. Estimates never come from cells; only their
spread does: it changes by less than one in a hundred thousand, and by less than one in a
thousand where a heap of equal scores shares its cell with others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ordering import Floats, Ordered, Outcomes, Steps, steps

CELLS = 1 << 15
CHUNK = 1 << 16
_TAIL = 10_000  # the lowest row in so many shares its cell with all rows below it

Places = NDArray[np.uint16] | NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The cells that hold a row, lowest first.

    Attributes:
        start: (cells,) the first place of each in the order of scores.
        low, mean: (cells,) its lowest and its mean score.
        positives, negatives: (cells,) weight of the events and of the other cases in it.
        place: (rows,) twice the number of the row's cell, plus its outcome.
        exact: Whether each cell holds one score only.
    """

    start: NDArray[np.intp]
    low: Floats
    mean: Floats
    positives: Floats
    negatives: Floats
    place: Places
    exact: bool = False


def cells_of(ordered: Ordered, score: Floats, outcome: Outcomes) -> Cells:
    """Cut the order into cells, and find every row's."""
    if score.size <= 2 * CELLS:
        new = np.flatnonzero(ordered.score[1:] != ordered.score[:-1]) + 1
        start = np.concatenate(([0], new))
        if start.size <= CELLS:
            low = ordered.score[start]
            place = np.searchsorted(low, score) * 2 + outcome
            return _cells(ordered, start, place, exact=True)
    return _by_bits(ordered, score, outcome)


def steps_of(ordered: Ordered, cells: Cells) -> Steps:
    """Find the groups of equal score that hold an event, among the cells where these are groups."""
    if not cells.exact:
        return steps(ordered)
    held = cells.positives > 0
    events_before = np.cumsum(cells.positives) - cells.positives
    others_before = np.cumsum(cells.negatives) - cells.negatives
    return Steps(
        start=cells.start[held],
        end=np.append(cells.start[1:], ordered.score.size)[held],
        events=cells.positives[held],
        others=cells.negatives[held],
        events_before=events_before[held],
        others_before=others_before[held],
    )


def _by_bits(ordered: Ordered, score: Floats, outcome: Outcomes) -> Cells:
    lowest, highest = ordered.score[[ordered.score.size // _TAIL, -1]].view(np.int64)
    base, top = int(lowest), int(highest)
    shift = max((top - base).bit_length() - CELLS.bit_length() + 2, 0)
    first = base >> shift
    edges = (np.arange(first, (top >> shift) + 1, dtype=np.int64) << shift).view(np.float64)
    edges[0] = 0.0
    start = ordered.from_cutoff(edges)
    held = np.diff(np.append(start, ordered.score.size)) > 0
    number = (np.cumsum(held) - 1).astype(np.uint16) * np.uint16(2)
    place, bits = np.empty(score.size, np.uint16), score.view(np.int64)
    room = np.empty(CHUNK, np.int64)
    for rows in chunks(score.size):
        cell = np.right_shift(bits[rows], shift, out=room[: rows.stop - rows.start])
        cell -= first
        np.maximum(cell, 0, out=cell)
        number.take(cell, out=place[rows], mode="clip")  # which only spares a copy
        place[rows] |= outcome[rows].view(np.uint8)
    return _cells(ordered, start[held], place)


def _cells(
    ordered: Ordered,
    start: NDArray[np.intp],
    place: NDArray[np.integer],
    *,
    exact: bool = False,
) -> Cells:
    ends, low = np.append(start, ordered.score.size), ordered.score[start]
    events = np.diff(ordered.events_before(ends))
    mass = np.diff(ordered.mass_before(ends))
    return Cells(
        start=start,
        low=low,
        mean=low if exact else np.add.reduceat(ordered.score, start) / np.diff(ends),
        positives=events,
        negatives=mass - events,
        place=place.astype(np.uint16, copy=False),
        exact=exact,
    )


def chunks(rows: int) -> list[slice]:
    """Cut so many rows into slices that stay in the processor's cache."""
    return [slice(start, min(start + CHUNK, rows)) for start in range(0, rows, CHUNK)]
