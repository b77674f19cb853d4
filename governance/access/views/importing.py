"""People and grants from a CSV, shown before they are written; grants as a file to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from governance.access import operations
from governance.access.forms.lending import SheetForm
from governance.access.operations.importing import COLUMNS, REQUIRED, Preview
from governance.access.permissions import Permission
from governance.access.queries import can, require_anywhere
from governance.access.requests import actor_of
from governance.access.views.attempts import attempt
from governance.access.views.people import tabs

if TYPE_CHECKING:
    from django.http import HttpRequest

TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@require_http_methods(["GET", "POST"])
def preview_import(request: HttpRequest) -> HttpResponse:
    """A table, and row by row what it would do; nothing is written before it is confirmed."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.ASSIGNMENT_GRANT)
    form = SheetForm(request.POST or None, request.FILES or None)
    shown: list[Preview] = []
    if form.is_bound:
        attempt(
            form,
            lambda: shown.append(operations.preview_import(form.cleaned_data["text"], actor=actor)),
        )
    context = {
        "form": form,
        "preview": shown[0] if shown else None,
        "text": form.cleaned_data["text"] if shown else "",
        "columns": [(name, name in REQUIRED) for name in COLUMNS],
        "may_add": can(actor, Permission.PERSON_ADD),
    }
    context |= tabs(actor, "people")
    status = _status(form, shown)
    return render(request, "governance/access/import.html", context, status=status)


def _status(form: SheetForm, shown: list[Preview]) -> int:
    """422 whenever something has to be corrected, in the form or in a row."""
    unfit = any(not preview.fit for preview in shown)
    return form.refused_with if unfit else form.status


@require_POST
def apply_import(request: HttpRequest) -> HttpResponse:
    """Writes what was shown: all of it, or nothing when a row is refused by now."""
    actor, form = actor_of(request), SheetForm(request.POST)
    done: list[Preview] = []
    if not attempt(
        form, lambda: done.append(operations.apply_import(form.cleaned_data["text"], actor=actor))
    ):
        return preview_import(request)
    messages.success(request, _done(done[0]))
    return redirect("people")


def _done(found: Preview) -> str:
    rows, waiting = len(found.lines), sum(line.proposed for line in found.lines)
    words = ngettext("{n} row is imported.", "{n} rows are imported.", rows).format(n=rows)
    if waiting:
        words += " " + ngettext(
            "{n} grant waits for a second administrator.",
            "{n} grants wait for a second administrator.",
            waiting,
        ).format(n=waiting)
    return words


@require_POST
@never_cache
def export_grants(request: HttpRequest, form: str) -> HttpResponse:
    """All live grants that the reader may see, as CSV or JSON; that it was taken is in the log."""
    text = operations.export_grants(form, actor=actor_of(request))
    name = f"grants-{timezone.localdate().isoformat()}.{form}"
    return HttpResponse(
        text,
        content_type=TYPES[form],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
        },
    )
