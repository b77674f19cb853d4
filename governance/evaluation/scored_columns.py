"""The wanted columns of a scored table while it is read: every field is checked, then kept.

Rows are counted as a spreadsheet shows them: the header is row 1.
"""

from array import array
from collections.abc import Callable, Sequence
from datetime import date
from hashlib import blake2b
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.scored_refusals import UnreadableScores, refused

MAX_SEGMENTS = 50
MAX_SEGMENT_NAME = 100
LARGEST = 1e15
DAY_LENGTH = len("2026-01-31")
EPOCH = date(1970, 1, 1).toordinal()
_SHOWN = 40

# Hears how many rows were read, of about how many (0: not known).
Tell = Callable[[int, int], None]


class Column(Protocol):
    """One wanted column while it is being read."""

    name: str

    def take(self, text: str, row: int) -> None:
        """Check and keep one field."""

    def array(self) -> NDArray[Any]:
        """Give what was kept, one value a row."""


class NumberColumn:
    """Finite numbers of any unit."""

    low, high, outside = -LARGEST, LARGEST, "too_large"

    def __init__(self, name: str) -> None:
        self.name = name
        self._values = array("d")

    def take(self, text: str, row: int) -> None:
        """Keep one number."""
        try:
            value = float(text)
        except ValueError:
            raise self._refusal("not_a_number", text, row) from None
        if not self.low <= value <= self.high:
            code = self.outside if abs(value) < float("inf") else "not_finite"
            raise self._refusal(code, text, row)
        if "_" in text or not text.isascii():
            raise self._refusal("not_a_number", text, row)
        self._values.append(value)

    def take_all(self, values: NDArray[np.float64]) -> bool:
        """Keep (rows,) numbers at once if all are right; else keep none, and say so."""
        right = bool(values.min() >= self.low and values.max() <= self.high)  # a NaN fails both
        if right:
            self._values.frombytes(values.tobytes())
        return right

    def array(self) -> NDArray[Any]:
        """Give the numbers, float64."""
        return np.frombuffer(self._values, dtype=np.float64)

    def _refusal(self, code: str, text: str, row: int) -> UnreadableScores:
        if not text.strip():
            return refused("column_empty", row=row, column=self.name)
        return refused(code, row=row, column=self.name, shown=shown(text))


class ScoreColumn(NumberColumn):
    """Probabilities: finite, between 0 and 1."""

    low, high, outside = 0.0, 1.0, "out_of_range"


class WeightColumn(NumberColumn):
    """How many cases a row stands for."""

    low, high, outside = 1e-12, 1e12, "weight_not_positive"

    def _refusal(self, code: str, text: str, row: int) -> UnreadableScores:
        large = code == self.outside and float(text) > self.high
        return super()._refusal("weight_too_large" if large else code, text, row)


class OutcomeColumn:
    """What happened: 0 or 1."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._values = bytearray()

    def take(self, text: str, row: int) -> None:
        """Keep one outcome."""
        try:
            outcome = float(text) if text.isascii() and "_" not in text else None
        except ValueError:
            outcome = None
        if outcome not in (0.0, 1.0):
            code = "outcome_unknown" if text.strip() else "column_empty"
            raise refused(code, row=row, column=self.name, shown=shown(text))
        self._values.append(outcome == 1.0)

    def take_all(self, values: NDArray[np.float64]) -> bool:
        """Keep (rows,) outcomes at once if all are right; else keep none, and say so."""
        right = bool(((values == 0) | (values == 1)).all())
        if right:
            self._values += values.astype(np.int8).tobytes()
        return right

    def array(self) -> NDArray[Any]:
        """Give the outcomes, int8; both must occur."""
        outcomes = np.frombuffer(self._values, dtype=np.int8)
        if outcomes.min() == outcomes.max():
            only = int(outcomes[0])
            raise refused("one_class", column=self.name, shown=only, rows=len(outcomes))
        return outcomes


class CodedColumn:
    """Texts of which there are few different ones, each kept as a small number."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._codes = array("i")

    def take(self, text: str, row: int) -> None:
        """Keep one text."""
        self._codes.append(self.code_of(text, row))

    def take_coded(self, texts: Sequence[str], codes: NDArray[np.integer[Any]]) -> None:
        """Keep the text at each of (rows,) positions at once; a refusal then names no row."""
        lookup = np.array([self.code_of(text, 0) for text in texts], dtype=np.int32)
        self._codes.frombytes(lookup[codes].tobytes())

    def code_of(self, text: str, row: int) -> int:
        """Check a text and give what is kept of it."""
        raise NotImplementedError

    def array(self) -> NDArray[Any]:
        """Give what was kept, int32."""
        return np.frombuffer(self._codes, dtype=np.int32)


