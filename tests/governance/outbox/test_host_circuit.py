"""A host that is away costs its jobs no attempts."""

import pytest

from governance.errors import Permanent
from governance.outbox.models import HostCircuit, OutboxJob
from governance.outbox.operations import claim, claim_next, complete, fail
from tests.governance.outbox.jobs import enqueued, pass_time

pytestmark = pytest.mark.both_databases
HOST = "git.example"


def five_failures() -> None:
    """Five jobs find the host away within a minute."""
    for number in range(5):
        first = claim(enqueued(key=str(number), host=HOST).pk)
        assert first is not None
        fail(first, ConnectionError("away"))


def test_the_fifth_failure_in_a_minute_keeps_the_jobs_of_that_host_waiting() -> None:
    """Attempts do not grow meanwhile, and other hosts go on."""
    five_failures()
    OutboxJob.objects.update(next_attempt_at="2026-01-01T00:00:00Z")
    assert claim_next() is None
    enqueued(key="elsewhere", host="other.example")
    assert claim_next()
    assert set(OutboxJob.objects.filter(host=HOST).values_list("attempts", flat=True)) == {1}


def test_one_probe_a_minute_tries_an_open_circuit() -> None:
    """And when it succeeds, everybody may call again."""
    five_failures()
    pass_time(seconds=61)
    probe = claim_next()
    assert probe is not None
    assert claim_next() is None
    complete(probe)
    assert claim_next()


def test_a_probe_that_fails_leaves_the_circuit_open_for_another_minute() -> None:
    """The other jobs still wait."""
    five_failures()
    pass_time(seconds=61)
    probe = claim_next()
    assert probe is not None
    fail(probe, TimeoutError())
    assert claim_next() is None
    pass_time(seconds=61)
    assert claim_next()


def test_failures_far_apart_or_of_our_own_open_nothing() -> None:
    """A refusal is an answer, and a mistake of ours says nothing about the host."""
    for number, error in enumerate([*[OSError()] * 4, ValueError(), *[OSError()] * 4]):
        if isinstance(error, ValueError):
            pass_time(minutes=2)
        attempt = claim(enqueued(key=str(number), host=HOST).pk)
        assert attempt is not None
        fail(attempt, error)
    assert not HostCircuit.objects.filter(opened_at__isnull=False).exists()
    last = claim(enqueued(key="refused", host=HOST).pk)
    assert last is not None
    fail(last, Permanent("404"))
    assert HostCircuit.objects.get().failures == 0
