"""Scored tables as Parquet, read by polars: only in the process that may fall.

Columns are taken in large pieces; where a value is not right, the fields go one by one through the
same checks as those of a CSV table, which then name the row.
"""

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from itertools import chain
from pathlib import Path

import polars as pl
from polars.selectors import by_index

from governance.evaluation.scored_columns import Column
from governance.evaluation.scored_csv import took_series
from governance.evaluation.scored_header import MAX_COLUMNS, check_names
from governance.evaluation.scored_inputs import InputColumn
from governance.evaluation.scored_refusals import UnreadableScores, refused

MAGIC = b"PAR1"
MAX_FOOTER = 16 * 1024**2
PIECE = 1_000_000  # rows
_BEGINNING = 64
_TRAILER = 8  # the footer's length, then the magic once more
# Version (field 1, a number), then the list of columns (field 2, more than fourteen): its length.
_WIDTH = re.compile(rb"\x15[\x80-\xff]*[\x00-\x7f]\x19\xfc([\x80-\xff]*[\x00-\x7f])")
_READABLE = (pl.Boolean, pl.String, pl.Categorical, pl.Enum, pl.Date, pl.Datetime)


class ParquetTable:
    """One file: its column names and number of rows, from the footer; columns when asked for.

    Raises:
        UnreadableScores: The file is cut off or not what its footer says.
    """

    def __init__(self, path: Path) -> None:
        _check_footer(path)
        self._path = path
        with _read():
            table = pl.scan_parquet(path)
            self.header = tuple(table.collect_schema().names())
            self.rows = int(table.select(pl.len()).collect().item())
        check_names(self.header)

    def filled(self, empty: Column) -> Column:
        """Give a column like `empty`, with all values of that name in it and checked."""
        column = deepcopy(empty)
        if all(took_series(column, part) for part in self._parts(empty.name)):
            return column
        for row, value in enumerate(chain.from_iterable(self._parts(empty.name)), start=2):
            empty.take(_text(value), row)
        return empty

    def input(self, empty: InputColumn) -> InputColumn | None:
        """Give an input with all its values; None where they are of a kind that is not read."""
        try:
            taken = all(took_series(empty, part) for part in self._parts(empty.name))
        except UnreadableScores:
            return None
        return empty if taken else None

    def _parts(self, name: str) -> Iterator[pl.Series]:
        """Give a column piece by piece: ten million texts at once are too much."""
        place = self.header.index(name)  # polars takes a name that looks like one for a pattern
        for start in range(0, self.rows, PIECE):
            with _read():
                column = pl.scan_parquet(self._path).select(by_index(place))
                values = column.slice(start, PIECE).collect().to_series().alias("")
            if values.len() != min(PIECE, self.rows - start):
                raise refused("parquet_broken")
            if not (values.dtype.is_numeric() or isinstance(values.dtype, _READABLE)):
                raise refused("column_unreadable", column=name, kind=str(values.dtype))
            yield values


def _text(value: object) -> str:
    """Write a value as a CSV table would hold it, so that keys of both kinds join."""
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _check_footer(path: Path) -> None:
    size = path.stat().st_size
    with path.open("rb") as source:
        source.seek(max(size - _TRAILER, 0))
        end = source.read(_TRAILER)
        length = int.from_bytes(end[:4], "little")
        if size < 2 * _TRAILER or end[4:] != MAGIC or length > min(size - _TRAILER, MAX_FOOTER):
            raise refused("parquet_broken")
        source.seek(size - _TRAILER - length)
        _check_width(source.read(min(length, _BEGINNING)))


def _check_width(footer: bytes) -> None:
    """Refuse far too many columns before polars sees them: a hundred thousand take it a minute.

    A footer begins with its version and the length of the list of columns, in Thrift's compact
    protocol; one that begins otherwise is left to polars.
    """
    head = _WIDTH.match(footer)
    if head:
        width = sum((byte & 0x7F) << 7 * place for place, byte in enumerate(head[1])) - 1
        if width > MAX_COLUMNS:
            raise refused("too_many_columns", row=1, width=width, limit=MAX_COLUMNS)


@contextmanager
def _read() -> Iterator[None]:
    """Refuse the file where polars finds it broken; a panic of its core ends the process."""
    try:
        with warnings.catch_warnings(action="ignore"):
            yield
    except (pl.exceptions.PolarsError, OSError, ValueError):
        raise refused("parquet_broken") from None
