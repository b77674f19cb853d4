"""Signing which approvals have fallen, for whoever cannot ask the server."""

from contextlib import suppress
from pathlib import Path

from django.utils import timezone

from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.audit.queries import head
from governance.errors import Conflict, Stale
from governance.sentences import sentence as _
from workflows.gitops.attestation import envelope, standings
from workflows.gitops.preparation import log_key
from workflows.gitops.queries import fallen_promotions, standings_file


def sign_standings() -> str:
    """Return the signed list of what is stale or revoked by the newest checkpoint.

    The checkpoint comes first: what the log holds below it has happened before the list is read.

    Raises:
        Conflict: The log is empty. Unavailable: This process may not read the log's key.
    """
    with suppress(Stale):  # another sequencer is at it: what it writes is in the list all the same
        sequence_pending()
    checkpoint = publish_checkpoint(force=True)
    if checkpoint is None:
        raise Conflict(_("The log is empty: nothing was approved yet."))
    as_of = timezone.now().isoformat(timespec="seconds")
    payload = standings(as_of, checkpoint.note, bytes(checkpoint.root), fallen_promotions())
    return envelope(payload, log_key())


def write_standings(file: Path) -> None:
    """Sign the list into a file; whoever reads it finds the whole of the old one or the new one.

    Raises:
        Conflict: The log is empty. Unavailable: This process may not read the log's key.
    """
    text = sign_standings()
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f"{file.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(file)


def renew_standings() -> int:
    """By the clock, where the log's key is: what the web serves and may not sign; how many."""
    edge = head()
    if edge is None or edge.size == 0:
        return 0
    write_standings(standings_file())
    return 1
