"""Everything that makes the outbox move: run a job, retry a parked one, tick, reconcile.

Worker, tick and `manage.py reconcile` are shells around the same functions, so the product
works with Celery, with cron, or with a person at a keyboard.
"""

import logging
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Q
from django.db.models.functions import Now
from django.utils.module_loading import import_string

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import BATCH, publish_checkpoint, record, sequence_pending
from governance.errors import JobError, NotFound, Permanent, Stale, WrongState
from governance.inventory.models import ModelVersion
from governance.outbox import operations as outbox
from governance.outbox.claims import Again, Cancelled, Claim, LeaseLost
from governance.outbox.models import OutboxJob
from governance.outbox.queries import exhausted
from governance.sentences import sentence as _
from workflows.delivery.handlers import HANDLERS, Ending
from workflows.delivery.heartbeat import beating
from workflows.delivery.models import DeliverySchedule

LONGEST_S = {"fast": 300.0, "slow": 3600.0}
SLOW_PER_TICK = 1
FAST_PER_TICK = 100
MAX_ROUNDS = 1000
# Ticks that compete read the one clock of the database seconds apart; what ran later than that ran
# by a clock that has been set back since.
CLOCK_WENT_BACK = timedelta(seconds=60)

# What a tick may count although nothing moves any more.
_AT_REST = {"scheduled", "waiting"}

logger = logging.getLogger(__name__)


class Outcome(StrEnum):
    """How one attempt at one job ended."""

    DONE = "done"
    CANCELLED = "cancelled"
    WAITING = "waiting"  # the handler wants to be called again
    FAILED = "failed"  # and will be tried again
    PARKED = "parked"
    LOST = "lost"  # another worker holds the job by now


def run_next(queue: str | None = None) -> Outcome | None:
    """Run the job that has been due longest; None when nothing is due."""
    claim = outbox.claim_next(queue)
    return run(claim) if claim else None


def run_due(
    queue: str | None = None, *, limit: int = FAST_PER_TICK, budget_s: float = 60.0
) -> Counter[str]:
    """Run due jobs until none is left, or `limit` or `budget_s` is over; counts by outcome."""
    outcomes: Counter[str] = Counter()
    deadline = monotonic() + budget_s
    while outcomes.total() < limit and monotonic() < deadline:
        outcome = run_next(queue)
        if outcome is None:
            break
        outcomes[outcome] += 1
    return outcomes


def run(claim: Claim) -> Outcome:
    """Run the handler of one claimed job and end the claim, whatever happens in it."""
    try:
        return _attempt(claim)
    except LeaseLost:
        logger.warning("%s %s went to another worker.", claim.topic, claim.key)
        return Outcome.LOST
    except BaseException:  # this worker must stop: give the job back instead of letting it wait
        outbox.release(claim)
        raise


def fail_job(claim: Claim, error: Exception) -> Outcome:
    """Try again later, or park and record it for a person to see."""
    with transaction.atomic():
        if not outbox.fail(claim, error):
            return Outcome.FAILED
        _record_parked(claim.job_id, claim.topic, type(error).__name__)
        return Outcome.PARKED


def park_exhausted_jobs() -> int:
    """Park jobs that killed their worker at the last attempt; returns how many."""
    return sum(_park_exhausted(job) for job in exhausted())


@transaction.atomic
def retry_job(job_id: UUID, *, actor: Actor) -> OutboxJob:
    """A person starts a parked job anew."""
    job = OutboxJob.objects.select_for_update().filter(pk=job_id).first()
    if job is None:
        raise NotFound(_("There is no such job."))
    require(actor, Permission.JOB_RETRY, version_of(job))
    if not outbox.retry_parked(job_id):
        raise WrongState(
            _("This job is not parked."), remedy=_("Look at the job again: it may have ended.")
        )
    record(Action.JOB_RETRIED, actor=actor, subject=("job", job_id), details={"topic": job.topic})
    job.refresh_from_db()
    return job


ABOUT = {"version_id": "pk", "promotion_id": "promotions", "alert_id": "alerts"}


def version_of(job: OutboxJob) -> ModelVersion | None:
    """The version that a job is about: whoever looks after that may start the job anew."""
    known = {path: job.payload[name] for name, path in ABOUT.items() if name in job.payload}
    if not known:
        return None
    found: ModelVersion | None = (
        ModelVersion.objects.select_related("model").filter(**known).first()
    )
    return found


def seal_log() -> int:
    """Give pending entries their places in the log and sign the new head; returns how many.

    Signs after each batch: where people write all the time there is always one more.
    """
    sealed, number = 0, BATCH
    while number == BATCH:
        number = _sequenced()
        sealed += number
        publish_checkpoint()
    return sealed


def _sequenced() -> int:
    with suppress(Stale):  # another sequencer is at it and goes on
        return sequence_pending(limit=BATCH)
    return 0


