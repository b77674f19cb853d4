"""The checks of a case stopped, and begun again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from governance.access.requests import actor_of
from governance.inventory.queries import version_numbered
from workflows.lifecycle import operations as lifecycle


@require_POST
def cancel_checks(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Stop what runs."""
    actor = actor_of(request)
    lifecycle.cancel_checks(version_numbered(actor, name, number).pk, actor=actor)
    messages.success(request, _("The checks are being stopped. Nobody can decide without them."))
    return redirect("version", name, number)


@require_POST
def restart_checks(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """Begin cancelled checks again."""
    actor = actor_of(request)
    lifecycle.restart_checks(version_numbered(actor, name, number).pk, actor=actor)
    messages.success(request, _("The checks begin again."))
    return redirect("version", name, number)
