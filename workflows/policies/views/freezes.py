"""Freezes on a screen: what holds now, what the policies say, stop the line and lift it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access.permissions import Permission
from governance.access.queries import (
    can,
    model_chosen,
    place_choices,
    portfolio_chosen,
    require_anywhere,
)
from governance.access.requests import actor_of
from governance.actors import Actor
from governance.errors import Conflict, Invalid
from workflows.policies.forms import FreezeForm, LiftForm
from workflows.policies.operations import lift_freeze as lift
from workflows.policies.operations import set_freeze as stop
from workflows.policies.queries import (
    definition_of,
    freezes_at,
    freezes_for,
    wordings_for,
)

SHOWN = 50


@require_GET
def freezes(request: HttpRequest) -> HttpResponse:
    """What holds now, what comes, what was; and the windows of the policies."""
    return _page(request)


@require_POST
def set_freeze(request: HttpRequest) -> HttpResponse:
    """Somebody stops the line."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.FREEZE_SET)
    form = FreezeForm(request.POST, places=place_choices(actor, Permission.FREEZE_SET))
    if form.is_valid():
        try:
            _stop(form.cleaned_data, actor)
        except Invalid as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("The line is stopped. Nothing goes live there."))
            return redirect("freezes")
    return _page(request, status=form.status, freeze_form=form)


@require_POST
def lift_freeze(request: HttpRequest, freeze_id: UUID) -> HttpResponse:
    """Somebody lets it run again."""
    form = LiftForm(request.POST)
    form.is_valid()
    try:
        lift(freeze_id, reason=form.cleaned_data.get("reason", ""), actor=actor_of(request))
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return _page(request, status=refusal.status, lift_form=form, lifting=freeze_id)
    messages.success(request, _("Lifted. What was held goes on."))
    return redirect("freezes")


def _page(request: HttpRequest, *, status: int = 200, **typed: Any) -> HttpResponse:  # noqa: ANN401 - forms as they were typed
    actor = actor_of(request)
    live = set(freezes_at(timezone.now()).values_list("pk", flat=True))
    rows = [
        {"freeze": row, "live": row.pk in live, "may_lift": _may_lift(actor, row)}
        for row in freezes_for(actor)[:SHOWN]
    ]
    places = place_choices(actor, Permission.FREEZE_SET)
    context = {
        "section": "policies",
        "rows": rows,
        "windows": _windows(actor),
        "freeze_form": FreezeForm(places=places) if places else None,
        "lift_form": LiftForm(),
        "crumbs": [(_("Policies"), reverse("policies")), (_("Freezes"), "")],
        **typed,
    }
    return render(request, "workflows/policies/freezes.html", context, status=status)


def _may_lift(actor: Actor, row: Any) -> bool:  # noqa: ANN401 - a row of freezes_for
    return row.lifted_at is None and can(actor, Permission.FREEZE_LIFT, row.model or row.portfolio)


def _stop(typed: Mapping[str, Any], actor: Actor) -> None:
    portfolio = portfolio_chosen(actor, Permission.FREEZE_SET, typed["place"])
    model = typed["model"] and model_chosen(actor, portfolio, typed["model"])
    stop(
        place=model or portfolio,
        reason=typed["reason"],
        begins_at=typed["begins_at"],
        ends_at=typed["ends_at"],
        actor=actor,
    )


def _windows(actor: Actor) -> list[dict[str, Any]]:
    return [
        {"policy": version.policy, "window": window}
        for version in wordings_for(actor)
        for rules in definition_of(version).moves.values()
        for window in rules.freezes
    ]
