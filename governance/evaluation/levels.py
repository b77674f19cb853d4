"""Scores of few different values are counted, not sorted. Pure.

Scorecards give points and trees have leaves: a million cases share a few hundred scores. Such
values are found in a sample of the rows; each row finds its own by one multiplication of the
score's bits that sends no two of them to the same slot of a table. Whatever the sample did not
show is looked for once more; where that is not enough, the rows are sorted like all others.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.cells import CHUNK, Cells, Places, chunks
from governance.evaluation.ordering import Counts, Floats, Ordered, Outcomes

MANY = 1 << 14  # rows from which counting pays
MOST = 1 << 11
SAMPLES = (1 << 12, 1 << 14)  # the first, which costs little, shows whether they are many
UNSEEN = np.iinfo(np.uint16).max
_RARE = 0.05  # so large a share of rows may have values that the sample did not show
_SLOT_BITS = 20
_TRIES = 64
_GOLDEN = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: spreads neighbouring bits (Knuth)

_Numbers = NDArray[np.uint16]


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """The different scores of a sample, lowest first.

    Attributes:
        score: (levels,) the scores.
        events, others: (levels,) the rows of both classes at each.
        place: (rows,) twice the number of the row's score, plus its outcome.
    """

    score: Floats
    events: Counts
    others: Counts
    place: Places

    def ordered(self) -> Ordered:
        """Give the rows in ascending order, as a sort would."""
        others_to_here = np.cumsum(self.others)
        hits = np.arange(int(self.events.sum())) + np.repeat(others_to_here, self.events)
        return Ordered(np.repeat(self.score, self.events + self.others), hits)

    def cells(self) -> Cells:
        """Give one cell for each score."""
        mass = self.events + self.others
        return Cells(
            start=np.cumsum(mass) - mass,
            low=self.score,
            mean=self.score,
            positives=self.events.astype(np.float64),
            negatives=self.others.astype(np.float64),
            number=np.arange(self.score.size),
            place=self.place,
            exact=True,
        )


def levels_of(score: Floats, outcome: Outcomes) -> Levels | None:
    """Find the different scores of (rows,) cases; None where they are many, or none of [0, 1]."""
    if score.size < MANY:
        return None
    values = score[:0]
    for sample in SAMPLES:
        values = np.unique(score[:: score.size // sample])
        if values.size > MOST:
            return None
    if (number := _numbers(score, values)) is None:
        return None
    unseen = _number_unseen(score, number, values.size)
    if unseen is None:
        return None
    values = np.concatenate((values, unseen))
    ascending = np.argsort(values)
    if not (values[ascending[0]] >= 0.0 and values[ascending[-1]] <= 1.0):
        return None
    return _counted(values[ascending], np.argsort(ascending), number, outcome)


def _counted(values: Floats, rank: Counts, number: _Numbers, outcome: Outcomes) -> Levels | None:
    """Count both classes at each value; `number`, turned by `rank`, becomes the rows' places."""
    held, twice = np.zeros(2 * values.size, dtype=np.int64), (2 * rank).astype(np.uint16)
    room = np.empty(CHUNK, dtype=np.int64)
    for rows in chunks(number.size):
        place = number[rows]
        wide = room[: rows.stop - rows.start]
        wide[:] = place
        twice.take(wide, out=place, mode="clip")  # which only spares a copy, here and below
        place |= outcome[rows].view(np.uint8)
        wide[:] = place
        held += np.bincount(wide, minlength=held.size)
    events, others = held[1::2], held[0::2]
    if not (events.any() and others.any()):
        return None
    return Levels(values, events, others, number)


def _numbers(score: Floats, values: Floats) -> _Numbers | None:
    """Give the number of each row's score in `values`, UNSEEN where it is not among them.

    None where the values, or the rows that have none of them, are too many.
    """
    lookup = _lookup(values)
    if lookup is None:
        return None
    factor, table = lookup
    number, room = np.empty(score.size, np.uint16), np.empty((2, CHUNK), np.int64)
    for rows in chunks(score.size):
        slots, other = room[:, : rows.stop - rows.start]
        found = table.take(_slots(score[rows], factor, slots), out=number[rows], mode="clip")
        slots[:] = found
        values.take(slots, out=other.view(np.float64), mode="clip")
        wrong = other.view(np.float64) != score[rows]
        if wrong.any():
            if np.count_nonzero(wrong) > _RARE * wrong.size:
                return None
            found[wrong] = UNSEEN
    return number


def _number_unseen(score: Floats, number: _Numbers, known: int) -> Floats | None:
    """Number the scores that the sample did not show after those that it did, and give them."""
    rows = np.flatnonzero(number == UNSEEN)
    unseen, place = np.unique(score[rows], return_inverse=True)
    if known + unseen.size > MOST:
        return None
    number[rows] = known + place
    return unseen


def _lookup(values: Floats) -> tuple[np.uint64, _Numbers] | None:
    """Find a factor that sends each value to a slot of its own, and fill the slots."""
    if values.size > MOST:
        return None
    number, table = np.arange(values.size, dtype=np.uint16), np.zeros(1 << _SLOT_BITS, np.uint16)
    for attempt in range(_TRIES):
        factor = np.uint64(_GOLDEN * (2 * attempt + 1) % (1 << 64))
        slots = _slots(values, factor)
        table[slots] = number
        if np.array_equal(table[slots], number):
            return factor, table
    return None


def _slots(
    score: Floats, factor: np.uint64, out: NDArray[np.int64] | None = None
) -> NDArray[np.int64]:
    room = np.empty(score.size, np.int64) if out is None else out
    slots = np.multiply(score.view(np.uint64), factor, out=room.view(np.uint64))
    slots >>= np.uint64(64 - _SLOT_BITS)
    return room
