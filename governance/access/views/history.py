"""The history of grants: every change to who may do what, each with its entry in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from governance.access.forms.administering import HistoryForm
from governance.access.permissions import Permission
from governance.access.queries import (
    EVERYWHERE,
    HistoryFilter,
    events_of,
    history_of_grants,
    people_found,
    portfolios_where,
    require_anywhere,
    roles,
)
from governance.access.requests import actor_of
from governance.access.views.people import tabs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from governance.actors import Actor

PAGE = 50


@require_GET
def history(request: HttpRequest) -> HttpResponse:
    """Newest first, narrowed by person, role, place, kind and time, in pages."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    form = _form(request, actor)
    valid = form.is_valid()
    asked = form.asked() if valid else HistoryFilter()
    page = Paginator(history_of_grants(actor, asked), PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": events_of(page) if valid else [],
        "chips": _chips(request, form) if valid else [],
    }
    status = 200 if valid else 422
    context |= tabs(actor, "history_of_grants")
    return render(request, "governance/access/history.html", context, status=status)


def _form(request: HttpRequest, actor: Actor) -> HistoryForm:
    places = portfolios_where(actor, Permission.PERSON_VIEW).order_by("title")
    return HistoryForm(
        request.GET,
        person=[("", _("Anybody")), *((str(p.pk), p.full_name) for p in people_found())],
        role=[("", _("Any role")), *((role.pk, str(role)) for role in roles())],
        place=[
            ("", _("Anywhere")),
            (EVERYWHERE, _("Whole organisation")),
            *((place.name, place.title) for place in places),
        ],
    )


def _chips(request: HttpRequest, form: HistoryForm) -> list[dict[str, Any]]:
    """What is narrowed by, each with the address without it."""
    chips = []
    for name, field in form.fields.items():
        if not (value := form.cleaned_data[name]):
            continue
        rest = request.GET.copy()
        for gone in (name, "page"):
            rest.pop(gone, None)
        words = dict(getattr(field, "choices", [])).get(value, value)
        url = f"{request.path}?{rest.urlencode()}"
        chips.append({"label": field.label, "value": words, "url": url})
    return chips
