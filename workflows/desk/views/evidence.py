"""The evidence of one decision as a package: asked for on the dossier, taken among exports."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from governance.access.requests import actor_of
from governance.inventory.queries import version_numbered
from governance.trail import operations as trail


@require_POST
def request_evidence(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Ask for the bundle; a worker writes it."""
    actor = actor_of(request)
    trail.request_evidence(version_numbered(actor, name, number), actor=actor)
    messages.success(request, _("The evidence bundle is on its way. You may leave this page."))
    return redirect("exports")
