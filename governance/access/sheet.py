"""Tables as CSV, read and written. Pure.

Written cells never start a formula: spreadsheets calculate what begins with = + - @, in some
languages in full width too, or a control character, so such a cell gets an apostrophe before it
(OWASP, CSV injection). Reading takes it away again.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from governance.errors import Invalid, TooLarge
from governance.sentences import sentence as _

STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", *"\uff1d\uff0b\uff0d\uff20")
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Row:
    """One line with its number as a spreadsheet shows it, the header being 1."""

    number: int
    cells: dict[str, str]


def write_sheet(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A CSV with a header line, by RFC 4180."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return out.getvalue()


def safe(cell: str) -> str:
    """A cell as text, whatever it begins with."""
    return f"'{cell}" if cell.startswith(STARTS_A_FORMULA) else cell


def plain(cell: str) -> str:
    """What was meant by a cell that `safe` may have written."""
    text = cell.strip()
    return text[1:] if text.startswith("'") and text[1:].startswith(STARTS_A_FORMULA) else text


def read_sheet(text: str, *, known: Sequence[str], required: Sequence[str]) -> list[Row]:
    """The lines of a CSV with a header; comma or semicolon, whichever the header has.

    Raises:
        Invalid: no header, unknown, missing or repeated columns, a line with too many cells, or
        no line at all. TooLarge: more than 2,000 lines.
    """
    first = text.lstrip("\ufeff").partition("\n")[0]
    reader = csv.reader(
        io.StringIO(text.lstrip("\ufeff")),
        delimiter=";" if first.count(";") > first.count(",") else ",",
        strict=True,
    )
    try:
        rows = list(_rows(reader, known, required))
    except csv.Error as error:
        raise Invalid(
            _("Line {line} is no CSV: {why}.", line=reader.line_num, why=str(error)), field="file"
        ) from error
    if not rows:
        raise Invalid(_("There is no line below the header."), field="file")
    return rows


def _rows(
    reader: Iterator[list[str]], known: Sequence[str], required: Sequence[str]
) -> Iterator[Row]:
    header = [name.strip().lower() for name in next(reader, [])]
    _refuse_bad_header(header, known, required)
    for number, cells in enumerate(reader, start=2):
        if number > MOST_ROWS + 1:
            raise TooLarge(
                _("There are more than {limit} lines.", limit=MOST_ROWS),
                remedy=_("Import in parts."),
            )
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            raise Invalid(_("Row {row} has more cells than the header.", row=number), field="file")
        values = [plain(cell) for cell in cells] + [""] * (len(header) - len(cells))
        yield Row(number, dict(zip(header, values, strict=True)))


def _refuse_bad_header(header: list[str], known: Sequence[str], required: Sequence[str]) -> None:
    unknown = [name for name in header if name not in known]
    missing = [name for name in required if name not in header]
    why = _("The first line must name the columns, each once.")
    if unknown:
        why = _("The first line names unknown columns: {names}.", names=", ".join(unknown))
    elif missing:
        why = _("The first line lacks columns: {names}.", names=", ".join(missing))
    if unknown or missing or len(set(header)) != len(header):
        remedy = _("Known are {names}.", names=", ".join(known))
        raise Invalid(why, remedy=remedy, field="file")
