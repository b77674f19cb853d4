"""A paper as a page without network, as PDF, as a workbook and as JSON."""

import json
from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from governance.errors import NotFound
from governance.reports.papers import Paper, PaperPart
from governance.reports.standalone import alone, printed
from governance.reports.workbook import paper_workbook

TEMPLATE = "governance/reports/paper.html"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def written(paper: Paper, form: str) -> tuple[str, str | bytes]:
    """Write a paper in one of FORMS: its media type, and what the file holds.

    Raises:
        NotFound: there is no such form. Unavailable: this site cannot print.
    """
    if form not in FORMS:
        raise NotFound(
            _("There is no report of the form {form}.").format(form=form),
            remedy=_("Choose one of: {forms}.").format(forms=", ".join(FORMS)),
        )
    kind, write = FORMS[form]
    return kind, write(paper)


def as_page(paper: Paper) -> str:
    """Write it as one HTML file; its figures draw themselves."""
    return alone(TEMPLATE, {"paper": paper, "content": paper.comparison})


def as_print(paper: Paper) -> bytes:
    """Print it; figures become their tables.

    Raises:
        Unavailable: this site has no library that prints.
    """
    return printed(TEMPLATE, {"paper": paper, "content": paper.comparison})


def as_plain(paper: Paper) -> str:
    """Write the parts as JSON, values as people read them."""
    told = {
        "title": paper.title,
        "lead": paper.lead,
        "comparison": paper.digest or None,
        "parts": [_plain(part) for part in paper.parts],
    }
    return json.dumps(told, ensure_ascii=False, indent=1)


def _plain(part: PaperPart) -> dict[str, object]:
    return {
        "title": part.title,
        "facts": {label: str(value) for label, value in part.facts if value},
        "rows": [
            {head: str(cell) for head, cell in zip(part.head, row, strict=True)}
            for row in part.rows
        ],
    }


FORMS: Mapping[str, tuple[str, Callable[[Paper], str | bytes]]] = {
    "html": ("text/html; charset=utf-8", as_page),
    "pdf": ("application/pdf", as_print),
    "xlsx": (XLSX, paper_workbook),
    "json": ("application/json", as_plain),
}
