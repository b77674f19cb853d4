"""The means to verify an export without this site: a program, and a page that sends nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import FileResponse
from django.views.decorators.http import require_GET

from governance.trail.operations.packaging import VERIFIER

if TYPE_CHECKING:
    from django.http import HttpRequest


@require_GET
def verifier(request: HttpRequest) -> FileResponse:  # noqa: ARG001  Django hands it in
    """The stand-alone verifier, the same file that lies in every package."""
    return FileResponse(
        VERIFIER.open("rb"),
        as_attachment=True,
        filename="verify.py",
        content_type="text/x-python; charset=utf-8",
    )
