"""What a person keeps for themselves: models to follow, cases to come back to."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from governance.access.requests import actor_of
from governance.errors import Invalid
from governance.inventory.queries import model_named
from workflows.cases import operations
from workflows.desk.queries.personal import case_seen


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
