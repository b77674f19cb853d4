"""A job is written with the change that needs it."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import transaction

from governance.outbox import wake
from governance.outbox.models import OutboxJob
from governance.outbox.operations import claim_next, complete, enqueue
from tests.governance.outbox.jobs import enqueued

pytestmark = pytest.mark.both_databases


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Queues whose workers were woken."""
    queues: list[str] = []
    monkeypatch.setattr(wake, "wake", queues.append)
    return queues


def test_the_same_topic_and_key_are_the_same_job() -> None:
    """Whoever asks again gets the first row, with the first payload, also when it is done."""
    first = enqueued(payload={"to": "Rita"})
    claim = claim_next()
    assert claim
    complete(claim)
    second = enqueued(payload={"to": "Victor"})
    assert (second.pk, second.payload) == (first.pk, {"to": "Rita"})
    assert claim_next() is None


def test_a_job_without_a_transaction_is_refused() -> None:
    """A crash between the change and its job must not be possible."""
    with pytest.raises(transaction.TransactionManagementError, match="in the transaction"):
        enqueue("letter.sent", "1", {})


def test_a_worker_is_woken_after_the_commit_and_not_before(woken: list[str]) -> None:
    """A worker that came earlier would find nothing."""
    with transaction.atomic():
        enqueue("letter.sent", "1", {}, queue="slow")
        assert woken == []
    assert woken == ["slow"]


def test_a_change_that_is_rolled_back_takes_its_job_along(woken: list[str]) -> None:
    """No change, no job, no wake-up."""

    @transaction.atomic
    def change_that_fails() -> None:
        enqueue("letter.sent", "1", {})
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        change_that_fails()
    assert (OutboxJob.objects.count(), woken) == (0, [])


def test_jobs_of_one_moment_are_taken_in_the_order_in_which_they_were_asked_for() -> None:
    """A transaction's jobs may be due at the same time; the clock may even go back meanwhile."""
    moment, asked = datetime(2026, 11, 2, tzinfo=UTC), [f"letter {at}" for at in range(12)]
    with transaction.atomic():
        for key in asked[:6]:
            enqueue("letter.sent", key, {}, not_before=moment)
        with time_machine.travel(moment):
            for key in asked[6:]:
                enqueue("letter.sent", key, {}, not_before=moment)
    taken = [claim.key for _job in asked if (claim := claim_next())]
    assert taken == asked
