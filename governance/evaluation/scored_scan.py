"""The process that reads an uploaded table: `python -m governance.evaluation.scored_scan`.

A stranger's file is read here and nowhere else, under limits of memory, processor time and
output that the process sets for itself before it opens the file. It writes plain arrays into a
folder, or none where the table is only checked. To its standard output it writes, line by line,
how many rows it has read, of about how many, and at last one JSON object: the arrays' names, or
the refusal.

Rows are counted as a spreadsheet shows them: the header is row 1.
"""

import csv
import json
import resource
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from governance.evaluation.scored_columns import Column, Tell
from governance.evaluation.scored_header import (
    MAX_LINE,
    ScoredColumns,
    read_header,
    require_columns,
    text_lines,
)
from governance.evaluation.scored_parts import Parts, Scanned
from governance.evaluation.scored_refusals import UnreadableScores, refused

MIN_ROWS = 50
MAX_ROWS = 10_000_000
LARGE = 2 * 1024**2
BEAT = 50_000
MEMORY_BYTES = 3 * 1024**3  # of addresses: ten million rows with inputs take a quarter of it
OUTPUT_BYTES = 1024**3
CPU_SECONDS = 120
REFUSED = 3
MAGIC = b"PAR1"


def scan(path: Path, columns: ScoredColumns, tell: Tell = lambda _rows, _of: None) -> Scanned:
    """Read and check the whole table, CSV or Parquet; `tell` hears how many rows are read.

    Raises:
        UnreadableScores: At the first thing in the file that is wrong.
    """
    with path.open("rb") as source:
        parquet = source.read(len(MAGIC)) == MAGIC
    return (_scan_parquet if parquet else _scan_csv)(path, columns, tell)


def _scan_csv(path: Path, columns: ScoredColumns, tell: Tell) -> Scanned:
    csv.field_size_limit(MAX_LINE)
    with path.open("rb") as source:
        records = csv.reader(text_lines(source), strict=True)
        header = read_header(records)
        require_columns(header, columns)
        if path.stat().st_size >= LARGE and (parts := _plain(path, columns, header, tell)):
            return parts.scanned()
        parts = Parts(columns, header, _about_rows(path))
        wanted = [(header.index(part.name), part) for part in parts.every]
        rows = _take_all(records, wanted, len(header), tell)
    tell(rows, rows)
    _require_rows(rows)
    return parts.scanned()


def _about_rows(path: Path) -> int:
    """Say about how many rows a CSV table has, by its first lines."""
    with path.open("rb") as source:
        first = source.read(MAX_LINE)
    return path.stat().st_size * first.count(b"\n") // max(len(first), 1)


def _plain(path: Path, columns: ScoredColumns, header: Sequence[str], tell: Tell) -> Parts | None:
    """Fill the columns of a large file the quick way; None where that cannot be done."""
    # polars takes 200 MB of addresses and half a second to load: only where it is needed.
    from governance.evaluation.scored_csv import fill_plainly  # noqa: PLC0415

    parts = Parts(columns, header, _about_rows(path))
    rows = fill_plainly(path, header, parts, tell, MAX_ROWS)
    return parts if rows and rows >= MIN_ROWS else None


def _scan_parquet(path: Path, columns: ScoredColumns, tell: Tell) -> Scanned:
    from governance.evaluation.scored_parquet import ParquetTable  # noqa: PLC0415 - as above

    table = ParquetTable(path)
    require_columns(table.header, columns)
    _require_rows(table.rows)
    parts = Parts(columns, table.header, table.rows)
    for done, (name, part) in enumerate(parts.columns.items(), start=1):
        parts.columns[name] = table.filled(part)
        tell(table.rows * done // len(parts.columns), table.rows)
    parts.inputs = [found for empty in parts.inputs if (found := table.input(empty))]
    return parts.scanned()


def _require_rows(rows: int) -> None:
    if rows < MIN_ROWS:
        raise refused("too_few_rows", rows=rows, limit=MIN_ROWS)
    if rows > MAX_ROWS:
        raise refused("too_many_rows", limit=MAX_ROWS)


def _take_all(
    records: Iterator[list[str]], wanted: Sequence[tuple[int, Column]], width: int, tell: Tell
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
            if row % BEAT == 0:
                tell(row, 0)
    except csv.Error:
        raise refused("quotes_wrong", row=row + 1) from None
    return row - 1


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


def _tell(rows: int, of: int) -> None:
    sys.stdout.write(f"{rows} {of}\n")
    sys.stdout.flush()


def _answer(path: Path, folder: Path | None, columns: ScoredColumns) -> dict[str, Any]:
    found = scan(path, columns, _tell)
    if folder is None:
        return {}
    for name, values in found.arrays.items():
        np.save(folder / f"{name}.npy", values, allow_pickle=False)
    for place, one in enumerate(found.inputs):
        np.save(folder / f"input {place}.npy", one.values, allow_pickle=False)
    return {
        "parts": sorted(found.arrays),
        "segment_names": found.segment_names,
        "class_names": found.class_names,
        "inputs": [[one.name, one.levels] for one in found.inputs],
    }


def main(arguments: Sequence[str]) -> int:
    """Read `path`, write arrays to `folder`, if there is one; standard input says the columns."""
    _limit_self()
    path, folder = Path(arguments[0]), Path(arguments[1]) if arguments[1:] else None
    try:
        answer = _answer(path, folder, ScoredColumns(**json.load(sys.stdin)))
    except UnreadableScores as error:
        sys.stdout.write(json.dumps(error.refusal.as_json()) + "\n")
        return REFUSED
    except MemoryError:
        sys.stdout.write(json.dumps(refused("too_costly").refusal.as_json()) + "\n")
        return REFUSED
    sys.stdout.write(json.dumps(answer) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
