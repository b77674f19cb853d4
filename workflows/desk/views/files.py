"""Downloads of what came with a version: never shown, always saved."""

import hashlib
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from governance.inventory.storage import Stored, store
from workflows.desk.queries.files import (
    KeptFile,
    artifact_file_of,
    evidence_file_of,
    report_file_of,
)

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


@require_GET
def evidence_file(request: HttpRequest, name: str, number: int, file_id: UUID) -> FileResponse:
    """One file of the evidence."""
    return _sent(evidence_file_of(actor_of(request), name, number, file_id))


@require_GET
def artifact_file(request: HttpRequest, name: str, number: int, file_id: UUID) -> FileResponse:
    """One artefact."""
    return _sent(artifact_file_of(actor_of(request), name, number, file_id))


@require_GET
def report_file(request: HttpRequest, name: str, number: int, report: int) -> FileResponse:
    """The file that came with a validation report."""
    return _sent(report_file_of(actor_of(request), name, number, report))


def stored(uploaded: "UploadedFile[Any]") -> Stored:
    """Lays down a file that came with a form.

    Raises:
        Invalid: it is empty. TooLarge: it is over the limit.
    """
    digest = hashlib.sha256()
    for chunk in uploaded.chunks():
        digest.update(chunk)
    uploaded.seek(0)
    return store(uploaded, digest.hexdigest())


def _sent(kept: KeptFile) -> FileResponse:
    """As bytes of no type, so that no browser opens what somebody uploaded."""
    return FileResponse(
        kept.path.open("rb"),
        as_attachment=True,
        filename=kept.name,
        content_type="application/octet-stream",
        headers={
            "X-Content-Type-Options": "nosniff",
            "X-Content-SHA256": kept.sha256,
            "Cache-Control": "private, no-store",
        },
    )
