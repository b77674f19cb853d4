"""Conditions and waivers on the page of their version: met, judged, taken back, waived."""

from collections.abc import Callable
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from governance.access.forms import RefusableForm
from governance.access.requests import actor_of
from governance.errors import FoureyesError
from governance.inventory.queries import version_numbered
from workflows.desk.forms import EvidenceForm, ReasonForm, WaiverForm
from workflows.desk.views.dossier import UNPROCESSABLE, dossier_page
from workflows.desk.views.refusing import CORRECTABLE, refused
from workflows.lifecycle import operations as lifecycle
from workflows.lifecycle.queries import condition_by_id


@require_POST
def waive_gate(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The role that the policy names accepts a failed gate."""
    actor, form = actor_of(request), WaiverForm(request.POST)
    found = version_numbered(actor, name, number)
    if not form.is_valid():
        return dossier_page(request, name, number, status=UNPROCESSABLE, waiver_form=form)
    typed = form.cleaned_data
    ends = timezone.make_aware(datetime.combine(typed["expires_on"], time.max))
    try:
        lifecycle.waive_gate(
            found.pk, gate=typed["gate"], reason=typed["reason"], expires_at=ends, actor=actor
        )
    except CORRECTABLE as refusal:
        return refused(request, name, number, form, "waiver_form", refusal)
    messages.success(request, _("Waived. It stands with the gate for ever, with your reason."))
    return redirect("version", name, number)


@require_POST
def meet_condition(request: HttpRequest, condition_id: UUID) -> HttpResponse:
    """The owner says how a condition was met."""
    told = _("Kept. Somebody else judges it now.")
    return _about(request, condition_id, lifecycle.meet_condition, EvidenceForm, told)


@require_POST
def close_condition(request: HttpRequest, condition_id: UUID) -> HttpResponse:
    """Somebody else finds it met."""
    told = _("The condition is met.")
    return _about(request, condition_id, lifecycle.close_condition, RefusableForm, told)


@require_POST
def void_condition(request: HttpRequest, condition_id: UUID) -> HttpResponse:
    """Who set it takes it back before the approval."""
    told = _("Taken back. Whoever signed with it is asked again.")
    return _about(request, condition_id, lifecycle.void_condition, ReasonForm, told)


def _about(
    request: HttpRequest,
    condition_id: UUID,
    operation: Callable[..., Any],
    kind: type[RefusableForm],
    told: str,
) -> HttpResponse:
    actor, form = actor_of(request), kind(request.POST)
    found = condition_by_id(actor, condition_id).version
    place = found.model.name, found.number
    typed: dict[str, Any] = {"condition_form": form, "condition_typed": condition_id}
    if not form.is_valid():
        return dossier_page(request, *place, status=UNPROCESSABLE, **typed)
    try:
        operation(condition_id, **form.cleaned_data, actor=actor)
    except CORRECTABLE as refusal:
        return _told_why(request, place, typed, refusal)
    messages.success(request, told)
    return redirect("version", *place)


def _told_why(
    request: HttpRequest, place: tuple[str, int], typed: dict[str, Any], refusal: FoureyesError
) -> HttpResponse:
    typed["condition_form"].refuse(refusal)
    return dossier_page(request, *place, status=refusal.status, **typed)
