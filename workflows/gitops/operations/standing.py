"""Signing which approvals have fallen, for whoever cannot ask the server."""

from django.utils import timezone

from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.errors import Conflict
from governance.sentences import sentence as _
from workflows.gitops.attestation import envelope, standings
from workflows.gitops.preparation import log_key
from workflows.gitops.queries import fallen_promotions


def sign_standings() -> str:
    """Return the signed list of what is stale or revoked by the newest checkpoint.

    The checkpoint comes first: what the log holds below it has happened before the list is read.

    Raises:
        Conflict: The log is empty. Unavailable: This process may not read the log's key.
    """
    sequence_pending()
    checkpoint = publish_checkpoint(force=True)
    if checkpoint is None:
        raise Conflict(_("The log is empty: nothing was approved yet."))
    as_of = timezone.now().isoformat(timespec="seconds")
    payload = standings(as_of, checkpoint.note, bytes(checkpoint.root), fallen_promotions())
    return envelope(payload, log_key())
