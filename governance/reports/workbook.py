"""A report as a workbook: one sheet a table, numbers as numbers. Pure.

Whatever a person named (segments, versions) is written as text, so that no cell is a formula.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import BytesIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from governance.evaluation.labels import judgement_title
from governance.reports.content import Content
from governance.reports.papers import Paper
from governance.reports.tables import MetricRow

LONGEST_NAME = 31  # of a sheet, in Excel
WIDE, USUAL = 44, 14
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}

Cell = str | Decimal | None


def as_workbook(content: Content, *, title: str, digest: str) -> bytes:
    """Write a report as XLSX."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        bold = book.add_format({"bold": True})
        _comparison(book, bold, content, title=title, digest=digest)
    return file.getvalue()


def paper_workbook(paper: Paper) -> bytes:
    """Write a paper as XLSX: its parts, then the comparison, if there is one."""
    file = BytesIO()
    with xlsxwriter.Workbook(file, OPTIONS) as book:
        bold = book.add_format({"bold": True})
        for part in paper.parts:
            facts = [(label, str(value)) for label, value in part.facts if value]
            if facts or not part.rows:
                _sheet(book, bold, part.title, (paper.title, paper.lead), facts)
            if part.rows:
                _sheet(book, bold, part.title, part.head, map(_texts, part.rows))
        if paper.comparison:
            title = _("Comparison")
            _comparison(book, bold, paper.comparison, title=title, digest=paper.digest)
    return file.getvalue()


def _texts(row: Sequence[object]) -> list[Cell]:
    """Whole numbers as numbers, everything else as people read it."""
    return [Decimal(cell) if type(cell) is int else str(cell) for cell in row]


def _comparison(
    book: Any,  # noqa: ANN401 - without types
    bold: Any,  # noqa: ANN401
    content: Content,
    *,
    title: str,
    digest: str,
) -> None:
    _sheet(book, bold, _("Summary"), (title, ""), _summary(content, digest))
    for name, rows in (
        (_("Measures"), content.metrics),
        (_("Classes"), content.classes),
        (_("Segments"), content.segments),
        (_("Over time"), content.months),
    ):
        if rows:
            heads = _heads(content.champion, content.challenger)
            _sheet(book, bold, name, heads, map(_cells, rows))
    _retrained(book, bold, content)
    _fairness(book, bold, content)
    _inputs(book, bold, content)
    for figure in content.figures:
        _sheet(book, bold, figure.title, figure.columns, figure.rows)


def _summary(content: Content, digest: str) -> list[tuple[Cell, ...]]:
    lines: list[tuple[str, str]] = [
        (_("Verdict"), str(judgement_title(content.verdict))),
        (_("In words"), content.sentence),
        (_("Sample"), content.caption),
        *((_("Caution"), caution) for caution in content.cautions),
        (_("Costs"), content.costs),
        (_("Disagreement"), content.disagreement),
        (_("Digest (SHA-256)"), digest),
    ]
    return [line for line in lines if line[1]]


def _retrained(book: Any, bold: Any, content: Content) -> None:  # noqa: ANN401 - without types
    if (told := content.retrained) is None:
        return
    name = _("Retrained against original")
    if told.refusal:
        _sheet(book, bold, name, (told.refusal, ""), [(told.remedy,)])
    else:
        heads = _heads(told.original, content.challenger)
        _sheet(book, bold, name, heads, map(_cells, told.metrics))


def _heads(champion: str, challenger: str) -> tuple[str, ...]:
    return (
        _("Measure"),
        _("Note"),
        champion,
        challenger,
        _("Change"),
        _("Lower end"),
        _("Upper end"),
        _("Verdict"),
        _("Reason"),
    )


def _cells(row: MetricRow) -> tuple[Cell, ...]:
    numbers = (row.before, row.after, row.change, row.low, row.high)
    return (
        row.name,
        row.note,
        *(None if number is None else Decimal(number) for number in numbers),
        str(judgement_title(row.verdict)),
        row.reason,
    )


def _fairness(book: Any, bold: Any, content: Content) -> None:  # noqa: ANN401 - without types
    heads = (_("Criterion"), content.champion, content.challenger, _("Interval"), _("Between"))
    rows = [(gap.name, gap.before, gap.after, gap.interval, gap.between) for gap in content.gaps]
    if rows:
        _sheet(book, bold, _("Fairness"), heads, rows)


def _inputs(book: Any, bold: Any, content: Content) -> None:  # noqa: ANN401 - without types
    heads = (_("Input"), _("Stability index (PSI)"), _("Moved"), _("Missing before"), _("Missing"))
    rows = [(row.name, row.index, row.words, row.before, row.after) for row in content.inputs]
    if rows:
        _sheet(book, bold, _("Inputs"), heads, rows)


def _sheet(
    book: Any,  # noqa: ANN401
    bold: Any,  # noqa: ANN401
    name: str,
    heads: Sequence[str],
    rows: Iterable[Sequence[Cell]],
) -> None:
    sheet = book.add_worksheet(_free_name(book, name))
    sheet.set_column(0, 0, WIDE)
    sheet.set_column(1, max(len(heads) - 1, 1), USUAL)
    sheet.freeze_panes(1, 0)
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, bold)
    for number, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, Decimal):
                sheet.write_number(number, place, float(cell))
            elif cell:
                sheet.write_string(number, place, cell)


def _free_name(book: Any, name: str) -> str:  # noqa: ANN401
    """Excel refuses some characters, long names, and the same name twice."""
    plain = "".join(" " if sign in "[]:*?/\\" else sign for sign in name)[:LONGEST_NAME].strip()
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    if plain.lower() not in taken:
        return plain
    return f"{plain[: LONGEST_NAME - 3]} {len(taken)}"
