"""A person can stop a job, and see how far it is."""

import pytest

from governance.errors import Permanent
from governance.outbox.models import OutboxJob
from governance.outbox.operations import claim_next, complete, fail, request_cancel
from governance.outbox.queries import progress_of
from tests.governance.outbox.jobs import enqueued

pytestmark = pytest.mark.django_db


def test_a_running_job_learns_that_it_shall_stop() -> None:
    """It looks when it can stop cleanly."""
    job = enqueued()
    claim = claim_next()
    assert claim is not None
    assert not claim.cancelled()
    assert request_cancel(job.pk)
    assert claim.cancelled()


def test_a_parked_job_gets_a_turn_to_end() -> None:
    """Cancelling it is the other way out besides trying again."""
    job = enqueued()
    claim = claim_next()
    assert claim is not None
    fail(claim, Permanent("no"))
    assert request_cancel(job.pk)
    again = claim_next()
    assert again is not None
    assert again.cancelled()


def test_a_job_that_is_done_cannot_be_cancelled() -> None:
    """Its result stands."""
    job = enqueued()
    claim = claim_next()
    assert claim is not None
    complete(claim, {"sent": 1})
    assert not request_cancel(job.pk)
    assert OutboxJob.objects.get().cancel_requested_at is None


def test_progress_can_be_read_by_topic_and_key() -> None:
    """A screen that knows why it asked needs no job id."""
    assert progress_of("letter.sent", "1") is None
    enqueued()
    claim = claim_next()
    assert claim is not None
    claim.progress("Two of three letters", 2, 3)
    progress = progress_of("letter.sent", "1")
    assert progress is not None
    assert (progress.state, progress.text, progress.done, progress.total) == (
        "running",
        "Two of three letters",
        2,
        3,
    )
