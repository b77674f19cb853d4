"""Evidence for programs: scored tables are read whole before they are taken in."""

from django.http import HttpRequest
from ninja import Query, Router, Schema

from governance.access.api import actor_of
from governance.evaluation.operations import add_scored_data
from governance.evaluation.scored_data import ScoredColumns
from governance.inventory.models import Evidence
from governance.inventory.operations import add_evidence
from governance.inventory.queries import version_numbered
from governance.inventory.storage import store

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
) -> tuple[int, Evidence]:
    """Uploads evidence: the raw bytes as body, their digest in X-Content-SHA256."""
    actor = actor_of(request)
    version = version_numbered(actor, name, number)
    stored = store(request, request.headers.get("X-Content-SHA256", ""))
    if about.kind == Evidence.Kind.SCORED_DATA:
        columns = ScoredColumns(**about.dict(exclude={"kind"}))
        return 201, add_scored_data(
            version.pk, name=file_name, stored=stored, columns=columns, actor=actor
        )
    return 201, add_evidence(
        version.pk, name=file_name, kind=about.kind, stored=stored, columns={}, actor=actor
    )
