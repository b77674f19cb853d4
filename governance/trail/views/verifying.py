"""A check of the whole log here, and the means to verify an export without this site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.constants import NONE
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import FileResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access.permissions import Permission
from governance.access.queries import require_anywhere
from governance.access.requests import actor_of
from governance.trail.operations import cancel_verification as cancel
from governance.trail.operations import request_verification
from governance.trail.operations.packaging import VERIFIER
from governance.trail.queries.verifications import verification_row

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "POST"])
@never_cache
def verify_log(request: HttpRequest) -> HttpResponse:
    """Have the whole log checked; the page shows how far it is. GET leads back to the log."""
    actor = actor_of(request)
    if request.method == "POST":
        return redirect("verification", request_verification(actor=actor).pk)
    require_anywhere(actor, Permission.LOG_VIEW)
    return redirect("log")


@require_GET
@never_cache
def verification(request: HttpRequest, verification_id: UUID) -> HttpResponse:
    """One check: how far it is, and then what it found."""
    row = verification_row(actor_of(request), verification_id)
    return render(request, "governance/trail/verified.html", {"section": "log", "row": row})


@require_GET
@never_cache
def verification_state(request: HttpRequest, verification_id: UUID) -> HttpResponse:
    """The state alone, for a page that waits for it."""
    row = verification_row(actor_of(request), verification_id)
    return render(request, "governance/trail/verified_state.html", {"row": row})


@require_POST
def cancel_verification(request: HttpRequest, verification_id: UUID) -> HttpResponse:
    """Stop one that goes on."""
    cancel(verification_id, actor=actor_of(request))
    messages.success(request, _("The check was cancelled."))
    return redirect("verification", verification_id)


@require_GET
@csp_replace({"connect-src": [NONE], "form-action": [NONE]})
def verify(request: HttpRequest) -> HttpResponse:
    """Checks a package in the browser. The policy of the page lets it send nothing anywhere."""
    return render(request, "governance/trail/verify.html")


@require_GET
def verifier(request: HttpRequest) -> FileResponse:  # noqa: ARG001  Django hands it in
    """The stand-alone verifier, the same file that lies in every package."""
    return FileResponse(
        VERIFIER.open("rb"),
        as_attachment=True,
        filename="verify.py",
        content_type="text/x-python; charset=utf-8",
    )
