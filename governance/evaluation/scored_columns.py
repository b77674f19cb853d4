"""The wanted columns of a scored table while it is read: every field is checked, then kept.

Rows are counted as a spreadsheet shows them: the header is row 1.
"""

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.scored_header import ScoredColumns
from governance.evaluation.scored_refusals import UnreadableScores, refused

MAX_SEGMENTS = 50
MAX_SEGMENT_NAME = 100
_SHOWN = 40
_OUTCOMES = {"0": 0, "1": 1, "0.0": 0, "1.0": 1}


class Column(Protocol):
    """One wanted column while it is being read."""

    name: str

    def take(self, text: str, row: int) -> None:
        """Check and keep one field."""

    def array(self) -> NDArray[Any]:
        """Give what was kept, one value a row."""


class ScoreColumn:
    """Probabilities: finite, between 0 and 1."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._values = array("d")

    def take(self, text: str, row: int) -> None:
        """Keep one score."""
        try:
            value = float(text)
        except ValueError:
            raise self._refusal("not_a_number", text, row) from None
        if not 0.0 <= value <= 1.0:
            code = "out_of_range" if abs(value) < float("inf") else "not_finite"
            raise self._refusal(code, text, row)
        if "_" in text or not text.isascii():
            raise self._refusal("not_a_number", text, row)
        self._values.append(value)

    def take_all(self, values: NDArray[np.float64]) -> bool:
        """Keep (rows,) scores at once if all are right; else keep none, and say so."""
        right = bool(values.min() >= 0.0 and values.max() <= 1.0)  # a NaN fails both
        if right:
            self._values.frombytes(values.tobytes())
        return right

    def array(self) -> NDArray[Any]:
        """Give the scores, float64."""
        return np.frombuffer(self._values, dtype=np.float64)

    def _refusal(self, code: str, text: str, row: int) -> UnreadableScores:
        if not text.strip():
            return refused("column_empty", row=row, column=self.name)
        return refused(code, row=row, column=self.name, shown=shown(text))


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
    """The wanted columns by part (score, outcome, segment, key), each (rows,)."""

    arrays: Mapping[str, NDArray[Any]]
    segment_names: list[str]


def parts_of(columns: ScoredColumns) -> dict[str, Column]:
    """Give an empty column for each part that is wanted."""
    parts: dict[str, Column] = {
        "score": ScoreColumn(columns.score),
        "outcome": OutcomeColumn(columns.outcome),
    }
    if columns.segment is not None:
        parts["segment"] = SegmentColumn(columns.segment)
    if columns.key is not None:
        parts["key"] = KeyColumn(columns.key)
    return parts


def scanned(parts: Mapping[str, Column]) -> Scanned:
    """Take over what the columns kept.

    Raises:
        UnreadableScores: A column as a whole is not right.
    """
    segment = parts.get("segment")
    return Scanned(
        {name: part.array() for name, part in parts.items()},
        segment.names if isinstance(segment, SegmentColumn) else [],
    )


def shown(text: str) -> str:
    """Shorten what is shown of a field, and keep control characters out."""
    clean = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return clean if len(clean) <= _SHOWN else clean[:_SHOWN] + "…"
