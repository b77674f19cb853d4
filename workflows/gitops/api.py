"""What programs ask: does an approval hold today for this artefact or these files?"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from governance.access.api import actor_of
from workflows.gitops.queries import attestations_of, newest_standings

router = Router(tags=["gitops"])


class AttestationOut(Schema):
    """One approval: what it is for, how it stands today and why, and the signed statement."""

    promotion: str
    kind: str
    model: str
    version: int
    target: str
    state: str
    standing: str
    reason: str
    content_digest: str
    case_digest: str
    envelope: dict[str, Any] | None


class AttestationsOut(Schema):
    """Every approval of a digest that the token may see, newest first."""

    digest: str
    attestations: list[AttestationOut]


@router.get("/attestations/{digest}", response=AttestationsOut)
def read_attestations(request: HttpRequest, digest: str) -> AttestationsOut:
    """The digest is the SHA-256 of an artefact, an approved file, the content, or the case."""
    found = attestations_of(digest, actor_of(request))
    return AttestationsOut(digest=digest, attestations=[AttestationOut(**row) for row in found])


class SignatureOut(Schema):
    """Whose signature it is."""

    keyid: str
    sig: str


class StandingsOut(Schema):
    """The signed list of the approvals that had fallen: a DSSE envelope around a statement."""

    payloadType: str  # noqa: N815 - DSSE's own names
    payload: str
    signatures: list[SignatureOut]


@router.get("/standings", response=StandingsOut)
def read_standings(request: HttpRequest) -> HttpResponse:
    """The newest list that the log's key signed, byte by byte, for checks without the server.

    The clock signs one each hour. Every token may read it: it names approvals by ids and states.
    """
    return HttpResponse(newest_standings(), content_type="application/json")