class ClassColumn(CodedColumn):
    """What happened: one of the classes that have a column of probabilities."""

    def __init__(self, name: str, classes: Sequence[str]) -> None:
        super().__init__(name)
        self._places = {label: place for place, label in enumerate(classes)}

    def code_of(self, text: str, row: int) -> int:
        """Give the position of one class."""
        place = self._places.get(text.strip())
        if place is None:
            raise refused("class_unknown", row=row, column=self.name, shown=shown(text))
        return place

    def array(self) -> NDArray[Any]:
        """Give the positions of the classes, int32; at least two occur."""
        places = super().array()
        if places.min() == places.max():
            only = list(self._places)[int(places[0])]
            raise refused("one_class", column=self.name, shown=only, rows=len(places))
        return places


class DateColumn(CodedColumn):
    """Days since 1970, written as ISO 8601; what follows the day is left out."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._known: dict[str, int] = {}

    def code_of(self, text: str, row: int) -> int:
        """Give one day."""
        written = text.strip()[:DAY_LENGTH]
        day = self._known.get(written)
        if day is None:
            day = self._known[written] = self._day(written, text, row)
        return day

    def _day(self, written: str, text: str, row: int) -> int:
        if not written:
            raise refused("column_empty", row=row, column=self.name)
        try:
            return date.fromisoformat(written).toordinal() - EPOCH
        except ValueError:
            raise refused("date_unreadable", row=row, column=self.name, shown=shown(text)) from None


class SegmentColumn(CodedColumn):
    """Groups of cases; few, with readable names."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._known: dict[str, int] = {}

    def code_of(self, text: str, row: int) -> int:
        """Give the number of one segment."""
        code = self._known.get(text)
        return self._admit(text, row) if code is None else code

    def array(self) -> NDArray[Any]:
        """Give the codes, int32, as positions in `names`."""
        places = {name: place for place, name in enumerate(self.names)}
        lookup = np.array([places[text.strip()] for text in self._known], dtype=np.int32)
        found: NDArray[np.int32] = lookup[super().array()]
        return found

    @property
    def names(self) -> list[str]:
        """Give the names in alphabetical order, so that the order of rows does not matter."""
        return sorted({text.strip() for text in self._known})

    def _admit(self, text: str, row: int) -> int:
        name = text.strip()
        if not name:
            raise refused("column_empty", row=row, column=self.name)
        if len(name) > MAX_SEGMENT_NAME or not name.isprintable():
            raise refused("segment_unreadable", row=row, column=self.name, limit=MAX_SEGMENT_NAME)
        if len(self._known) >= MAX_SEGMENTS:
            raise refused("too_many_segments", row=row, column=self.name, limit=MAX_SEGMENTS)
        return self._known.setdefault(text, len(self._known))


class KeyColumn:
    """What names a case, kept as 64 bits of BLAKE2b only: keys may be personal."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._hashes = bytearray()

    def take(self, text: str, row: int) -> None:
        """Keep the hash of one key."""
        key = text.strip()
        if not key:
            raise refused("column_empty", row=row, column=self.name)
        self._hashes += blake2b(key.encode(), digest_size=8).digest()

    def take_all(self, texts: Sequence[str]) -> None:
        """Keep the hashes of many keys; a refusal then names no row."""
        keys = [text.strip().encode() for text in texts]
        if not all(keys):
            raise refused("column_empty", row=0, column=self.name)
        self._hashes += b"".join([blake2b(key, digest_size=8).digest() for key in keys])

    def array(self) -> NDArray[Any]:
        """Give the hashes, uint64; each occurs once."""
        hashes = np.frombuffer(self._hashes, dtype="<u8")
        order = np.argsort(hashes, kind="stable")
        twins = np.flatnonzero(hashes[order][1:] == hashes[order][:-1])
        if twins.size:
            second, at = min((int(order[twin + 1]), int(twin)) for twin in twins)
            first = int(order[at])
            raise refused("key_repeated", row=second + 2, column=self.name, first=first + 2)
        return hashes


def shown(text: str) -> str:
    """Shorten what is shown of a field, and keep control characters out."""
    clean = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return clean if len(clean) <= _SHOWN else clean[:_SHOWN] + "…"
