"""What is due, what waits, what is parked, and how far a job is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import (
    Case,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import Now

from governance.outbox.backoff import MAX_ATTEMPTS
from governance.outbox.models import HostCircuit, OutboxJob

if TYPE_CHECKING:
    from django.db.models import QuerySet

CUT_OFF = "is_cut_off"  # declared in the model, for whoever reads it
CLAIMED = (
    "topic",
    "key",
    "payload",
    "queue",
    "host",
    "lease_token",
    "attempts",
    "cancel_requested_at",
)
_unfinished = Q(done_at__isnull=True, parked_at__isnull=True)
_state = Case(
    When(done_at__isnull=False, then=Value("done")),
    When(parked_at__isnull=False, then=Value("parked")),
    When(lease_until__gte=Now(), then=Value("running")),
    default=Value("waiting"),
)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is, for a screen: `state` is waiting, running, parked or done."""

    state: str
    text: str
    done: int
    total: int
    error: str
    result: Any
    cancelling: bool = False

    @property
    def cancelled(self) -> bool:
        """Whether it has ended because somebody asked for that."""
        return self.cancelling and self.state == "done" and "cancelled" in (self.result or {})


def free() -> QuerySet[OutboxJob]:
    """Jobs that are due by their own row, whatever the circuit of their host says."""
    unleased = Q(lease_until__isnull=True) | Q(lease_until__lt=Now())
    return OutboxJob.objects.filter(
        _unfinished, unleased, next_attempt_at__lte=Now(), attempts__lt=MAX_ATTEMPTS
    )


def due(queue: str | None = None) -> QuerySet[OutboxJob]:
    """Jobs that somebody may start now, the longest waiting first."""
    away = HostCircuit.objects.filter(opened_at__isnull=False, probe_at__gt=Now()).values("host")
    found = free().exclude(host__in=away).order_by("next_attempt_at", "id")
    return found.filter(queue=queue) if queue else found


def claimable(queue: str | None = None) -> QuerySet[OutboxJob]:
    """Those of `due`, each with what a claim needs, and whether its host's circuit is open."""
    opened = HostCircuit.objects.filter(pk=OuterRef("host"), opened_at__isnull=False)
    return due(queue).annotate(**{CUT_OFF: Exists(opened)}).only(*CLAIMED)


def exhausted() -> QuerySet[OutboxJob]:
    """Jobs whose last attempt ended without a word, since their worker died with it."""
    return OutboxJob.objects.filter(_unfinished, attempts__gte=MAX_ATTEMPTS, lease_until__lt=Now())


def oldest_due_age() -> timedelta:
    """How long the job that waits longest has been due; zero when nothing is."""
    age = ExpressionWrapper(Now() - F("next_attempt_at"), output_field=DurationField())
    return due().annotate(age=age).values_list("age", flat=True).first() or timedelta()


def jobs() -> QuerySet[OutboxJob]:
    """All jobs, each with its `state` as a word, newest first; for screens."""
    return OutboxJob.objects.annotate(state=_state).order_by("-created_at", "id")


def parked() -> QuerySet[OutboxJob]:
    """Jobs that gave up and wait for a person, the longest first."""
    return OutboxJob.objects.filter(parked_at__isnull=False).order_by("parked_at", "id")


def counts() -> dict[str, int]:
    """How many jobs are waiting, running, parked and done."""
    found = OutboxJob.objects.values_list(_state).annotate(number=Count("id")).order_by()
    return dict.fromkeys(("waiting", "running", "parked", "done"), 0) | dict(found)


def progress_of(topic: str, *keys: str) -> Progress | None:
    """How far the job of that topic and key is, or None when nobody asked for it.

    With several keys: the one of these jobs that was asked for last.
    """
    rows = OutboxJob.objects.annotate(state=_state).filter(topic=topic, key__in=keys)
    job = rows.order_by("-created_at", "id").first()
    if job is None:
        return None
    return Progress(
        state=job.state,
        text=job.progress_text,
        done=job.progress_done,
        total=job.progress_total,
        error=job.error,
        result=job.result,
        cancelling=job.cancel_requested_at is not None,
    )
