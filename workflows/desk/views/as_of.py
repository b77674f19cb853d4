"""The site as it was on a past day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from governance.errors import Invalid
from workflows.desk.queries.as_of import as_of as site_as_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_GET
def as_of(request: HttpRequest) -> HttpResponse:
    """Versions, champions, roles and policies at the end of `?day=`, else of yesterday."""
    day = day_asked(request.GET.get("day", ""))
    found = site_as_of(actor_of(request), day)
    context = {"section": "log", "found": found, "today": timezone.localdate()}
    return render(request, "workflows/desk/as_of.html", context)


def day_asked(text: str) -> date:
    """The day of an address; yesterday when there is none."""
    if not text:
        return timezone.localdate() - timedelta(days=1)
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(
            _("{text} is no day.").format(text=text[:40]),
            remedy=_("Write it as 2026-11-26."),
            field="day",
        ) from error
