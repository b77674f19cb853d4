"""Jobs for stories: enqueue one with its change, and let time pass for all rows."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F

from governance.outbox.models import HostCircuit, OutboxJob
from governance.outbox.operations import enqueue

JOB_TIMES = ("created_at", "next_attempt_at", "waits_since", "tried_since", "lease_until")
CIRCUIT_TIMES = ("first_failure_at", "opened_at", "probe_at")


def enqueued(topic: str = "letter.sent", key: str = "1", **parts: Any) -> OutboxJob:
    """Commit one job."""
    with transaction.atomic():
        return enqueue(topic, key, parts.pop("payload", {}), **parts)


def pass_time(**parts: float) -> None:
    """Only the database has a clock, so everything that happened moves into the past instead."""
    by = timedelta(**parts)
    OutboxJob.objects.update(**{name: F(name) - by for name in JOB_TIMES})
    HostCircuit.objects.update(**{name: F(name) - by for name in CIRCUIT_TIMES})
