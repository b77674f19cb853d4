"""One promotion: its steps and tries, what stands at the target, runs, alarms."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access.requests import actor_of
from governance.errors import Invalid
from governance.inventory.queries import version_numbered
from workflows.cases.naming import label_of, name_of
from workflows.desk.forms import AlarmForm, RequestPromotionForm
from workflows.desk.queries.promotion import promotion_by_id, promotion_page
from workflows.desk.queries.runs import run_statuses, runs_of_version
from workflows.desk.views.lists import page_of
from workflows.gitops import operations
from workflows.lifecycle.operations import request_promotion as ask_for_promotion


@require_GET
def promotion(request: HttpRequest, promotion_id: UUID) -> HttpResponse:
    """Everything about one promotion; its runs by status and label, as the address says."""
    status, label = request.GET.get("status", ""), request.GET.get("label", "")
    page = promotion_page(actor_of(request), promotion_id, status=status, label=label)
    context = {
        "page": page,
        "runs": page_of(request, page.runs),
        "status": status,
        "label": label,
        "alarm_form": AlarmForm(),
        "request_form": RequestPromotionForm(auto_id="request_%s"),
        "section": "deployments",
    }
    return render(request, "workflows/desk/promotion.html", context)


@require_GET
def version_runs(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The pipeline runs of one version, at all targets, by status and label as the address says."""
    version = version_numbered(actor_of(request), name, number)
    status, label = request.GET.get("status", ""), request.GET.get("label", "")
    back = reverse("version", args=[name, number])
    context = {
        "section": "models",
        "title": name_of(version),
        "runs": page_of(request, runs_of_version(version, status, label)),
        "statuses": run_statuses(),
        "status": status,
        "label": label,
        "back": back,
        "crumbs": [
            (_("Models"), reverse("inventory")),
            (name, reverse("model", args=[name])),
            (label_of(version), back),
            (_("Pipeline runs"), ""),
        ],
    }
    return render(request, "workflows/desk/version_runs.html", context)


@require_POST
def read_promotion_again(request: HttpRequest, promotion_id: UUID) -> HttpResponse:
    """Somebody does not want to wait for the next poll."""
    actor = actor_of(request)
    operations.read_promotion_again(promotion_by_id(actor, promotion_id), actor=actor)
    messages.success(request, _("The forge is read again."))
    return redirect("promotion", promotion_id)


@require_POST
def request_promotion(request: HttpRequest, promotion_id: UUID) -> HttpResponse:
    """Somebody wants another pull request where one was closed; its page follows."""
    actor, form = actor_of(request), RequestPromotionForm(request.POST)
    seen = promotion_by_id(actor, promotion_id)
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    made = ask_for_promotion(seen.pk, reason=reason, actor=actor)
    messages.success(request, _("Asked for again. The pull request is opened in a moment."))
    return redirect("promotion", made.pk)


@require_POST
def close_alarm(request: HttpRequest, alarm_id: UUID) -> HttpResponse:
    """A person says what was done about an alarm."""
    actor, form = actor_of(request), AlarmForm(request.POST)
    if not form.is_valid():
        raise Invalid(_("Say what was done about it."), field="answer")
    row = operations.close_alarm(alarm_id, answer=form.cleaned_data["answer"], actor=actor)
    messages.success(request, _("The alarm is answered."))
    return redirect("promotion", row.promotion_id)
