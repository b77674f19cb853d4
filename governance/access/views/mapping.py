"""Groups of the identity provider that give roles here, at each sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access import operations
from governance.access.forms.administering import MappingForm
from governance.access.permissions import Permission
from governance.access.queries import (
    can,
    group_mappings,
    place_choices,
    portfolio_chosen,
    portfolios_where,
    require_anywhere,
    roles,
)
from governance.access.requests import actor_of
from governance.access.views.attempts import attempt
from governance.access.views.people import tabs

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, QueryDict

    from governance.access.forms import RefusableForm
    from governance.actors import Actor


@require_GET
def mappings(request: HttpRequest) -> HttpResponse:
    """The list, and the dialogs that change it."""
    return _page(request)


def _page(request: HttpRequest, **bound: RefusableForm) -> HttpResponse:
    actor = actor_of(request)
    require_anywhere(actor, Permission.ASSIGNMENT_GRANT)
    everywhere = can(actor, Permission.ASSIGNMENT_REVOKE)
    places = set(portfolios_where(actor, Permission.ASSIGNMENT_REVOKE))
    rows = [
        {"mapping": row, "may_remove": everywhere or row.portfolio in places}
        for row in group_mappings(actor)
    ]
    context = {
        "rows": rows,
        "form": bound.get("form") or _form(actor),
        "provider": settings.SINGLE_SIGN_ON and settings.SINGLE_SIGN_ON["name"],
    }
    status = next((form.status for form in bound.values()), 200)
    context |= tabs(actor, "group_mappings")
    return render(request, "governance/access/group_mappings.html", context, status=status)


def _form(actor: Actor, typed: QueryDict | None = None) -> MappingForm:
    """Roles that take two administrators are not among the choices: no group gives those."""
    return MappingForm(
        typed,
        role=[(role.pk, str(role)) for role in roles() if not role.sensitive],
        place=place_choices(actor, Permission.ASSIGNMENT_GRANT),
        auto_id="mapping_%s",
    )


@require_POST
def add_group_mapping(request: HttpRequest) -> HttpResponse:
    """From the next sign-in of its members on."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.ASSIGNMENT_GRANT)
    form = _form(actor, request.POST)
    if attempt(form, lambda: _add(form.cleaned_data, actor)):
        messages.success(request, _("Members of the group get the role at their next sign-in."))
        return redirect("group_mappings")
    return _page(request, form=form)


def _add(typed: Mapping[str, Any], actor: Actor) -> None:
    operations.add_group_mapping(
        typed["group"],
        typed["role"],
        portfolio=portfolio_chosen(actor, Permission.ASSIGNMENT_GRANT, typed["place"]),
        actor=actor,
    )


@require_POST
def remove_group_mapping(request: HttpRequest, mapping_id: UUID) -> HttpResponse:
    """Its members lose the role at their next sign-in."""
    operations.remove_group_mapping(mapping_id, actor=actor_of(request))
    messages.success(request, _("The group gives this role no more, from the next sign-in on."))
    return redirect("group_mappings")
