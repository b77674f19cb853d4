"""Checking the whole log in a worker, for a page that shows how far it is."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from django.db import DatabaseError, connections, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require_anywhere
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.audit.verification import Stopped, Watch
from governance.audit.verify import verify_log
from governance.errors import NotFound, WrongState
from governance.outbox.claims import Cancelled, LeaseLost
from governance.outbox.operations import enqueue, request_cancel
from governance.outbox.queries import jobs
from governance.trail.models import LogVerification
from governance.trail.queries.verifications import VERIFY, verifications_seen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from governance.audit.verification import Fold, Problem, Verification
    from governance.outbox.claims import Claim

MOST_PROBLEMS: Final = 100
TELL_S: Final = 0.5
JOIN_S: Final = 5.0


@transaction.atomic
def request_verification(*, actor: Actor) -> LogVerification:
    """Have the whole log checked; one that this account asked for and that goes on is enough.

    Raises:
        NotAllowed: the actor may view no part of the log.
    """
    require_anywhere(actor, Permission.LOG_VIEW)
    assert actor.account_id is not None  # only an account holds a role
    own = LogVerification.objects.filter(account=actor.account_id)
    going = own.filter(finished_at=None, cancelled_at=None).first()
    if going is not None and _waits(going):
        return going
    row = LogVerification.objects.create(account_id=actor.account_id)
    record(Action.VERIFICATION_REQUESTED, actor=actor, subject=("verification", row.pk))
    enqueue(VERIFY, str(row.pk), {"verification_id": str(row.pk)}, queue="slow")
    return row


@transaction.atomic
def cancel_verification(verification_id: UUID, *, actor: Actor) -> LogVerification:
    """Stop a check that goes on.

    Raises:
        NotFound: no such check, or not the actor's. WrongState: it has ended already.
    """
    rows = verifications_seen(actor).select_for_update(of=("self",))
    row = rows.filter(pk=verification_id).first()
    if row is None:
        raise NotFound(_("There is no such check of the log that you can see."))
    if row.finished_at or row.cancelled_at:
        raise WrongState(_("This check has ended already."))
    row.cancelled_at = timezone.now()
    row.save(update_fields=["cancelled_at"])
    record(Action.VERIFICATION_CANCELLED, actor=actor, subject=("verification", row.pk))
    for job in jobs().filter(topic=VERIFY, key=str(row.pk)):
        request_cancel(job.pk)
    return row


def complete_verification(claim: Claim, folds: Sequence[Fold] = ()) -> dict[str, Any] | None:
    """Handler of `log.verify`; `folds` compare the tables with the log."""
    row = LogVerification.objects.get(pk=claim.payload["verification_id"])
    if row.finished_at or row.cancelled_at:
        return None
    watch, started = Watch(), monotonic()
    with _told(claim, watch):
        try:
            found = verify_log(folds=folds, watch=watch)
        except Stopped as stopped:
            raise Cancelled(_("The check was cancelled.")) from stopped
    outcome = _plain(found, monotonic() - started)
    with transaction.atomic():
        claim.heartbeat()
        row.found, row.finished_at = outcome, timezone.now()
        row.save(update_fields=["found", "finished_at"])
        _record(row, found)
    return {"entries": found.entries, "problems": found.count}


def _waits(row: LogVerification) -> bool:
    unended = {"done_at": None, "parked_at": None}
    return jobs().filter(topic=VERIFY, key=str(row.pk), **unended).exists()


def _record(row: LogVerification, found: Verification) -> None:
    record(
        Action.VERIFICATION_COMPLETED,
        actor=Actor.system("verification"),
        subject=("verification", row.pk),
        details={
            "problems": found.count,
            "entries": found.entries,
            "size": found.leaves,
            "root": found.root.hex(),
        },
    )


def _plain(found: Verification, seconds: float) -> dict[str, Any]:
    return {
        "entries": found.entries,
        "leaves": found.leaves,
        "waiting": max(0, found.entries - found.leaves),
        "checkpoints": found.checkpoints,
        "root": found.root.hex(),
        "count": found.count,
        "seconds": round(seconds, 2),
        "problems": [_problem(one) for one in found.problems[:MOST_PROBLEMS]],
    }


def _problem(problem: Problem) -> dict[str, Any]:
    return {
        "kind": problem.kind.value,
        "text": problem.text,
        "entry_id": str(problem.entry_id) if problem.entry_id else "",
        "index": problem.index,
    }


@contextmanager
def _told(claim: Claim, watch: Watch) -> Iterator[None]:
    """Tell how far it is from a thread of its own: the check reads one unchanging state."""
    ended = threading.Event()
    teller = threading.Thread(target=_tell, args=(claim, watch, ended), daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join(JOIN_S)


def _tell(claim: Claim, watch: Watch, ended: threading.Event) -> None:
    try:
        while not ended.wait(TELL_S):
            try:
                claim.progress(watch.stage, watch.done, watch.total)
                watch.stop = claim.cancelled()
            except DatabaseError:  # busy: it is told the next time
                connections.close_all()
            except LeaseLost:  # another worker checks by now
                watch.stop = True
    finally:
        connections.close_all()
