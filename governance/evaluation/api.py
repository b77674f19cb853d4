"""Evidence for programs: scored tables are read whole before they are taken in."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from governance.access.api import actor_of
from governance.evaluation.operations import upload_evidence as upload
from governance.evaluation.scored_data import ScoredColumns
from governance.inventory.operations import refuse_upload
from governance.inventory.queries import version_numbered
from governance.inventory.storage import store

if TYPE_CHECKING:
    from governance.inventory.models import Evidence

router = Router(tags=["evidence"])


class EvidenceQuery(Schema):
    """What the file is, and for scored data which columns hold what."""

    kind: str
    score: str = "score"
    outcome: str = "outcome"
    segment: str | None = None
    key: str | None = None


class EvidenceOut(Schema):
    """An uploaded piece of evidence."""

    name: str
    kind: str
    sha256: str
    size: int


@router.put("/models/{name}/versions/{number}/evidence/{file_name}", response={201: EvidenceOut})
def upload_evidence(
    request: HttpRequest,
    name: str,
    number: int,
    file_name: str,
    about: Query[EvidenceQuery],
) -> Status["Evidence"]:
    """Uploads evidence: the raw bytes as body, their digest in X-Content-SHA256."""
    actor = actor_of(request)
    version = version_numbered(actor, name, number)
    refuse_upload(version, actor)
    stored = store(request, request.headers.get("X-Content-SHA256", ""))
    evidence = upload(
        version.pk,
        name=file_name,
        kind=about.kind,
        stored=stored,
        columns=ScoredColumns(**about.dict(exclude={"kind"})),
        actor=actor,
    )
    return Status(201, evidence)
