"""One sort of a model's scores, and every exact count that follows from it. Pure.

The bits of a score in [0, 2) leave room for the outcome, so one sort of plain integers orders
both without carrying a payload and without losing a digit. Equal scores then stand together,
other cases first, events last; all counts are differences of places in that order.

Masses are float64, in which counts up to 2^53 are exact. With weights the places carry their
sums; the order then comes from an argsort, which costs about three times as much.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Outcomes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class Ordered:
    """A score's rows in ascending order.

    Attributes:
        score: (rows,) the scores, ascending.
        hits: (events,) the places of the events in `score`.
        row_mass: (rows + 1,) weight of all rows before a place; None: each weighs one.
        hit_mass: (events + 1,) weight of all events before one; None likewise.
    """

    score: Floats
    hits: Counts
    row_mass: Floats | None = None
    hit_mass: Floats | None = None

    @property
    def mass(self) -> float:
        """Give the weight of all rows."""
        return self.score.size if self.row_mass is None else float(self.row_mass[-1])

    @property
    def events(self) -> float:
        """Give the weight of all events."""
        return self.hits.size if self.hit_mass is None else float(self.hit_mass[-1])

    def from_cutoff(self, cutoff: Floats | float) -> NDArray[np.intp]:
        """Give the first place whose score is at least `cutoff`."""
        return np.asarray(np.searchsorted(self.score, cutoff, side="left"))

    def mass_before(self, place: NDArray[np.intp] | Counts) -> Floats:
        """Give the weight of all rows before a place."""
        return place.astype(np.float64) if self.row_mass is None else self.row_mass[place]

    def events_before(self, place: NDArray[np.intp] | Counts) -> Floats:
        """Give the weight of the events before a place."""
        return self.hits_before(np.searchsorted(self.hits, place, side="left"))

    def hits_before(self, hit: NDArray[np.intp] | Counts) -> Floats:
        """Give the weight of the events before the event of this number."""
        return hit.astype(np.float64) if self.hit_mass is None else self.hit_mass[hit]


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The groups of equal score that hold an event, lowest first; each array is (groups,).

    Attributes:
        start, end: The first place of the group, and the one after its last.
        events, others: Weight of both classes in it.
        events_before, others_before: Weight of both classes at lower scores.
    """

    start: Counts
    end: Counts
    events: Floats
    others: Floats
    events_before: Floats
    others_before: Floats


def order(score: Floats, outcome: Outcomes, weight: Floats | None = None) -> Ordered:
    """Sort (rows,) scores between 0 and 1 once, with their outcomes and weights.

    Raises:
        ValueError: A score is outside [0, 1] or not a number, or only one outcome occurs.
    """
    if not (score.size and score.min() >= 0.0 and score.max() <= 1.0):
        msg = "scores must be numbers between 0 and 1"
        raise ValueError(msg)
    keys = score + 0.0  # which turns the negative zero into the positive one
    bits = keys.view(np.int64)
    bits <<= 1
    bits |= outcome
    masses = None
    if weight is None:
        bits.sort()
    else:
        place = np.argsort(bits, kind="stable")
        bits, masses = bits[place], weight[place]
    lowest = bits.astype(np.uint8)  # their last bit is the outcome
    lowest &= np.uint8(1)
    hits = np.flatnonzero(lowest.view(np.bool_))
    if hits.size in {0, bits.size}:
        msg = "both outcomes must occur"
        raise ValueError(msg)
    bits >>= 1
    ordered = bits.view(np.float64)
    if masses is None:
        return Ordered(ordered, hits)
    return Ordered(ordered, hits, _running(masses), _running(masses[hits]))


def sorted_values(values: Floats, weight: Floats | None = None) -> Ordered:
    """Sort (rows,) numbers of any size that have no event beside them."""
    nobody = np.zeros(0, dtype=np.int64)
    if weight is None:
        return Ordered(np.sort(values), nobody)
    place = np.argsort(values, kind="stable")
    return Ordered(values[place], nobody, _running(weight[place]), np.zeros(1))


def has_ties(ordered: Ordered) -> bool:
    """Say whether an event shares its score with another row."""
    score, hits = ordered.score, ordered.hits
    if not (score[1:] == score[:-1]).any():  # the quickest question, and the usual answer
        return False
    at = score[hits]
    before = hits[hits > 0] - 1
    return bool((at[1:] == at[:-1]).any() or (score[before] == at[-before.size :]).any())


def steps(ordered: Ordered) -> Steps:
    """Find the groups of equal score that hold an event."""
    score, hits = ordered.score, ordered.hits
    at = score[hits]
    new = np.flatnonzero(at[1:] != at[:-1]) + 1
    first, after = np.concatenate(([0], new)), np.concatenate((new, [hits.size]))
    start = _group_starts(score, hits[first])
    end = hits[after - 1] + 1
    events_before, events = ordered.hits_before(first), ordered.hits_before(after)
    before = ordered.mass_before(start)
    events -= events_before
    others = ordered.mass_before(end)
    others -= before
    others -= events
    before -= events_before
    return Steps(start, end, events, others, events_before, others_before=before)


def _group_starts(score: Floats, first: Counts) -> Counts:
    """Give the first place of the group of each first event: other cases may stand before it."""
    start = first.copy()
    shared = np.flatnonzero((first > 0) & (score[first - 1] == score[first]))
    start[shared] = np.searchsorted(score, score[first[shared]], side="left")
    return start


def _running(masses: Floats) -> Floats:
    return np.concatenate(([0.0], np.cumsum(masses)))
