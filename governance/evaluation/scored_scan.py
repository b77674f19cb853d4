"""The process that reads an uploaded table: `python -m governance.evaluation.scored_scan`.

A stranger's file is read here and nowhere else, under limits of memory, processor time and
output that the process sets for itself before it opens the file. It writes plain arrays into a
folder and one JSON object to its standard output: the arrays' names, or the refusal.

Rows are counted as a spreadsheet shows them: the header is row 1.
"""

import csv
import json
import resource
import sys
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.scored_header import (
    MAX_LINE,
    ScoredColumns,
    read_header,
    require_columns,
    text_lines,
)
from governance.evaluation.scored_refusals import UnreadableScores, refused

MIN_ROWS = 50
MAX_ROWS = 5_000_000
MAX_SEGMENTS = 50
MAX_SEGMENT_NAME = 100
MEMORY_BYTES = 2 * 1024**3
OUTPUT_BYTES = 1024**3
CPU_SECONDS = 120
REFUSED = 3
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

    def array(self) -> NDArray[Any]:
        """Give the scores, float64."""
        return np.frombuffer(self._values, dtype=np.float64)

    def _refusal(self, code: str, text: str, row: int) -> UnreadableScores:
        if not text.strip():
            return refused("column_empty", row=row, column=self.name)
        return refused(code, row=row, column=self.name, shown=_shown(text))


class OutcomeColumn:
    """What happened: 0 or 1."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._values = bytearray()

    def take(self, text: str, row: int) -> None:
        """Keep one outcome."""
        outcome = _OUTCOMES.get(text.strip())
        if outcome is None:
            raise refused("outcome_unknown", row=row, column=self.name, shown=_shown(text))
        self._values.append(outcome)

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


def scan(path: Path, columns: ScoredColumns) -> Scanned:
    """Read and check the whole table.

    Raises:
        UnreadableScores: At the first thing in the file that is wrong.
    """
    csv.field_size_limit(MAX_LINE)
    with path.open("rb") as source:
        records = csv.reader(text_lines(source), strict=True)
        header = read_header(records)
        require_columns(header, columns)
        parts = _parts(columns)
        wanted = [(header.index(part.name), part) for part in parts.values()]
        rows = _take_all(records, wanted, len(header))
    if rows < MIN_ROWS:
        raise refused("too_few_rows", rows=rows, limit=MIN_ROWS)
    segment = parts.get("segment")
    return Scanned(
        {name: part.array() for name, part in parts.items()},
        segment.names if isinstance(segment, SegmentColumn) else [],
    )


def _parts(columns: ScoredColumns) -> dict[str, Column]:
    parts: dict[str, Column] = {
        "score": ScoreColumn(columns.score),
        "outcome": OutcomeColumn(columns.outcome),
    }
    if columns.segment is not None:
        parts["segment"] = SegmentColumn(columns.segment)
    if columns.key is not None:
        parts["key"] = KeyColumn(columns.key)
    return parts


def _take_all(
    records: Iterator[list[str]], wanted: Sequence[tuple[int, Column]], width: int
) -> int:
    row = 1
    try:
        for row, record in enumerate(records, start=2):
            if len(record) != width:
                raise refused("row_ragged", row=row, width=len(record), expected=width)
            if row > MAX_ROWS + 1:
                raise refused("too_many_rows", limit=MAX_ROWS)
            for place, column in wanted:
                column.take(record[place], row)
    except csv.Error:
        raise refused("quotes_wrong", row=row + 1) from None
    return row - 1


def _shown(text: str) -> str:
    clean = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return clean if len(clean) <= _SHOWN else clean[:_SHOWN] + "…"


def _limit_self() -> None:
    for limit, ceiling in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, OUTPUT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        allowed = ceiling if hard == resource.RLIM_INFINITY else min(ceiling, hard)
        resource.setrlimit(limit, (allowed, allowed))


def _answer(path: Path, folder: Path, columns: ScoredColumns) -> dict[str, Any]:
    scanned = scan(path, columns)
    for name, values in scanned.arrays.items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)
    return {"parts": sorted(scanned.arrays), "segment_names": scanned.segment_names}


def main(arguments: Sequence[str]) -> int:
    """Read `path`, write arrays to `folder`; `columns` is a JSON object."""
    _limit_self()
    path, folder, columns = arguments
    try:
        answer = _answer(Path(path), Path(folder), ScoredColumns(**json.loads(columns)))
    except UnreadableScores as error:
        sys.stdout.write(json.dumps(error.refusal.as_json()))
        return REFUSED
    except MemoryError:
        sys.stdout.write(json.dumps(refused("too_costly").refusal.as_json()))
        return REFUSED
    sys.stdout.write(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
