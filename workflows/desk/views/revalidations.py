"""Validations of what is used: their page, their decision, and use before validation."""

from datetime import datetime, time
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access.requests import actor_of
from governance.inventory.queries import version_numbered
from workflows.cases.naming import label_of
from workflows.desk.forms import AdmissionForm, RevalidationForm
from workflows.desk.queries.revalidation import revalidation_page
from workflows.desk.views.dossier import UNPROCESSABLE, dossier_page
from workflows.desk.views.refusing import CORRECTABLE, refused
from workflows.lifecycle import operations as lifecycle
from workflows.lifecycle.queries import revalidation_by_id


@require_POST
def admit_version(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The role that the policy names lets a version be used before its validation."""
    actor, form = actor_of(request), AdmissionForm(request.POST, auto_id="admit_%s")
    found = version_numbered(actor, name, number)
    if not form.is_valid():
        return dossier_page(request, name, number, status=UNPROCESSABLE, admit_form=form)
    typed = form.cleaned_data
    ends = timezone.make_aware(datetime.combine(typed["expires_on"], time.max))
    try:
        lifecycle.admit_version(
            found.pk, limits=typed["limits"], reason=typed["reason"], expires_at=ends, actor=actor
        )
    except CORRECTABLE as refusal:
        return refused(request, name, number, form, "admit_form", refusal)
    messages.success(
        request, _("Granted. Those who approve are asked now, and a validator by its last day.")
    )
    return redirect("version", name, number)


@require_GET
def revalidation(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Why a version that is used is to be validated, and what came of it."""
    return _page(request, case_id)


@require_POST
def validate_again(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """An independent validator says whether it holds up."""
    form = RevalidationForm(request.POST)
    if not form.is_valid():
        return _page(request, case_id, status=UNPROCESSABLE, form=form)
    try:
        lifecycle.validate_again(case_id, **form.cleaned_data, actor=actor_of(request))
    except CORRECTABLE as refusal:
        form.refuse(refusal)
        return _page(request, case_id, status=refusal.status, form=form, refusal=refusal)
    messages.success(request, _("Recorded. What follows from it is asked for."))
    return redirect("revalidation", case_id)


def _page(request: HttpRequest, case_id: UUID, *, status: int = 200, **typed: Any) -> HttpResponse:  # noqa: ANN401 - forms as they were typed
    actor = actor_of(request)
    found = revalidation_by_id(actor, case_id)
    version = found.version
    place = [version.model.name, version.number]
    context = {
        "section": "models",
        "page": revalidation_page(actor, found),
        "form": RevalidationForm(),
        "crumbs": [
            (_("Models"), reverse("inventory")),
            (version.model.name, reverse("model", args=place[:1])),
            (label_of(version), reverse("version", args=place)),
            (_("Validation"), ""),
        ],
        **typed,
    }
    return render(request, "workflows/desk/revalidation.html", context, status=status)