def run_schedule() -> int:
    """Run each entry of the schedule whose period has passed; returns how many ran here.

    Any number of ticks may compete: one conditional UPDATE on the database's clock gives each
    period of an entry to one of them. What is not due costs no UPDATE. Where the clock was set
    back, what ran in a time to come is due, and so is what waits for such a time.
    """
    since = _since_last_run()
    if any(map(_lies_ahead, since.values())):
        logger.warning("The clock was set back; %s jobs follow it.", outbox.follow_clock_back())
    if new := settings.SCHEDULE.keys() - since.keys():
        rows = [DeliverySchedule(name=name) for name in sorted(new)]
        DeliverySchedule.objects.bulk_create(rows, ignore_conflicts=True)
    due = {
        name: entry
        for name, entry in settings.SCHEDULE.items()
        if (passed := since.get(name)) is None
        or passed.total_seconds() >= entry[1]
        or _lies_ahead(passed)
    }
    return sum(_run_entry(name, *entry) for name, entry in due.items())


def tick() -> Counter[str]:
    """Everything that is due, once, without a broker; any number of ticks may run at a time.

    One part that fails does not keep the others from running. What one has written is sealed
    before the next begins, which may take long.
    """
    counts = _counted("sealed", seal_log)
    stages: tuple[dict[str, Callable[[], int | Counter[str]]], ...] = (
        {
            "scheduled": run_schedule,
            "parked": park_exhausted_jobs,
            "fast": lambda: run_due("fast"),
        },
        {"slow": lambda: run_due("slow", limit=SLOW_PER_TICK)},
    )
    for parts in stages:
        found = sum((_counted(name, part) for name, part in parts.items()), Counter())
        counts += found + (_counted("sealed", seal_log) if found else Counter())
    return counts


def reconcile() -> Counter[str]:
    """Tick until nothing is due any more: the whole site at rest, without broker or worker."""
    counts: Counter[str] = Counter()
    for _round in range(MAX_ROUNDS):
        found = tick()
        counts += found
        if not any(number for name, number in found.items() if name not in _AT_REST):
            break
    return counts


def _attempt(claim: Claim) -> Outcome:
    if claim.stopped:
        return _cancel(claim)
    try:
        with beating(claim, LONGEST_S[claim.queue]):
            ending = _handler_of(claim.topic)(claim)
        return _end(claim, ending)
    except LeaseLost:
        raise
    except Cancelled:
        return _cancel(claim)
    except JobError as error:
        logger.warning("%s %s: %s", claim.topic, claim.key, error)
        return fail_job(claim, error)
    except Exception as error:
        logger.exception("%s %s failed.", claim.topic, claim.key)
        return fail_job(claim, error)


def _handler_of(topic: str) -> Callable[[Claim], Ending]:
    if topic not in HANDLERS:
        raise Permanent(
            _("No handler answers the topic {topic}.", topic=topic),
            remedy=_("Update this worker, then retry the job."),
        )
    return HANDLERS[topic]


def _cancel(claim: Claim) -> Outcome:
    outbox.end_cancelled(claim)
    return Outcome.CANCELLED


def _end(claim: Claim, ending: Ending) -> Outcome:
    if isinstance(ending, Again):
        outbox.postpone(claim, ending.seconds)
        return Outcome.WAITING
    try:
        outbox.complete(claim, ending)
    except LeaseLost:
        if not claim.finished():  # else the handler has completed it itself
            raise
    return Outcome.DONE


@transaction.atomic
def _park_exhausted(job: OutboxJob) -> bool:
    parked = outbox.park_exhausted(job.pk)
    if parked:
        _record_parked(job.pk, job.topic, "WorkerLost")
    return parked


def _record_parked(job_id: UUID, topic: str, error: str) -> None:
    """The kind of the error only: its text may name people, and entries are for ever."""
    record(
        Action.JOB_PARKED,
        actor=Actor.system("delivery"),
        subject=("job", job_id),
        details={"topic": topic, "error": error},
    )


def _run_entry(name: str, operation: str, every_s: float) -> bool:
    period_over = (
        Q(last_run_at__isnull=True)
        | Q(last_run_at__lte=Now() - timedelta(seconds=every_s))
        | Q(last_run_at__gt=Now() + CLOCK_WENT_BACK)
    )
    mine = DeliverySchedule.objects.filter(period_over, pk=name).update(last_run_at=Now())
    if mine:
        _guarded(name, import_string(operation))
    return bool(mine)


def _since_last_run() -> dict[str, timedelta | None]:
    """How long ago each entry of the schedule ran, by the database's clock. One query."""
    age = ExpressionWrapper(Now() - F("last_run_at"), output_field=DurationField())
    rows = DeliverySchedule.objects.filter(name__in=settings.SCHEDULE)
    return dict(rows.annotate(age=age).values_list("name", "age"))


def _lies_ahead(passed: timedelta | None) -> bool:
    """Whether an entry last ran in a time to come."""
    return passed is not None and passed < -CLOCK_WENT_BACK


def _counted(name: str, part: Callable[[], int | Counter[str]]) -> Counter[str]:
    """Counts by outcome; what is not there is zero."""
    found = _guarded(name, part)
    return +(found if isinstance(found, Counter) else Counter({name: found}))


def _guarded(name: str, part: Callable[[], int | Counter[str]]) -> int | Counter[str]:
    try:
        return part()
    except Exception:
        logger.exception("The part %s of this tick failed; the others go on.", name)
        return 0
