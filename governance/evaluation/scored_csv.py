"""Large CSV tables, read a few megabytes at a time by polars: only in the process that may fall.

polars fills short rows up and leaves surplus fields out without a word, so every line is counted
by us first. It reads only what needs no thought: no quotes, as many commas in each line as in the
header, every number a number. Whatever is different is left to the csv module, which knows quotes
and names the row that is wrong.
"""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from governance.evaluation.scored_columns import (
    CodedColumn,
    Column,
    KeyColumn,
    NumberColumn,
    OutcomeColumn,
    Tell,
)
from governance.evaluation.scored_header import MAX_LINE
from governance.evaluation.scored_inputs import NumberInput, TextInput
from governance.evaluation.scored_parts import Parts
from governance.evaluation.scored_refusals import UnreadableScores

CHUNK = 8 * 1024**2
SLICE = 100_000
_LINE, _COMMA, _RETURN, _HIGH = b"\n"[0], b","[0], b"\r"[0], 0x80
_UNUSUAL = (b'"', b"\0")
_AS_TEXT = (pl.Date, pl.Datetime, pl.Categorical, pl.Enum)


def fill_plainly(
    path: Path, header: Sequence[str], parts: Parts, tell: Tell, most: int
) -> int | None:
    """Fill the columns of `parts` from a file, and give its number of rows.

    `tell` hears of rows read and, from the bytes so far, about how many there are. None: some line
    needs another reader, and `parts` hold nothing to be used.
    """
    size, read, rows = path.stat().st_size, 0, 0
    wanted = {header.index(part.name): part for part in parts.every}
    for chunk in _line_by_line(path):
        read += len(chunk)
        if (number := _plain_lines(chunk, len(header))) is None:
            return None
        if number and not _took_all(chunk, len(header), number, wanted):
            return None
        rows += number
        if rows > most:
            return None
        tell(rows, rows * size // read)
    return rows


def _line_by_line(path: Path) -> Iterator[bytes]:
    """Give the file without its header in pieces that end with a line."""
    with path.open("rb") as source:
        source.readline(MAX_LINE)
        rest = b""
        while piece := source.read(CHUNK):
            last = piece.rfind(b"\n") + 1
            if last:
                yield rest + piece[:last]
                rest = piece[last:]
            else:
                rest += piece
            if len(rest) > MAX_LINE:
                yield rest  # far too long: refused as a line that does not end
                return
        if rest:
            yield rest + b"\n"


def _plain_lines(chunk: bytes, width: int) -> int | None:
    """Count the lines; None where one of them is not simply fields between commas."""
    if any(sign in chunk for sign in _UNUSUAL) or not chunk.endswith(b"\n"):
        return None
    signs = np.frombuffer(chunk, dtype=np.uint8)
    marks = np.flatnonzero((signs == _LINE) | (signs == _COMMA))
    ends = marks[width - 1 :: width]
    lines = int(np.count_nonzero(signs == _LINE))
    if lines * width != marks.size or not (signs[ends] == _LINE).all():
        return None
    longest = int(np.diff(ends, prepend=-1).max())
    return lines if longest <= MAX_LINE and _is_text(chunk, signs) else None


def _is_text(chunk: bytes, signs: NDArray[np.uint8]) -> bool:
    """Say whether it is UTF-8, and whether every carriage return ends a line."""
    if chunk.count(b"\r") != chunk.count(b"\r\n"):
        return False
    if signs.max() < _HIGH:
        return True
    try:
        chunk.decode()
    except UnicodeDecodeError:
        return False
    return True


def _took_all(chunk: bytes, width: int, number: int, wanted: dict[int, Column]) -> bool:
    numeric = (NumberColumn, OutcomeColumn, NumberInput)
    kinds = {
        f"column_{place + 1}": pl.Float64 if isinstance(wanted.get(place), numeric) else pl.String
        for place in range(width)
    }
    try:
        table = pl.read_csv(
            BytesIO(chunk.replace(b"\r\n", b"\n")),
            has_header=False,
            columns=sorted(wanted),
            schema=kinds,
            quote_char=None,
        )
    except (pl.exceptions.PolarsError, ValueError):
        return False
    taken = [(wanted[place], table[f"column_{place + 1}"]) for place in wanted]
    return table.height == number and all(took_series(*one) for one in taken)


def took_series(column: Column, values: pl.Series) -> bool:
    """Whether a column took (rows,) values at once; where it did not, it may have taken some."""
    if isinstance(column, NumberInput):
        column.take_all(_numbers(values))
        return True
    if isinstance(column, TextInput):
        column.take_coded(*_coded(values.cast(pl.String).fill_null("")))
        return True
    return not values.null_count() and _took_part(column, values)


def _took_part(column: Column, values: pl.Series) -> bool:
    if isinstance(column, NumberColumn | OutcomeColumn):
        numbers = values.dtype.is_numeric() or values.dtype == pl.Boolean
        return numbers and column.take_all(values.cast(pl.Float64).to_numpy())
    if values.dtype.is_integer() or isinstance(values.dtype, _AS_TEXT):
        values = values.cast(pl.String)
    if values.dtype != pl.String:
        return False
    try:
        if isinstance(column, KeyColumn):
            for start in range(0, values.len(), SLICE):  # all rows' texts at once are too much
                column.take_all(values.slice(start, SLICE).to_list())
        elif isinstance(column, CodedColumn):
            column.take_coded(*_coded(values))
    except UnreadableScores:
        return False
    return True


def _numbers(values: pl.Series) -> NDArray[np.float64]:
    """Give (rows,) numbers, NaN where there is none."""
    return values.cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy()


def _coded(values: pl.Series) -> tuple[list[str], NDArray[np.int64]]:
    """Give the different texts, and for each row the position of its own."""
    texts = values.unique()
    places = pl.Series(range(texts.len()), dtype=pl.Int64)
    return texts.to_list(), values.replace_strict(texts, places).to_numpy()
