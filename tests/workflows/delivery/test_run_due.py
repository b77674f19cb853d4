"""A claimed job runs the handler of its topic, and ends in one of a few ways."""

from collections.abc import Callable
from time import sleep

import pytest
from django.db import transaction

from governance.access.models import User
from governance.access.operations import bootstrap
from governance.access.queries import person_actor
from governance.actors import Actor
from governance.audit.models import AuditEntry
from governance.errors import NotAllowed, Permanent, Temporary, WrongState
from governance.outbox.claims import LEASE_S, Again, Cancelled, Claim
from governance.outbox.models import OutboxJob
from governance.outbox.operations import claim_next, complete, request_cancel
from tests.governance.outbox.jobs import enqueued, pass_time
from workflows.delivery import operations
from workflows.delivery.handlers import HANDLERS, Ending
from workflows.delivery.operations import Outcome, retry_job, run_due, run_next

pytestmark = pytest.mark.django_db

Answer = Callable[[Callable[[Claim], Ending]], None]


@pytest.fixture
def answer(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Set the handler of the topic letter.sent."""
    return lambda handler: monkeypatch.setitem(HANDLERS, "letter.sent", handler)


def failing(error: BaseException) -> Callable[[Claim], Ending]:
    """Make a handler that only fails."""

    def fail(_claim: Claim) -> Ending:
        raise error

    return fail


def test_the_result_of_the_handler_is_kept(answer: Answer) -> None:
    """And the job is done."""
    answer(lambda claim: {"sent to": claim.payload["to"]})
    job = enqueued(payload={"to": "Rita"})
    assert run_due() == {Outcome.DONE: 1}
    job.refresh_from_db()
    assert (job.result, job.lease_until) == ({"sent to": "Rita"}, None)
    assert job.done_at is not None


def test_a_handler_may_complete_its_job_with_its_own_writes(answer: Answer) -> None:
    """Effect and end in one transaction: exactly once without any trick."""

    @transaction.atomic
    def handler(claim: Claim) -> None:
        complete(claim, {"by": "the handler"})

    answer(handler)
    enqueued()
    assert run_next() is Outcome.DONE
    assert OutboxJob.objects.get().result == {"by": "the handler"}


@pytest.mark.parametrize("error", [Temporary("away"), ValueError("a mistake of ours"), OSError()])
def test_a_failure_is_tried_again(answer: Answer, error: Exception) -> None:
    """Also one that nobody thought of."""
    answer(failing(error))
    enqueued()
    assert run_next() is Outcome.FAILED
    pass_time(minutes=1)
    answer(lambda _claim: None)
    assert run_next() is Outcome.DONE


def test_a_hopeless_job_is_parked_and_stands_in_the_log(answer: Answer) -> None:
    """Without the words of the error: they may name people."""
    answer(failing(Permanent("The token of Rita Roth is revoked.")))
    job = enqueued()
    assert run_next() is Outcome.PARKED
    entry = AuditEntry.objects.get(action="job.parked")
    assert (entry.subject_type, entry.subject_id) == ("job", job.pk)
    assert b"Rita" not in bytes(entry.line)


def test_a_topic_that_nobody_answers_is_parked() -> None:
    """It can be seen and retried after the update."""
    enqueued(topic="unheard.of")
    assert run_next() is Outcome.PARKED


def test_a_handler_that_waits_is_called_again(answer: Answer) -> None:
    """Not at once, and with nothing counted against it."""
    answer(lambda _claim: Again(seconds=30))
    enqueued()
    assert run_due() == {Outcome.WAITING: 1}
    pass_time(seconds=31)
    assert run_next() is Outcome.WAITING


def test_a_cancelled_job_does_not_begin(answer: Answer) -> None:
    """It ends, and says so."""
    answer(failing(AssertionError("must not run")))
    request_cancel(enqueued().pk)
    assert run_next() is Outcome.CANCELLED
    assert OutboxJob.objects.get().result == {"cancelled": True}


def test_a_running_handler_stops_when_it_is_asked_to(answer: Answer) -> None:
    """It looks and raises Cancelled at a clean place."""
    job = enqueued()

    def handler(claim: Claim) -> None:
        request_cancel(job.pk)
        if claim.cancelled():
            raise Cancelled("stopped")

    answer(handler)
    assert run_next() is Outcome.CANCELLED


def test_a_worker_that_lost_its_job_leaves_it_alone(answer: Answer) -> None:
    """Whoever holds it now decides its end."""

    def handler(_claim: Claim) -> None:
        pass_time(minutes=5)
        assert claim_next()

    answer(handler)
    enqueued()
    assert run_next() is Outcome.LOST
    job = OutboxJob.objects.get()
    assert (job.done_at, job.last_error, job.attempts) == (None, "", 2)


def test_a_worker_that_must_stop_gives_its_job_back(answer: Answer) -> None:
    """Ctrl-C in the middle: the next worker need not wait for the lease."""
    answer(failing(KeyboardInterrupt()))
    enqueued()
    with pytest.raises(KeyboardInterrupt):
        run_next()
    assert claim_next()


def test_a_long_handler_keeps_its_lease(answer: Answer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A heartbeat runs beside it and ends with it."""
    beats: list[str] = []
    monkeypatch.setattr(operations, "LONGEST_S", {"fast": 0.05, "slow": 0.05})
    monkeypatch.setattr(Claim, "heartbeat", lambda claim: beats.append(claim.topic))
    monkeypatch.setattr("workflows.delivery.heartbeat.BEATS_PER_LEASE", LEASE_S / 0.01)

    def handler(_claim: Claim) -> None:
        sleep(0.2)

    answer(handler)
    enqueued()
    assert run_next() is Outcome.DONE
    assert 1 <= len(beats) <= 5  # and a hung handler is not kept alive for ever


def test_an_administrator_starts_a_parked_job_anew(answer: Answer) -> None:
    """The retry stands in the log, and works once."""
    bootstrap(actor=Actor.system("first start"))
    administrator = person_actor(User.objects.get(username="admin1"))
    answer(failing(Permanent("no")))
    job = enqueued()
    run_next()
    retry_job(job.pk, actor=administrator)
    assert AuditEntry.objects.filter(action="job.retried", subject_id=job.pk).exists()
    with pytest.raises(WrongState):
        retry_job(job.pk, actor=administrator)
    answer(lambda _claim: None)
    assert run_next() is Outcome.DONE


def test_nobody_without_the_permission_retries_a_job(answer: Answer) -> None:
    """job:retry is needed, and the product itself does not have it."""
    answer(failing(Permanent("no")))
    job = enqueued()
    run_next()
    with pytest.raises(NotAllowed):
        retry_job(job.pk, actor=Actor.system("somebody"))
