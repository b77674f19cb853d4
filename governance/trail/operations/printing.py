"""A part of the log as PDF: what people read and file; it carries no proof.

Laying out costs time and memory for every page, so a PDF is bounded; a CSV is not. It is laid out
part by part: between two parts the worker tells how far it is, and sees whether somebody cancelled.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from governance.printing import PrintJob
from governance.trail.queries.printed import printed_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from governance.trail.models import LogExport
    from governance.trail.queries.scoping import Placed

TEMPLATE: Final = "governance/trail/log_print.html"
SHEET: Final = Path(settings.BASE_DIR) / "static" / "css" / "log-print.css"
# Entries that are laid out at a time.
PART: Final = 100


def print_entries(export: LogExport, number: int, entries: Iterator[Placed]) -> bytes:
    """Write `number` entries as PDF, in the language of who asked.

    Raises:
        Unavailable: this site has no library that prints.
    """
    job = PrintJob()
    with translation.override(export.account.language or settings.LANGUAGE_CODE):
        head = _head(export, number)
        while (part := list(islice(entries, PART))) or not job.pages:
            context = head | {"rows": printed_rows(part), "sheet": _sheet(job.pages + 1)}
            job.add(render_to_string(TEMPLATE, context | {"first": not job.pages}))
    return job.content()


def _head(export: LogExport, number: int) -> dict[str, Any]:
    return {
        "export": export,
        "number": number,
        "made_at": timezone.now(),
        "by": export.account.get_full_name(),
        "language": translation.get_language(),
    }


def _sheet(page: int) -> SafeString:
    """Our own file, and the number of the page that this part begins with."""
    style = mark_safe(SHEET.read_text(encoding="utf-8"))  # noqa: S308 - no value of anybody's in it
    return format_html("<style>{} @page :first {{ counter-reset: page {} }}</style>", style, page)
