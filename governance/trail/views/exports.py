"""Parts of the log as files: asked for, watched, taken, cancelled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from governance.access.requests import actor_of
from governance.audit.queries import keys
from governance.errors import Invalid
from governance.trail.forms import ExportForm
from governance.trail.operations import cancel_export as cancel
from governance.trail.operations import download_export as download
from governance.trail.operations import request_export as ask
from governance.trail.queries.exports import export_row, export_rows, exports_seen
from governance.trail.views.log import filter_form

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

EXPORTS = 25


@require_GET
@never_cache
def exports(request: HttpRequest) -> HttpResponse:
    """The exports that somebody asked for, newest first, and how far each is."""
    actor = actor_of(request)
    page = Paginator(exports_seen(actor), EXPORTS).get_page(request.GET.get("page"))
    context = {
        "section": "log",
        "page": page,
        "rows": export_rows(list(page.object_list)),
        "keys": keys(),
    }
    return render(request, "governance/trail/exports.html", context)


@require_GET
@never_cache
def export_state(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """One row alone, for a page that waits for it."""
    row = export_row(actor_of(request), export_id)
    return render(request, "governance/trail/export_row.html", {"row": row})


@require_POST
def request_export(request: HttpRequest) -> HttpResponse:
    """Ask for what the filters of the log show."""
    actor = actor_of(request)
    narrowed, form = filter_form(request.POST, actor), ExportForm(request.POST)
    if not (narrowed.is_valid() and form.is_valid()):
        errors = [
            str(text) for one in (narrowed, form) for all_ in one.errors.values() for text in all_
        ]
        raise Invalid(" ".join(errors), remedy=_("Go back, correct it and ask again."))
    ask(
        narrowed.narrowing(),
        file_format=form.cleaned_data["format"],
        since_note=form.cleaned_data["since_note"],
        actor=actor,
    )
    messages.success(request, _("The export is on its way. You may leave this page."))
    return redirect("exports")


@require_POST
def cancel_export(request: HttpRequest, export_id: UUID) -> HttpResponse:
    """Stop one that is on its way."""
    cancel(export_id, actor=actor_of(request))
    messages.success(request, _("The export was cancelled."))
    return redirect("exports")


@require_POST
def download_export(request: HttpRequest, export_id: UUID) -> FileResponse:
    """Take the file; this is recorded."""
    export, path = download(export_id, actor=actor_of(request))
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=export.file_name,
        content_type="application/octet-stream",
        headers={
            "X-Content-Type-Options": "nosniff",
            "X-Content-SHA256": export.file_sha256,
            "Cache-Control": "private, no-store",
        },
    )
