"""A failed attempt waits with jitter, and a hopeless one parks."""

from datetime import timedelta

import pytest

from governance.errors import Permanent, Temporary
from governance.outbox.backoff import LONGEST_S, MAX_ATTEMPTS, ceiling_s, delay_s
from governance.outbox.models import OutboxJob
from governance.outbox.operations import (
    claim_next,
    fail,
    hasten,
    park_exhausted,
    postpone,
    retry_parked,
)
from tests.governance.outbox.jobs import enqueued, pass_time

AWAY = ConnectionError("away")


def failed(error: Exception) -> OutboxJob:
    """Let the next due job fail once; how it stands then."""
    claim = claim_next()
    assert claim is not None
    fail(claim, error)
    return OutboxJob.objects.get(pk=claim.job_id)


def pause(job: OutboxJob) -> timedelta:
    """How long the job waits; it was enqueued a moment ago."""
    return job.next_attempt_at - job.created_at


def test_waits_are_spread_below_a_growing_ceiling() -> None:
    """Full jitter: jobs that failed together do not come back together."""
    assert [ceiling_s(n) for n in (1, 2, 3, 8, 9, 10_000)] == [4, 8, 16, 512, LONGEST_S, LONGEST_S]
    for attempts in range(1, MAX_ATTEMPTS + 1):
        waits = [delay_s(attempts) for _ in range(200)]
        assert 0 <= min(waits) < ceiling_s(attempts) / 4
        assert ceiling_s(attempts) * 3 / 4 < max(waits) <= ceiling_s(attempts)


@pytest.mark.both_databases
def test_a_failed_job_is_tried_again_later() -> None:
    """The error stands in the row, the attempt is counted, the wait is within its bounds."""
    enqueued()
    job = failed(AWAY)
    assert (job.attempts, job.last_error, job.lease_until) == (1, "ConnectionError: away", None)
    assert pause(job) < timedelta(seconds=ceiling_s(1) + 5)


@pytest.mark.both_databases
def test_a_time_that_the_other_side_names_is_obeyed() -> None:
    """Retry-After goes before our own arithmetic."""
    enqueued()
    job = failed(Temporary("Too many requests.", retry_after=600))
    assert timedelta(seconds=600) <= pause(job) < timedelta(seconds=610)


@pytest.mark.both_databases
def test_the_eighth_failure_parks() -> None:
    """Then a person must look."""
    enqueued()
    for attempt in range(1, MAX_ATTEMPTS + 1):
        assert (failed(AWAY).parked_at is not None) == (attempt == MAX_ATTEMPTS)
        pass_time(hours=1)
    assert claim_next() is None


@pytest.mark.both_databases
def test_a_day_of_failures_parks() -> None:
    """However few the attempts were."""
    enqueued()
    assert failed(AWAY).parked_at is None
    pass_time(hours=25)
    assert failed(AWAY).parked_at is not None


@pytest.mark.django_db
def test_what_cannot_help_parks_at_once() -> None:
    """A revoked token does not get better by waiting."""
    enqueued()
    assert failed(Permanent("The token is revoked.")).parked_at is not None


@pytest.mark.both_databases
def test_a_job_that_kills_its_worker_is_parked_too() -> None:
    """Attempts grow at the claim, so the eighth silent death is the last."""
    job = enqueued()
    for _ in range(MAX_ATTEMPTS):
        assert not park_exhausted(job.pk)
        assert claim_next()
        pass_time(minutes=5)
    assert claim_next() is None
    assert park_exhausted(job.pk)


@pytest.mark.django_db
def test_a_parked_job_starts_anew_when_asked() -> None:
    """With its attempts and its day from zero."""
    job = enqueued()
    failed(Permanent("The token is revoked."))
    assert retry_parked(job.pk)
    assert not retry_parked(job.pk)
    claim = claim_next()
    assert claim is not None
    assert claim.attempts == 1


@pytest.mark.django_db
def test_waiting_for_the_world_is_no_failure() -> None:
    """A job that looks again and again never parks for it, and a hint makes it look now."""
    enqueued(key="pull request 7")
    for _ in range(MAX_ATTEMPTS + 2):
        claim = claim_next()
        assert claim is not None
        assert claim.attempts == 1
        postpone(claim, 30)
        assert claim_next() is None
        assert hasten("letter.sent", "pull request 7")
