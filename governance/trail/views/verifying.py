"""The means to verify an export without this site: a program, and a page that sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from csp.constants import NONE
from csp.decorators import csp_replace
from django.http import FileResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from governance.trail.operations.packaging import VERIFIER

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


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
