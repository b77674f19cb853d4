"""Breaking the glass, and reviewing what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import operations
from governance.access.forms.lending import GlassForm, NoteForm
from governance.access.permissions import Permission
from governance.access.queries import (
    can,
    can_anywhere,
    emergencies_seen,
    place_choices,
    portfolio_chosen,
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

    from governance.access.models import BreakGlass
    from governance.actors import Actor


@require_GET
def emergencies(request: HttpRequest) -> HttpResponse:
    """What runs, and what waits for a review by somebody else."""
    return _page(request)


def _page(request: HttpRequest, **bound: NoteForm) -> HttpResponse:
    actor = actor_of(request)
    may_break = can_anywhere(actor, Permission.GLASS_BREAK)
    if not may_break:
        require_anywhere(actor, Permission.GLASS_REVIEW)
    context = {
        "rows": [_row(one, actor, bound) for one in emergencies_seen(actor)],
        "may_break": may_break,
    }
    status = next((form.status for form in bound.values()), 200)
    context |= tabs(actor, "emergencies")
    return render(request, "governance/access/emergencies.html", context, status=status)


def _row(one: BreakGlass, actor: Actor, bound: Mapping[str, NoteForm]) -> dict[str, Any]:
    row, key = one.assignment, f"review_{one.pk.hex}"
    over = bool(row.revoked_at) or bool(row.ends_at and row.ends_at <= timezone.now())
    own = one.person_id == actor.person_id
    may = over and not own and can(actor, Permission.GLASS_REVIEW, row.model or row.portfolio)
    return {
        "broken": one,
        "row": row,
        "key": key,
        "over": over,
        "own": own,
        "may_review": may,
        "form": bound.get(key) or NoteForm(auto_id=f"{key}_%s"),
    }


@require_http_methods(["GET", "POST"])
def break_glass(request: HttpRequest) -> HttpResponse:
    """The loud form: a role for oneself, for hours."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.GLASS_BREAK)
    form = _form(actor, request.POST if request.method == "POST" else None)
    if form.is_bound and attempt(form, lambda: _break(form.cleaned_data, actor)):
        messages.warning(request, _("The glass is broken. It ends by itself and is reviewed."))
        return redirect("emergencies")
    context = {"form": form} | tabs(actor, "emergencies")
    return render(request, "governance/access/break_glass.html", context, status=form.status)


def _form(actor: Actor, typed: QueryDict | None) -> GlassForm:
    places = place_choices(actor, Permission.GLASS_BREAK)
    return GlassForm(typed, role=[(row.pk, str(row)) for row in roles()], place=places)


def _break(typed: Mapping[str, Any], actor: Actor) -> None:
    operations.break_glass(
        typed["role"],
        portfolio=portfolio_chosen(actor, Permission.GLASS_BREAK, typed["place"]),
        reason=typed["reason"],
        hours=typed["hours"],
        actor=actor,
    )


@require_POST
def review_break_glass(request: HttpRequest, broken_id: UUID) -> HttpResponse:
    """Somebody else says what came of it."""
    actor, key = actor_of(request), f"review_{broken_id.hex}"
    form = NoteForm(request.POST, auto_id=f"{key}_%s")
    if attempt(
        form,
        lambda: operations.review_break_glass(
            broken_id, note=form.cleaned_data["note"], actor=actor
        ),
    ):
        messages.success(request, _("The emergency is reviewed."))
        return redirect("emergencies")
    return _page(request, **{key: form})
