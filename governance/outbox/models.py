"""The rows of the queue: one job, and one circuit breaker for each host that jobs talk to."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from governance.sentences import recalled


class Queue(models.TextChoices):
    """Which workers take a job: seconds (fast) or minutes (slow)."""

    FAST = "fast", _("fast")
    SLOW = "slow", _("slow")


class OutboxJob(models.Model):
    """Something that must be done once, because of a committed change.

    All times are the database's own clock, so that machines with different clocks agree on
    who holds a lease.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    topic = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    queue = models.CharField(max_length=8, choices=Queue.choices, default=Queue.FAST)
    host = models.CharField(max_length=255, blank=True, default="")
    created_at = models.DateTimeField(db_default=Now(), editable=False)
    next_attempt_at = models.DateTimeField(db_default=Now())
    # When that time was set: the wait between the two outlives a clock that is set back.
    waits_since = models.DateTimeField(db_default=Now(), editable=False)
    # Grows at the claim and not at the failure: a job that kills its worker is counted too.
    attempts = models.PositiveIntegerField(default=0)
    tried_since = models.DateTimeField(null=True, blank=True)
    lease_token = models.PositiveBigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    progress_text = models.CharField(max_length=200, blank=True, default="")
    progress_done = models.PositiveIntegerField(default=0)
    progress_total = models.PositiveIntegerField(default=0)
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(null=True, blank=True)
    parked_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    is_cut_off: bool  # only where it was read to be claimed: no one may talk to its host now

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["topic", "key"], name="outboxjob_topic_key"),
            models.CheckConstraint(
                condition=Q(parked_at__isnull=True) | Q(done_at__isnull=True),
                name="outboxjob_parked_or_done",
            ),
            models.CheckConstraint(condition=Q(queue__in=Queue.values), name="outboxjob_queue"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(done_at__isnull=True, parked_at__isnull=True),
                name="outboxjob_due",
            ),
            models.Index(
                fields=["parked_at"], condition=Q(parked_at__isnull=False), name="outboxjob_parked"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"

    @property
    def error(self) -> str:
        """Why the last attempt failed, in the reader's language."""
        return str(recalled(self.last_error))


class HostCircuit(models.Model):
    """How a host has answered lately; while it is open, jobs for that host wait untouched."""

    host = models.CharField(max_length=255, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    first_failure_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    probe_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("host circuit")
        verbose_name_plural = _("host circuits")

    def __str__(self) -> str:
        return self.host
