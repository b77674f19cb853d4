"""The log for programs: the receipt of an entry."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema

from governance.access.api import actor_of
from governance.trail.queries.entry import receipt_bytes

router = Router(tags=["log"])


class ReceiptOut(Schema):
    """The entry's exact text, its place in the log, and the proof under a signed checkpoint.

    Hashes are hexadecimal. Trust size and root only as the text of `checkpoint` says them, once its
    signature holds.
    """

    format: int
    id: UUID
    line: str
    index: int
    leaf_hash: str
    size: int
    proof: list[str]
    checkpoint: str


class PendingOut(Schema):
    """The entry is written; the checkpoint that covers it follows within seconds."""

    id: UUID
    pending: bool = True


@router.get("/log/entries/{uuid:entry_id}/receipt", response={200: ReceiptOut, 202: PendingOut})
def read_receipt(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """The receipt of an entry that you may see, byte by byte the one that its page offers.

    202 with `Retry-After` while no signed checkpoint covers the entry yet.
    """
    found = receipt_bytes(actor_of(request), entry_id)
    if found is not None:
        return HttpResponse(found, content_type="application/json")
    waiting = PendingOut(id=entry_id).model_dump_json()
    return HttpResponse(
        waiting, content_type="application/json", status=202, headers={"Retry-After": "2"}
    )
