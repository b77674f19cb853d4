"""Findings on the page of their version: raised, answered, closed."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from governance.access.requests import actor_of
from governance.errors import Conflict, Invalid
from governance.inventory import operations as inventory
from governance.inventory.queries import version_numbered
from workflows.desk.forms import AnswerForm, FindingForm
from workflows.desk.queries.dossier import dossier_of, version_of_finding
from workflows.desk.queries.people import who_could_answer
from workflows.desk.views.dossier import UNPROCESSABLE, dossier_page


@require_POST
def raise_finding(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The validator objects."""
    actor = actor_of(request)
    found = version_numbered(actor, name, number)
    people = who_could_answer(dossier_of(actor, name, number))
    form = FindingForm(request.POST, people=people)
    if not form.is_valid():
        return dossier_page(request, name, number, status=UNPROCESSABLE, finding_form=form)
    try:
        finding = inventory.raise_finding(found.pk, **form.cleaned_data, actor=actor)
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return dossier_page(request, name, number, status=refusal.status, finding_form=form)
    messages.success(request, _("Raised as F-{number}.").format(number=finding.number))
    return redirect("version", name, number)


@require_POST
def answer_finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """The developer answers."""
    actor, form = actor_of(request), AnswerForm(request.POST)
    found = version_of_finding(actor, finding_id)
    place = found.model.name, found.number
    typed: dict[str, Any] = {"answer_form": form, "answered_finding": finding_id}
    if not form.is_valid():
        return dossier_page(request, *place, status=UNPROCESSABLE, **typed)
    try:
        inventory.answer_finding(finding_id, **form.cleaned_data, actor=actor)
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return dossier_page(request, *place, status=refusal.status, **typed)
    messages.success(request, _("Answered. The validator sees it now."))
    return redirect("version", *place)


@require_POST
def close_finding(request: HttpRequest, finding_id: UUID) -> HttpResponse:
    """The validator is content with the answer."""
    actor = actor_of(request)
    found = version_of_finding(actor, finding_id)
    finding = inventory.close_finding(finding_id, actor=actor)
    messages.success(request, _("F-{number} is closed.").format(number=finding.number))
    return redirect("version", found.model.name, found.number)
