"""Columns of a scored table that hold the model's inputs: read if they are there, never refused.

They say how far the cases have moved, and nothing else: a field that is no number is a missing one,
and a column that cannot be looked at is left out by name.
"""

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.scored_columns import CodedColumn

NUMBER, TEXT = "number", "text"
MOST_INPUTS = 100
MOST_CELLS = 20_000_000  # what is kept of all of them together: 160 MB
MOST_LEVELS = 1_000  # a column with more different texts names cases, and has no shares
LONGEST_LEVEL = 100
_NUMERIC = ("int", "long", "short", "float", "double", "decimal", "number", "numeric", "real")


@dataclass(frozen=True, slots=True, eq=False)
class InputValues:
    """One input of all cases.

    Attributes:
        name: Of the column.
        values: (rows,) float64, NaN where missing; with `levels` int32 positions among them.
        levels: The different texts in alphabetical order, "" where missing; empty for numbers.
    """

    name: str
    values: NDArray[Any]
    levels: tuple[str, ...] = ()


class NumberInput:
    """Numbers; whatever is none is missing."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._values = array("d")

    def take(self, text: str, row: int) -> None:  # noqa: ARG002 - as every column
        """Keep one field."""
        self._values.append(_number(text))

    def take_all(self, values: NDArray[np.float64]) -> None:
        """Keep (rows,) numbers, NaN or infinite where missing."""
        self._values.frombytes(np.where(np.isfinite(values), values, np.nan).tobytes())

    def array(self) -> NDArray[Any]:
        """Give the numbers, float64."""
        return np.frombuffer(self._values, dtype=np.float64)

    levels: tuple[str, ...] | None = ()


class TextInput(CodedColumn):
    """Texts of which there are few different ones."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._known: dict[str, int] = {}

    def code_of(self, text: str, row: int) -> int:  # noqa: ARG002 - as every column
        """Give the number of one text."""
        level = text.strip()[:LONGEST_LEVEL]
        if len(self._known) > MOST_LEVELS:
            return 0
        return self._known.setdefault(level, len(self._known))

    def array(self) -> NDArray[Any]:
        """Give the codes, int32, as positions in `levels`."""
        ordered = sorted(self._known)
        places = {level: place for place, level in enumerate(ordered)}
        lookup = np.array([places[level] for level in self._known], dtype=np.int32)
        codes: NDArray[np.int32] = lookup[super().array()]
        return codes

    @property
    def levels(self) -> tuple[str, ...] | None:
        """Give the different texts in alphabetical order; None: too many to be looked at."""
        return None if len(self._known) > MOST_LEVELS else tuple(sorted(self._known))


InputColumn = NumberInput | TextInput


def kinds_of(schema: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Give the kinds of the inputs that a version says it takes, by their names."""
    return {
        str(one["name"]): NUMBER if _is_numeric(str(one.get("type", ""))) else TEXT
        for one in schema
        if one.get("name")
    }


def inputs_in(
    header: Sequence[str], wanted: Mapping[str, str], taken: Iterable[str], rows: int
) -> list[InputColumn]:
    """Give an empty column for each wanted input that stands in the header and is nothing else.

    Where the cells of all would be too many, the first ones are read; `rows` is about how many
    there are.
    """
    free = set(header).difference(taken)
    most = min(MOST_INPUTS, MOST_CELLS // max(rows, 1))
    found = [(name, kind) for name, kind in wanted.items() if name in free]
    return [NumberInput(name) if kind == NUMBER else TextInput(name) for name, kind in found[:most]]


def _is_numeric(kind: str) -> bool:
    return kind.strip().lower().startswith(_NUMERIC)


def _number(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        return math.nan
    return value if math.isfinite(value) and "_" not in text and text.isascii() else math.nan
