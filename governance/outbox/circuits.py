"""A circuit breaker for each host: five failures in a minute open it, one probe a minute tries."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from governance.outbox.models import HostCircuit

FAILURES_TO_OPEN = 5
WINDOW = timedelta(seconds=60)
PROBE_EVERY = timedelta(seconds=60)


def admit(host: str) -> bool:
    """Whether a job for that host may start now; takes the one probe of an open circuit."""
    opened = HostCircuit.objects.filter(pk=host, opened_at__isnull=False)
    if not opened.exists():
        return True
    return bool(opened.filter(probe_at__lte=Now()).update(probe_at=Now() + PROBE_EVERY))


@transaction.atomic
def record_failure(host: str) -> None:
    """Count a host that did not answer as it should; opens its circuit at the fifth in a minute."""
    HostCircuit.objects.bulk_create([HostCircuit(host=host)], ignore_conflicts=True)
    closed = HostCircuit.objects.filter(pk=host, opened_at__isnull=True)
    fresh = Q(first_failure_at__isnull=True) | Q(first_failure_at__lt=Now() - WINDOW)
    if not closed.filter(fresh).update(failures=1, first_failure_at=Now()):
        closed.update(failures=F("failures") + 1)
    closed.filter(failures__gte=FAILURES_TO_OPEN).update(
        opened_at=Now(), probe_at=Now() + PROBE_EVERY
    )


def record_success(host: str) -> None:
    """Close the circuit: the host answers."""
    HostCircuit.objects.filter(pk=host, failures__gt=0).update(
        failures=0, first_failure_at=None, opened_at=None, probe_at=None
    )


def probe_now() -> None:
    """No open circuit waits for a probe that is further away than one ever is."""
    HostCircuit.objects.filter(probe_at__gt=Now() + PROBE_EVERY).update(probe_at=Now())
