"""The wanted columns of a scored table while it is read: every field is checked, then kept.

Rows are counted as a spreadsheet shows them: the header is row 1.
"""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.scored_header import (
    MULTICLASS,
    REGRESSION,
    ScoredColumns,
    classes_in,
)
from governance.evaluation.scored_refusals import UnreadableScores, refused

MAX_SEGMENTS = 50
MAX_SEGMENT_NAME = 100
LARGEST = 1e15
DAY_LENGTH = len("2026-01-31")
EPOCH = date(1970, 1, 1).toordinal()
SUM_ERROR = 0.01  # probabilities that were written with three digits add up to about 1
_SHOWN = 40
_OUTCOMES = {"0": 0, "1": 1, "0.0": 0, "1.0": 1}


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


class OutcomeColumn:
    """What happened: 0 or 1."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._values = bytearray()

    def take(self, text: str, row: int) -> None:
        """Keep one outcome."""
        outcome = _OUTCOMES.get(text.strip())
        if outcome is None:
            raise refused("outcome_unknown", row=row, column=self.name, shown=shown(text))
        self._values.append(outcome)

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


class ClassColumn:
    """What happened: one of the classes that have a column of probabilities."""

    def __init__(self, name: str, classes: Sequence[str]) -> None:
        self.name = name
        self._places = {label: place for place, label in enumerate(classes)}
        self._values = array("i")

    def take(self, text: str, row: int) -> None:
        """Keep one class."""
        place = self._places.get(text.strip())
        if place is None:
            raise refused("class_unknown", row=row, column=self.name, shown=shown(text))
        self._values.append(place)

    def array(self) -> NDArray[Any]:
        """Give the positions of the classes, int32; at least two occur."""
        places = np.frombuffer(self._values, dtype=np.int32)
        if places.min() == places.max():
            only = list(self._places)[int(places[0])]
            raise refused("one_class", column=self.name, shown=only, rows=len(places))
        return places


class DateColumn:
    """Days, written as ISO 8601; what follows the day is left out."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._days = array("i")
        self._known: dict[str, int] = {}

    def take(self, text: str, row: int) -> None:
        """Keep one day."""
        written = text.strip()[:DAY_LENGTH]
        day = self._known.get(written)
        if day is None:
            day = self._known[written] = self._day(written, text, row)
        self._days.append(day)

    def array(self) -> NDArray[Any]:
        """Give days since 1970, int32."""
        return np.frombuffer(self._days, dtype=np.int32)

    def _day(self, written: str, text: str, row: int) -> int:
        if not written:
            raise refused("column_empty", row=row, column=self.name)
        try:
            return date.fromisoformat(written).toordinal() - EPOCH
        except ValueError:
            raise refused("date_unreadable", row=row, column=self.name, shown=shown(text)) from None


class SegmentColumn:
    """Groups of cases; few, with readable names."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._codes = array("i")
        self._known: dict[str, int] = {}

    def take(self, text: str, row: int) -> None:
        """Keep one segment's code."""
        code = self._known.get(text)
        self._codes.append(self._admit(text, row) if code is None else code)

    def array(self) -> NDArray[Any]:
        """Give the codes, int32, as positions in `names`."""
        codes = np.frombuffer(self._codes, dtype=np.int32)
        places = {name: place for place, name in enumerate(self.names)}
        lookup = np.array([places[text.strip()] for text in self._known], dtype=np.int32)
        return lookup[codes]

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


@dataclass(frozen=True, slots=True)
class Scanned:
    """The wanted columns by part (score, outcome, segment, key …), each (rows,).

    With classes, scores are (rows, classes) and outcomes positions in `class_names`.
    """

    arrays: Mapping[str, NDArray[Any]]
    segment_names: list[str]
    class_names: list[str]


class Parts:
    """An empty column for each part that is wanted of a table with this header.

    Raises:
        UnreadableScores: The columns of the classes are not right.
    """

    def __init__(self, columns: ScoredColumns, header: Sequence[str]) -> None:
        self.class_names: list[str] = []
        self.columns: dict[str, Column] = {}
        if columns.kind == MULTICLASS:
            self._add_classes(columns, header)
        else:
            self._add_scores(columns)
        more: dict[str, Callable[[str], Column]] = {
            "segment": SegmentColumn,
            "key": KeyColumn,
            "weight": WeightColumn,
            "date": DateColumn,
        }
        for part, kind in more.items():
            if (name := getattr(columns, part)) is not None:
                self.columns[part] = kind(name)

    def _add_scores(self, columns: ScoredColumns) -> None:
        numeric = columns.kind == REGRESSION
        kind = NumberColumn if numeric else ScoreColumn
        self.columns["score"] = kind(columns.score)
        if columns.champion is not None:
            self.columns["champion"] = kind(columns.champion)
        self.columns["outcome"] = (NumberColumn if numeric else OutcomeColumn)(columns.outcome)

    def _add_classes(self, columns: ScoredColumns, header: Sequence[str]) -> None:
        found = classes_in(header, columns.score, columns)
        self.class_names = list(found)
        self._add_probabilities("score", found)
        if columns.champion is not None:
            theirs = classes_in(header, columns.champion, columns)
            if list(theirs) != self.class_names:
                raise refused("classes_differ", column=columns.score)
            self._add_probabilities("champion", theirs)
        self.columns["outcome"] = ClassColumn(columns.outcome, self.class_names)

    def _add_probabilities(self, part: str, found: Mapping[str, str]) -> None:
        for place, name in enumerate(found.values()):
            self.columns[f"{part} {place}"] = ScoreColumn(name)

    def scanned(self) -> Scanned:
        """Take over what the columns kept.

        Raises:
            UnreadableScores: A column as a whole is not right.
        """
        segment = self.columns.get("segment")
        names = segment.names if isinstance(segment, SegmentColumn) else []
        arrays = {name: part.array() for name, part in self.columns.items()}
        if self.class_names:
            arrays = _stacked(arrays, len(self.class_names))
        return Scanned(arrays, names, self.class_names)


def _stacked(arrays: Mapping[str, NDArray[Any]], classes: int) -> dict[str, NDArray[Any]]:
    """Put the columns of the classes side by side; each row adds up to 1."""
    kept = {name: values for name, values in arrays.items() if " " not in name}
    for part in ("score", "champion"):
        if f"{part} 0" not in arrays:
            continue
        table = np.column_stack([arrays[f"{part} {place}"] for place in range(classes)])
        sums = table.sum(axis=1)
        wrong = np.flatnonzero(np.abs(sums - 1) > SUM_ERROR)
        if wrong.size:
            row = int(wrong[0])
            raise refused("not_sum_one", row=row + 2, shown=f"{sums[row]:.3f}")
        kept[part] = table
    return kept


def shown(text: str) -> str:
    """Shorten what is shown of a field, and keep control characters out."""
    clean = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return clean if len(clean) <= _SHOWN else clean[:_SHOWN] + "…"
