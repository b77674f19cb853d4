"""One worker at a time holds a job, by the database's clock."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction

from governance.outbox.claims import Claim, LeaseLost
from governance.outbox.models import OutboxJob
from governance.outbox.operations import claim, claim_next, complete, fail, postpone, release
from governance.outbox.queries import counts, oldest_due_age
from tests.governance.outbox.jobs import enqueued, pass_time

pytestmark = pytest.mark.both_databases
CLAIMERS = 6


def held(claim: Claim | None) -> Claim:
    """The claim, which the story knows to be there."""
    assert claim is not None
    return claim


def test_of_many_claimers_one_gets_the_job() -> None:
    """One conditional UPDATE decides, on both databases."""
    job = enqueued()
    gate, won = threading.Barrier(CLAIMERS), []

    def compete() -> None:
        gate.wait()
        won.append(claim(job.pk))
        connections.close_all()

    claimers = [threading.Thread(target=compete) for _ in range(CLAIMERS)]
    for claimer in claimers:
        claimer.start()
    for claimer in claimers:
        claimer.join()
    assert len([claim for claim in won if claim]) == 1
    assert OutboxJob.objects.get().attempts == 1


def test_the_longest_waiting_job_comes_first() -> None:
    """Nothing starves."""
    enqueued(key="early")
    pass_time(seconds=5)
    enqueued(key="late")
    assert [held(claim_next()).key, held(claim_next()).key] == ["early", "late"]


def test_a_queue_gives_only_its_own_jobs() -> None:
    """A worker for fast jobs leaves the slow ones."""
    enqueued(queue="slow")
    assert claim_next("fast") is None
    assert held(claim_next("slow")).queue == "slow"


def test_a_job_is_not_due_before_its_time() -> None:
    """Due times are compared with the database's clock, to the millisecond."""
    enqueued(not_before=datetime.now(UTC) + timedelta(seconds=60))
    assert claim_next() is None
    pass_time(seconds=61)
    assert claim_next()


@pytest.mark.parametrize("second", [0, 0.5])
def test_times_of_python_and_of_the_database_compare(second: float) -> None:
    """SQLite keeps times as text: whole seconds, milliseconds and microseconds still compare."""
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=second)
    OutboxJob.objects.create(
        topic="letter.sent", key="due", next_attempt_at=now - timedelta(seconds=1)
    )
    OutboxJob.objects.create(
        topic="letter.sent", key="later", next_attempt_at=now + timedelta(hours=1)
    )
    assert held(claim_next()).key == "due"
    assert claim_next() is None


def test_a_lease_that_ran_out_gives_the_job_to_the_next() -> None:
    """A worker that died is no loss; its attempt counts."""
    enqueued()
    first = held(claim_next(lease_s=120))
    pass_time(seconds=119)
    assert claim_next() is None
    pass_time(seconds=2)
    second = held(claim_next())
    assert (second.token, second.attempts) == (first.token + 1, 2)


def test_a_heartbeat_starts_the_lease_anew() -> None:
    """A long handler keeps its job."""
    enqueued()
    first = held(claim_next(lease_s=120))
    pass_time(seconds=119)
    first.heartbeat()
    pass_time(seconds=60)
    assert claim_next() is None


def test_a_worker_that_comes_back_late_can_write_nothing() -> None:
    """Stopped for five minutes and woken again: every one of its writes is fenced off."""
    enqueued()
    late = held(claim_next())
    pass_time(minutes=5)
    now = held(claim_next())
    for write in (
        late.heartbeat,
        lambda: late.progress("half", 1, 2),
        lambda: complete(late, {"by": "late"}),
        lambda: fail(late, ValueError("late")),
        lambda: postpone(late, 5),
        lambda: release(late),
    ):
        with pytest.raises(LeaseLost):
            write()
    complete(now, {"by": "now"})
    assert OutboxJob.objects.get().result == {"by": "now"}


def test_a_claim_ends_with_its_job() -> None:
    """After the end the same claim cannot write either, not even before anybody else came."""
    enqueued()
    claim = held(claim_next())
    fail(claim, ValueError("no"))
    with pytest.raises(LeaseLost):
        claim.progress("still there")


def test_a_heartbeat_fences_the_writes_of_its_transaction() -> None:
    """The row stays locked until the commit: no other worker takes the job in between."""
    enqueued()
    late = held(claim_next())
    pass_time(minutes=5)
    assert claim_next()

    @transaction.atomic
    def write_too_late() -> None:
        OutboxJob.objects.create(topic="letter.sent", key="written by the late one")
        late.heartbeat()

    with pytest.raises(LeaseLost):
        write_too_late()
    assert OutboxJob.objects.count() == 1


def test_what_waits_and_for_how_long_can_be_seen() -> None:
    """The numbers that a probe watches."""
    assert oldest_due_age() == timedelta()
    enqueued(key="1")
    enqueued(key="2")
    pass_time(seconds=90)
    assert timedelta(seconds=90) <= oldest_due_age() < timedelta(seconds=100)
    assert claim_next()
    assert counts() == {"waiting": 1, "running": 1, "parked": 0, "done": 0}
