"""The sampling variance of an estimate, from the influence of each row on it. Pure.

Where rows of equal score and outcome have equal influence, it stands once in a table. Values of a
table are then taken around their mean and divided by what the variance is divided by, before any
row is looked at: the variance is a sum of squares, of the table's values for one estimate, and
row by row for the difference of two. Rows are read in slices that stay in the cache.

Sources: Hampel (1974), JASA 69, 383-393 (influence); DeLong, DeLong and Clarke-Pearson (1988),
Biometrics 44, 837-845 (classes averaged apart).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.cells import CHUNK, Places, chunks
from governance.evaluation.ordering import Floats, Outcomes

# Counts the rows at each pair of places of two small tables, as `pairs_of` does.
Counting = Callable[[Places, Places, tuple[int, int]], Floats]

FEW = 8  # values of a table whose pairs with another one's are counted


@dataclass(frozen=True, slots=True, eq=False)
class Influence:
    """First-order influence of each row on an estimate.

    Attributes:
        values: (rows,) one a row, perhaps as float32; or with `place`, (2 x cells,) one a cell and
            outcome.
        place: (rows,) where a row's value stands in `values`: other cases at even places, events at
            odd ones.
        held: With `place`, the weight of the rows at each value.
        factor, origin: What the values are to be multiplied by, and the influence without that.
    """

    values: Floats | NDArray[np.float32]
    place: Places | None = None
    held: Floats | None = None
    factor: float = 1.0
    origin: "Influence | None" = None

    def part(self, rows: slice) -> Floats:
        """Give (slice,) the influence of some rows."""
        place = self.place
        taken = self.values[rows] if place is None else self.values.take(place[rows])
        part = np.asarray(taken, dtype=np.float64)
        return part if self.factor == 1 else self.factor * part

    def times(self, factor: float) -> "Influence":
        """Give the influence on a multiple of the estimate."""
        return replace(self, factor=factor * self.factor, origin=self.single)

    @property
    def single(self) -> "Influence":
        """Give the influence that this one is a multiple of, perhaps itself."""
        return self.origin or self


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """A measure with the influence of each row on it.

    Attributes:
        value: The measure.
        influence: What each row adds, or None where only the value is known.
        by_class: Whether events and other cases are averaged apart (as in DeLong) or together.
        optimism: By how much the value is probably too large, as that of a maximum is.
    """

    value: float
    influence: Influence | None = None
    by_class: bool = False
    optimism: float = 0.0

    @property
    def in_table(self) -> bool:
        """Say whether the influence is known to be one of a table's values for each row."""
        return self.influence is not None and self.influence.held is not None

    def times(self, factor: float) -> "Estimate":
        """Give a multiple of the estimate."""
        influence = None if self.influence is None else self.influence.times(factor)
        return replace(self, value=factor * self.value, influence=influence)


class Sample(Protocol):
    """What was said about a number of cases beside what happened: the rows of an estimate."""

    @property
    def rows(self) -> int:
        """Give the number of rows."""

    @property
    def rarer(self) -> int:
        """Give how many cases of the rarest outcome there are; all, where outcomes are numbers."""

    def own_variance(self, estimate: Estimate) -> float | None:
        """Give the variance of one estimate, or None where it is not known."""

    def paired_variance(self, one: Estimate, other: Estimate) -> float | None:
        """Give the variance of one - other on the same rows, or None where it is not known."""


@dataclass(slots=True)
class _Sums:
    """What the variance of a mean needs, gathered slice by slice."""

    rows: float = 0.0
    weight: float = 0.0
    first: float = 0.0
    square: float = 0.0  # of the weights
    mixed: float = 0.0  # weight squared, times value
    second: float = 0.0  # weight squared, times value squared

    def add(self, rows: int, first: float, second: float) -> None:
        """Take in so many rows that weigh one each, by the sums of their values and squares."""
        self.rows += rows
        self.weight += rows
        self.square += rows
        self.first += first
        self.mixed += first
        self.second += second

    def weigh(self, values: Floats, weight: Floats) -> None:
        """Take in one row a value, each with its weight."""
        squares = weight * weight
        scaled = squares * values
        self.rows += np.count_nonzero(weight)
        self.weight += float(weight.sum())
        self.square += float(squares.sum())
        self.first += dot(weight, values)
        self.mixed += float(scaled.sum())
        self.second += dot(scaled, values)

    def variance(self) -> float:
        """Give the variance of the weighted mean."""
        if self.rows < 2:  # noqa: PLR2004 - one row says nothing of its spread
            return math.nan
        mean = self.first / self.weight
        around = self.second - 2 * mean * self.mixed + mean * mean * self.square
        return max(around, 0.0) / self.weight**2 * self.rows / (self.rows - 1)


def dot(one: Floats, other: Floats) -> float:
    """Give the sum of products, in one thread."""
    # Not `@`: BLAS hands even so short a product to its threads, which takes twenty times longer.
    return float(np.einsum("i,i", one, other))


