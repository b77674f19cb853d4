"""Neighbouring scores as up to 16,384 cells, so that a row's influence is one look-up. Pure.

A sample with few different scores has one cell for each, and nothing is rounded. In a larger one
a cell holds the scores whose distance from the nearer end of [0, 1] has the same leading bits: its
width shrinks with that distance, so that the probabilities of what hardly happens, and of what
hardly fails to, are told apart as well as all others. Estimates never come from cells; only their
spread does: it changes by less than two in a hundred thousand, and by less than one in a
thousand where a heap of equal scores shares its cell with others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ordering import Floats, Ordered, Outcomes, Steps, steps

CELLS = 1 << 14
CHUNK = 1 << 16
MIDDLE = 0.5
_NO_NEARER = 2.0**-53  # scores nearer to an end share the end's cell ...
_TAIL = 10_000  # ... unless more than one row in so many lies there

Places = NDArray[np.uint16] | NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The cells that hold a row, lowest first.

    Attributes:
        start: (cells,) the first place of each in the order of scores.
        low, mean: (cells,) its lowest and its mean score.
        positives, negatives: (cells,) weight of the events and of the other cases in it.
        number: (cells,) their numbers; those between belong to cells that hold no row.
        place: (rows,) twice the number of the row's cell, plus its outcome.
        exact: Whether each cell holds one score only.
    """

    start: NDArray[np.intp]
    low: Floats
    mean: Floats
    positives: Floats
    negatives: Floats
    number: NDArray[np.intp]
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
            return _cells(ordered, start, place)
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
    first, turn, shift = _numbering(ordered.score)
    place, held = np.empty(score.size, np.uint16), np.zeros(2 * CELLS, np.int64)
    near, cell = np.empty(CHUNK), np.empty(CHUNK, np.int64)
    for rows in chunks(score.size):
        part, size = score[rows], rows.stop - rows.start
        nearer = np.subtract(1.0, part, out=near[:size])
        np.minimum(nearer, part, out=nearer)
        number = np.right_shift(nearer.view(np.int64), shift, out=cell[:size])
        number -= first
        np.maximum(number, 0, out=number)
        np.subtract(turn, number, out=number, where=part > MIDDLE)
        number <<= 1
        number |= outcome[rows]
        held += np.bincount(number, minlength=held.size)
        place[rows] = number
    size = held[0::2] + held[1::2]
    start = (np.cumsum(size) - size)[size > 0]
    return _cells(ordered, start, place, number=np.flatnonzero(size))


def _numbering(ascending: Floats) -> tuple[int, int, int]:
    """Say how cells are numbered by the bits of the distance from the nearer end.

    Give the number that becomes 0, that from which those above the middle are subtracted, and how
    many bits are left out.
    """
    lowest, highest = float(ascending[0]), float(ascending[-1])
    few = ascending.size // _TAIL
    nearest = max(min(lowest, 1 - highest), _NO_NEARER)
    tails = (float(ascending[few]), 1 - float(ascending[-1 - few]))
    base = _bits(min((nearest, *(tail for tail in tails if tail > 0))))
    below = _bits(min(highest, MIDDLE)) - base if lowest <= MIDDLE else 0
    above = _bits(min(1 - lowest, MIDDLE)) - max(_bits(1 - highest), base)
    whole = below + (above if highest > MIDDLE else 0)
    shift = max(whole.bit_length() - CELLS.bit_length() + 1, 0)
    shift += (whole >> shift) + 3 > CELLS
    first = base >> shift
    turn = (_bits(min(1 - lowest, MIDDLE)) >> shift) - first
    return first, 2 * turn - 1 if lowest <= MIDDLE else turn, shift


def _bits(value: float) -> int:
    return int(np.float64(value).view(np.int64))


def _cells(
    ordered: Ordered,
    start: NDArray[np.intp],
    place: NDArray[np.integer],
    *,
    number: NDArray[np.intp] | None = None,
) -> Cells:
    ends, low = np.append(start, ordered.score.size), ordered.score[start]
    events = np.diff(ordered.events_before(ends))
    mass = np.diff(ordered.mass_before(ends))
    return Cells(
        start=start,
        low=low,
        mean=low if number is None else np.add.reduceat(ordered.score, start) / np.diff(ends),
        positives=events,
        negatives=mass - events,
        place=place.astype(np.uint16, copy=False),
        number=np.arange(start.size) if number is None else number,
        exact=number is None,
    )


def chunks(rows: int) -> list[slice]:
    """Cut so many rows into slices that stay in the processor's cache."""
    return [slice(start, min(start + CHUNK, rows)) for start in range(0, rows, CHUNK)]
