"""What a person keeps for themselves: models to follow, cases for later, filters by name."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from governance.access.requests import actor_of
from governance.errors import Conflict, Invalid
from governance.inventory.queries import model_named
from workflows.cases import operations
from workflows.desk.forms import FilterForm
from workflows.desk.queries.personal import case_seen
from workflows.desk.views.lists import filter_of


@require_POST
def follow_model(request: HttpRequest, name: str) -> HttpResponse:
    """Follow a model, or with `follow=no` no longer."""
    actor, wanted = actor_of(request), request.POST.get("follow") != "no"
    operations.follow_model(model_named(actor, name), wanted=wanted, actor=actor)
    said = _("You follow this model: see the inbox.") if wanted else _("You follow it no longer.")
    messages.success(request, said)
    return redirect("model", name)


@require_POST
def snooze_case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Look at a case again in some `days`; 0 brings it back at once."""
    actor, asked = actor_of(request), request.POST.get("days", "")
    if asked not in operations.SNOOZES:
        raise Invalid(_("Choose when to be reminded."), field="days")
    operations.snooze_case(case_seen(actor, case_id), days=int(asked), actor=actor)
    later = _("It is back in your inbox then. Its deadline stays.")
    messages.success(request, later if asked != "0" else _("It is back in your inbox."))
    return redirect("inbox")


@require_http_methods(["GET", "POST"])
def save_filter(request: HttpRequest) -> HttpResponse:
    """Names the view that stands behind the question mark of this address."""
    sent = request.POST if request.method == "POST" else None
    query, form = filter_of(request.GET), FilterForm(sent)
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            operations.save_filter(**form.cleaned_data, query=query, actor=actor_of(request))
        except (Conflict, Invalid) as refusal:
            form.refuse(refusal)
            status = refusal.status
        else:
            messages.success(request, _("Saved: it stands beside your inbox."))
            return redirect(f"{reverse('inbox')}?{query}")
    context = {"form": form, "query": query, "section": "inbox"}
    return render(request, "workflows/desk/save_filter.html", context, status=status)


@require_POST
def delete_filter(request: HttpRequest, filter_id: UUID) -> HttpResponse:
    """One filter less; the cases are as they were."""
    gone = operations.delete_filter(filter_id, actor=actor_of(request))
    messages.success(request, _("The filter “{name}” is deleted.").format(name=gone.name))
    return redirect("inbox")