class _Classes:
    """The sums of events and of other cases; one sum of both where they are averaged together."""

    def __init__(self, *, by_class: bool) -> None:
        self.by_class = by_class
        self.sums = [_Sums() for _class in range(2 if by_class else 1)]

    def variance(self) -> float:
        """Add up the variances of the classes."""
        return sum(part.variance() for part in self.sums)

    def take(self, values: Floats, happened: Outcomes, weight: Floats | None) -> None:
        """Take in rows, one value each."""
        if weight is None:
            self._count(values, happened)
        elif self.by_class:
            events = happened.astype(np.float64)
            self.sums[0].weigh(values, (1.0 - events) * weight)
            self.sums[1].weigh(values, events * weight)
        else:
            self.sums[0].weigh(values, weight)

    def _count(self, values: Floats, happened: Outcomes) -> None:
        rows, first, second = values.size, float(values.sum()), dot(values, values)
        if self.by_class:
            events = happened.astype(np.float64)
            inside = values * events
            hits, found, squares = int(events.sum()), float(inside.sum()), dot(inside, values)
            self.sums[1].add(hits, found, squares)
            rows, first, second = rows - hits, first - found, second - squares
        self.sums[0].add(rows, first, second)


def variance(
    estimate: Estimate,
    outcome: Outcomes,
    weight: Floats | None = None,
    *,
    other: Estimate | None = None,
) -> float | None:
    """Give the variance of an estimate, or of estimate - other on the same rows.

    None where it is not known.
    """
    one = estimate.influence
    two = None if other is None else other.influence
    if one is None or (other is not None and two is None):
        return None
    classes = _Classes(by_class=estimate.by_class)
    centre = _centre(one, two)
    for rows in chunks(outcome.size):
        values = one.part(rows) - centre
        if two is not None:
            values -= two.part(rows)
        classes.take(values, outcome[rows], None if weight is None else weight[rows])
    return classes.variance()


def variance_of_rows(
    estimate: Estimate, rows: int, weight: Floats | None, other: Estimate | None = None
) -> float | None:
    """Give the variance as `variance` does, where no classes are averaged apart."""
    return variance(estimate, np.zeros(rows, dtype=np.int8), weight, other=other)


def variance_of_table(estimate: Estimate) -> float:
    """Give the variance of an estimate whose influence is a table; each row weighs one."""
    influence = estimate.influence
    assert influence is not None
    assert influence.held is not None
    values = _standard(influence, by_class=estimate.by_class)
    return dot(values * values, influence.held)


def variance_of_tables(
    one: Influence, other: Influence, *, by_class: bool, count: Counting | None = None
) -> float:
    """Give the variance of the difference of two estimates by their tables of the same rows.

    Each row weighs one. `count` is `pairs_of`, or what remembers what that said.
    """
    assert one.place is not None
    assert other.place is not None
    left, right = (_standard(part, by_class=by_class) for part in (one, other))
    if max(left.size, right.size) <= FEW:
        apart = left[:, None] - right[None, :]
        counted = (count or pairs_of)(one.place, other.place, (left.size, right.size))
        return float((counted * apart * apart).sum())
    total = 0.0
    ours, theirs = np.empty((2, CHUNK))  # kept for all slices: to find memory takes as long again
    for rows in chunks(one.place.size):
        size = rows.stop - rows.start
        # "clip" only spares a copy: every place is one of the table's.
        apart = left.take(one.place[rows], out=ours[:size], mode="clip")
        apart -= right.take(other.place[rows], out=theirs[:size], mode="clip")
        total += dot(apart, apart)
    return total


def pairs_of(one: Places, other: Places, sizes: tuple[int, int]) -> Floats:
    """Give (sizes) how many rows stand at each pair of places of two small tables."""
    counted = np.zeros(sizes)
    same_outcome = [pair for pair in np.ndindex(sizes) if sum(pair) % 2 == 0]
    for rows in chunks(one.size):
        both = one[rows] * np.uint8(sizes[1]) + other[rows]
        for pair in same_outcome:  # quicker than `bincount`, which makes wide numbers first
            counted[pair] += np.count_nonzero(both == pair[0] * sizes[1] + pair[1])
    return counted


def _standard(influence: Influence, *, by_class: bool) -> Floats:
    """Give a table's values such that the sum of their squares over all rows is the variance."""
    assert influence.held is not None
    classes = (slice(0, None, 2), slice(1, None, 2)) if by_class else (slice(None),)
    standard = np.empty(influence.values.size)
    for part in classes:
        values, held = influence.values[part], influence.held[part]
        rows = float(held.sum())
        if rows < 2:  # noqa: PLR2004 - one row says nothing of its spread
            standard[part] = math.nan
            continue
        standard[part] = values - dot(held, np.asarray(values, dtype=np.float64)) / rows
        standard[part] *= influence.factor / math.sqrt(rows * (rows - 1))
    return standard


def _centre(one: Influence, two: Influence | None) -> float:
    """A value near the mean: sums of squares around it lose no digits."""
    first = slice(0, 1 << 12)
    near = float(one.part(first).mean())
    return near if two is None else near - float(two.part(first).mean())
