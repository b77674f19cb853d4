"""Entries as tables for people: CSV and XLSX. What a spreadsheet would run is made harmless. Pure.

Cells are made safe in one way for all tables of the product: `governance/access/sheet.py`.
"""

from __future__ import annotations

import csv
from typing import IO, TYPE_CHECKING, Final, TextIO

import xlsxwriter

from governance.access.sheet import safe

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS: Final = (
    "entry",
    "time",
    "action",
    "actor_kind",
    "actor_name",
    "person_id",
    "account_id",
    "surface",
    "roles",
    "subject_type",
    "subject_id",
    "subject_seq",
    "portfolio_id",
    "before",
    "after",
    "details",
    "personal",
    "id",
)
# What Excel holds: rows of a sheet with its head, characters of a cell.
MOST_ROWS: Final = 1_048_575
LONGEST_CELL: Final = 32_767


def write_csv(file: TextIO, rows: Iterable[Sequence[str]]) -> None:
    """Rows of COLUMNS with a head, as RFC 4180 has it."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([safe(cell) for cell in row])


def write_xlsx(file: IO[bytes], rows: Iterable[Sequence[str]]) -> None:
    """Rows of COLUMNS as sheets of one workbook; every cell is text, rows never stay in memory."""
    book = xlsxwriter.Workbook(
        file,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        },
    )
    head = book.add_format({"bold": True})
    sheet, at = None, MOST_ROWS
    for row in rows:
        if sheet is None or at >= MOST_ROWS:
            sheet, at = _sheet(book, head), 0
        at += 1
        for column, cell in enumerate(row):
            sheet.write_string(at, column, _fitting(cell))
    if sheet is None:
        _sheet(book, head)
    book.close()


def _sheet(book: xlsxwriter.Workbook, head: xlsxwriter.format.Format) -> xlsxwriter.Worksheet:
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, name, head)
    return sheet


def _fitting(cell: str) -> str:
    """A cell that Excel can hold, which counts as UTF-16 does; what is cut off says so."""
    raw = cell.encode("utf-16-le")
    if len(raw) <= 2 * LONGEST_CELL:
        return cell
    return raw[: 2 * (LONGEST_CELL - 1)].decode("utf-16-le", "ignore") + "…"
