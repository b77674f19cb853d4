"""Downloads of what came with a version: never shown, always saved."""

from uuid import UUID

from django.http import FileResponse, HttpRequest
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from workflows.desk.queries.dossier import KeptFile, artifact_file_of, evidence_file_of


@require_GET
def evidence_file(request: HttpRequest, name: str, number: int, file_id: UUID) -> FileResponse:
    """One file of the evidence."""
    return _sent(evidence_file_of(actor_of(request), name, number, file_id))


@require_GET
def artifact_file(request: HttpRequest, name: str, number: int, file_id: UUID) -> FileResponse:
    """One artefact."""
    return _sent(artifact_file_of(actor_of(request), name, number, file_id))


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
