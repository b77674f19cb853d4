"""Signing which approvals have fallen, for whoever cannot ask the server."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.audit.queries import head
from governance.errors import Conflict, Stale
from governance.outbox.claims import Again, Claim
from governance.outbox.operations import enqueue, hasten
from governance.sentences import sentence as _
from workflows.gitops.attestation import envelope, standings
from workflows.gitops.preparation import log_key
from workflows.gitops.queries import fallen_promotions, promotion_count, standings_file

RENEW = "standings.renew"
SITE = "site"  # one list for all of it
LATER_S = 7200.0  # the clock asks each hour; this is the net below it
Pulse = Callable[[int], None]


def sign_standings(pulse: Pulse | None = None) -> str:
    """Return the signed list of what is stale or revoked by the newest checkpoint.

    The checkpoint comes first: what the log holds below it has happened before the list is read.
    `pulse` hears after each batch how many approvals were read so far.

    Raises:
        Conflict: The log is empty. Unavailable: This process may not read the log's key.
    """
    with suppress(Stale):  # another sequencer is at it: what it writes is in the list all the same
        sequence_pending()
    checkpoint = publish_checkpoint(force=True)
    if checkpoint is None:
        raise Conflict(_("The log is empty: nothing was approved yet."))
    key, as_of = log_key(), timezone.now().isoformat(timespec="seconds")
    fallen: dict[str, dict[str, str]] = {}
    for done, batch in fallen_promotions():
        fallen |= batch
        if pulse is not None:
            pulse(done)
    payload = standings(as_of, checkpoint.note, bytes(checkpoint.root), fallen)
    return envelope(payload, key)


def write_standings(file: Path) -> None:
    """Sign the list into a file; whoever reads it finds the whole of the old one or the new one.

    Raises:
        Conflict: The log is empty. Unavailable: This process may not read the log's key.
    """
    with _draft(file, sign_standings()) as new:
        new.replace(file)


@transaction.atomic
def ask_for_standings() -> int:
    """By the clock: ask for a new list, which takes as long as the site is large; how many."""
    edge = head()
    if edge is None or edge.size == 0:
        return 0
    enqueue(RENEW, SITE, {}, queue="slow")
    hasten(RENEW, SITE)
    return 1


def renew_standings(claim: Claim) -> Again:
    """Handler of `standings.renew`: what the web serves and may not sign.

    Whoever lost the job while they read lay down nothing: the newer list stays.
    """
    told = partial(claim.progress, "approvals", total=promotion_count())
    file = standings_file()
    with _draft(file, sign_standings(told)) as new, transaction.atomic():
        claim.heartbeat()
        new.replace(file)
    return Again(LATER_S)


@contextmanager
def _draft(file: Path, text: str) -> Iterator[Path]:
    """A file beside, of one writer alone; gone after, unless it was put in the place of `file`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", dir=file.parent, prefix=f".{file.name}.", encoding="utf-8", delete=False
    ) as draft:
        draft.write(text)
    new = Path(draft.name)
    try:
        yield new
    finally:
        new.unlink(missing_ok=True)
