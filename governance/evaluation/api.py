"""Evidence for programs: scored tables are read whole before they are taken in."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status

from governance.access.api import actor_of
from governance.evaluation.operations import upload_evidence as upload
from governance.inventory.operations import refuse_upload
from governance.inventory.queries import version_numbered
from governance.inventory.storage import store

if TYPE_CHECKING:
    from governance.inventory.models import Evidence

router = Router(tags=["evidence"])


class EvidenceQuery(Schema):
    """What the file is, and for scored data which columns hold what.

    Without any column those of the model's newest scored table are meant. `score` is the column
    of the probability or number, or what the columns of several classes begin with; `champion`
    the same for the champion's scores of the same rows.
    """

    kind: str
    score: str | None = None
    outcome: str | None = None
    segment: str | None = None
    key: str | None = None
    weight: str | None = None
    date: str | None = None
    champion: str | None = None
    cost_false_negative: str | None = None
    cost_false_positive: str | None = None
    cost_true_negative: str | None = None
    cost_true_positive: str | None = None


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
        columns={name: text for name, text in about.dict(exclude={"kind"}).items() if text},
        actor=actor,
    )
    return Status(201, evidence)
