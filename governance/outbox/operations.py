"""What may be written to the queue: enqueue, claim, and the ways a claim ends.

The outbox knows no other subject and keeps no entries of its own: whoever parks or retries a
job for a reason records it (`workflows.delivery.operations`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Least, Now

from governance.errors import FoureyesError, Permanent, Temporary, Unavailable
from governance.outbox import circuits
from governance.outbox.backoff import GIVE_UP_AFTER, MAX_ATTEMPTS, delay_s
from governance.outbox.claims import LEASE_S, Claim
from governance.outbox.identifiers import next_id
from governance.outbox.models import OutboxJob
from governance.outbox.queries import claimable, exhausted
from governance.outbox.statements import candidates, take
from governance.outbox.wake import wake_after_commit
from governance.sentences import kept
from governance.sentences import sentence as _

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

SHORTEST_PAUSE_S = 1.0
MOST_WOKEN = 8
CANCELLED = {"cancelled": True}  # the result of a job that somebody stopped
_in_peace = {"lease_until": None, "lease_token": F("lease_token") + 1}
_from_zero = {"attempts": 0, "tried_since": None}
_due_now = {"next_attempt_at": Now(), "waits_since": Now()}


def enqueue(
    topic: str,
    key: str,
    payload: Mapping[str, Any],
    *,
    queue: str = "fast",
    host: str = "",
    not_before: datetime | None = None,
) -> OutboxJob:
    """Ask for one job, in the transaction of the change that needs it; wakes a worker after.

    Topic and key name the job for ever: a second call returns the first row, finished or not.

    Raises:
        TransactionManagementError: there is no transaction; a crash could part job and change.
    """
    if not transaction.get_connection().in_atomic_block:
        message = f"{topic} must be enqueued in the transaction of the change that needs it."
        raise transaction.TransactionManagementError(message)
    job = OutboxJob(
        id=next_id(), topic=topic, key=key, payload=dict(payload), queue=queue, host=host
    )
    if not_before is not None:
        job.next_attempt_at = not_before
    OutboxJob.objects.bulk_create([job], ignore_conflicts=True)
    wake_after_commit(queue)
    return OutboxJob.objects.get(topic=topic, key=key)


def claim_next(queue: str | None = None, *, lease_s: float = LEASE_S) -> Claim | None:
    """Take the job that has been due longest, or None when nothing is due.

    Of jobs that are due since the same moment it is the one that was asked for first.
    """
    for job in candidates(queue):
        if found := _claim(job, lease_s):
            return found
    return None


def claim(job_id: UUID, *, lease_s: float = LEASE_S) -> Claim | None:
    """Take that job, if it is due and free; None when somebody else has it or nothing is due."""
    job = claimable().filter(pk=job_id).first()
    return None if job is None else _claim(job, lease_s)


def _claim(job: OutboxJob, lease_s: float) -> Claim | None:
    """One conditional UPDATE on the database's clock decides, so any number may try at once.

    Every claim moves the token: the row that was read is the row that is taken, or nothing is.
    """
    if job.is_cut_off and not circuits.admit(job.host):
        return None
    return _claim_of(job, lease_s) if take(job, lease_s) else None


def complete(claim: Claim, result: Mapping[str, Any] | None = None) -> None:
    """The job is done. A handler may call it in its own transaction to be exactly once."""
    claim.write(
        done_at=Now(),
        result=dict(result) if result is not None else None,
        lease_until=None,
        last_error="",
    )
    if claim.host:
        circuits.record_success(claim.host)


def postpone(claim: Claim, seconds: float) -> None:
    """Nothing failed, the world is not ready: the same job again, with attempts from zero."""
    pause = timedelta(seconds=max(SHORTEST_PAUSE_S, seconds))
    claim.write(**_due_in(pause), last_error="", **_in_peace, **_from_zero)
    if claim.host:
        circuits.record_success(claim.host)


def release(claim: Claim) -> None:
    """Give the job back at once, since this worker must stop. The attempt stays counted."""
    claim.write(**_in_peace)


def fail(claim: Claim, error: Exception, *, retry_after: float | None = None) -> bool:
    """The attempt failed: wait with jitter and try again, or give up; returns whether it parked.

    Gives up at the eighth attempt, after 24 hours of attempts, and at once for Permanent.
    """
    if isinstance(error, Temporary) and retry_after is None:
        retry_after = error.retry_after
    gives_up = isinstance(error, Permanent) or claim.attempts >= MAX_ATTEMPTS or _too_long(claim)
    pause = timedelta(seconds=delay_s(claim.attempts, retry_after))
    until = {"parked_at": Now()} if gives_up else _due_in(pause)
    claim.write(last_error=_in_words(error), **until, **_in_peace)
    if claim.host:
        _tell_circuit(claim.host, error)
    return gives_up


def park_exhausted(job_id: UUID) -> bool:
    """Park a job that took its worker along at the last attempt; False when that is not so."""
    reason = _("The worker ended {number} times before the job did.", number=MAX_ATTEMPTS)
    parked = exhausted().filter(pk=job_id)
    return bool(parked.update(parked_at=Now(), last_error=kept(reason), **_in_peace))


def retry_parked(job_id: UUID) -> bool:
    """Start a parked job anew, attempts from zero; False when it is not parked."""
    parked = OutboxJob.objects.filter(pk=job_id, parked_at__isnull=False)
    freed = parked.update(parked_at=None, **_due_now, **_from_zero)
    if freed:
        wake_after_commit(OutboxJob.objects.values_list("queue", flat=True).get(pk=job_id))
    return bool(freed)


def hasten(topic: str, key: str) -> bool:
    """Make a waiting job due now, as something it waits for may have happened."""
    return bool(hasten_all(topic, [key]))


def hasten_all(topic: str, keys: Collection[str]) -> int:
    """The same for many of a topic, at once; returns how many waited.

    A few workers are woken, not one for each: each runs what is due until nothing is.
    """
    waiting = OutboxJob.objects.filter(
        topic=topic, key__in=keys, done_at__isnull=True, parked_at__isnull=True
    )
    hastened = waiting.update(**_due_now)
    if hastened:
        queue = waiting.values_list("queue", flat=True)[0]
        for _worker in range(min(hastened, MOST_WOKEN)):
            wake_after_commit(queue)
    return hastened


def follow_clock_back() -> int:
    """The database's clock was set back: nothing waits for a time that it showed before.

    What was made to wait under that clock, by whoever asked for it, postponed it or failed, waits
    as long as it was to wait, counted from now; what was first tried under it is tried anew; who
    holds a job from then on and for longer than any lease lasts has lost it. Returns how many jobs
    there were.
    """
    unfinished = OutboxJob.objects.filter(done_at__isnull=True, parked_at__isnull=True)
    lasts = Now() + timedelta(seconds=LEASE_S)
    held = unfinished.filter(lease_until__gt=lasts).update(**_in_peace)
    failed = unfinished.filter(tried_since__gt=Now()).update(**_due_now, **_from_zero)
    ahead = unfinished.filter(Q(created_at__gt=Now()) | Q(waits_since__gt=Now()))
    waits = [(job.pk, job.next_attempt_at - job.waits_since) for job in ahead]
    for pk, wait in waits:
        ahead.filter(pk=pk).update(
            created_at=Least("created_at", Now()), **_due_in(max(wait, timedelta()))
        )
    circuits.probe_now()
    return held + failed + len(waits)


def restart_cancelled(job_id: UUID) -> bool:
    """Start a job anew that ended because somebody asked for that; False for every other one."""
    stopped = OutboxJob.objects.filter(
        pk=job_id, done_at__isnull=False, cancel_requested_at__isnull=False, result=CANCELLED
    )
    freed = stopped.update(
        done_at=None,
        result=None,
        cancel_requested_at=None,
        progress_text="",
        progress_done=0,
        progress_total=0,
        **_due_now,
        **_from_zero,
    )
    if freed:
        wake_after_commit(OutboxJob.objects.values_list("queue", flat=True).get(pk=job_id))
    return bool(freed)


def end_cancelled(claim: Claim) -> None:
    """The job has ended because somebody asked for that."""
    complete(claim, CANCELLED)


def request_cancel(job_id: UUID) -> bool:
    """Ask a job to stop: one that waits ends at its next turn, one that runs when it looks."""
    retry_parked(job_id)
    unfinished = OutboxJob.objects.filter(pk=job_id, done_at__isnull=True)
    return bool(unfinished.update(cancel_requested_at=Now(), **_due_now))


def _due_in(pause: timedelta) -> dict[str, Any]:
    """A job waits that long from now, and remembers since when."""
    return {"next_attempt_at": Now() + pause, "waits_since": Now()}


def _claim_of(job: OutboxJob, lease_s: float) -> Claim:
    """From a job as it was read before it was taken."""
    return Claim(
        job_id=job.pk,
        topic=job.topic,
        key=job.key,
        payload=job.payload,
        queue=job.queue,
        host=job.host,
        token=job.lease_token + 1,
        attempts=job.attempts + 1,
        lease_s=lease_s,
        stopped=job.cancel_requested_at is not None,
    )


def _too_long(claim: Claim) -> bool:
    return OutboxJob.objects.filter(
        pk=claim.job_id, tried_since__lte=Now() - GIVE_UP_AFTER
    ).exists()


def _in_words(error: Exception) -> str:
    if isinstance(error, FoureyesError):
        told = _("{what} {remedy}", what=error.said, remedy=error.advice)
        return kept(told if error.advice else error.said)
    return f"{type(error).__name__}: {error}"[:2000]


def _tell_circuit(host: str, error: Exception) -> None:
    """A refusal is an answer; only silence, overload and lost connections count against a host."""
    if isinstance(error, Temporary | Unavailable | OSError):
        circuits.record_failure(host)
    elif isinstance(error, Permanent):
        circuits.record_success(host)
