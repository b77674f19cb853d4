"""Alerts and thresholds: what happened, and what must hold."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access.permissions import Permission
from governance.access.queries import can, require, roles_giving
from governance.access.requests import actor_of
from governance.actors import Actor
from governance.audit.queries import entries_of, views_of
from governance.errors import FoureyesError
from governance.inventory.queries import model_named
from governance.monitoring.forms import CloseAlertForm, ThresholdForm
from governance.monitoring.labels import broken_words
from governance.monitoring.operations import close_alert as close
from governance.monitoring.operations import set_threshold as set_bound
from governance.monitoring.queries import alert_by_id, figure_of, thresholds_of

if TYPE_CHECKING:
    from governance.inventory.models import RegisteredModel


@require_GET
def alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """One alert: what it says, the course of the figure, and who can close it."""
    return _alert_page(request, alert_id, CloseAlertForm())


@require_POST
def close_alert(request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Closes an alert with a reason; a refusal stands beside what was typed."""
    form = CloseAlertForm(request.POST)
    if form.is_valid() and _closed(form, alert_id, actor_of(request)):
        messages.success(request, _("The alert is closed."))
        return redirect("alert", alert_id)
    return _alert_page(request, alert_id, form)


def _closed(form: CloseAlertForm, alert_id: UUID, actor: Actor) -> bool:
    try:
        close(alert_id, reason=form.cleaned_data["reason"], actor=actor)
    except FoureyesError as refusal:
        form.refuse(refusal)
    return not form.errors


def _alert_page(request: HttpRequest, alert_id: UUID, form: CloseAlertForm) -> HttpResponse:
    actor = actor_of(request)
    found = alert_by_id(actor, alert_id)
    model = found.version.model
    words = broken_words(found.kpi, found.value, found.bound, found.threshold)
    address = reverse("model", args=[model.name])
    context = {
        "section": "models",
        "alert": found,
        "words": words,
        "figure": figure_of(found),
        "form": form,
        "may_close": can(actor, Permission.ALERT_CLOSE, found),
        "closers": roles_giving(Permission.ALERT_CLOSE),
        "entries": views_of(entries_of("alert", found.pk)),
        "crumbs": [(_("Models"), reverse("inventory")), (model.title, address), (_("Alert"), "")],
    }
    return render(request, "governance/monitoring/alert.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
def set_threshold(request: HttpRequest, name: str) -> HttpResponse:
    """Says what a key figure of a model must hold; the form and its answer."""
    actor = actor_of(request)
    model = model_named(actor, name)
    require(actor, Permission.THRESHOLD_SET, model)
    form = ThresholdForm(request.POST or None, initial=request.GET.dict())
    if form.is_valid() and _set(form, model, actor):
        messages.success(request, _("The threshold holds from the next reading."))
        return redirect("model", name)
    context = {
        "section": "models",
        "model": model,
        "form": form,
        "thresholds": thresholds_of(model.pk),
        "crumbs": [
            (_("Models"), reverse("inventory")),
            (model.title, reverse("model", args=[name])),
            (_("Threshold"), ""),
        ],
    }
    return render(request, "governance/monitoring/set_threshold.html", context, status=form.status)


def _set(form: ThresholdForm, model: "RegisteredModel", actor: Actor) -> bool:
    try:
        set_bound(model, **form.cleaned_data, actor=actor)
    except FoureyesError as refusal:
        form.refuse(refusal)
    return not form.errors
