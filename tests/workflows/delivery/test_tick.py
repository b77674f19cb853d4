"""Whatever is due runs, with any number of ticks and no broker."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connections
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from pytest_django import Settings

from governance.audit.models import AuditCheckpoint
from governance.errors import Permanent
from governance.outbox.backoff import MAX_ATTEMPTS
from governance.outbox.claims import Again, Claim
from governance.outbox.models import HostCircuit, OutboxJob
from governance.outbox.operations import claim, claim_next, fail, hasten, postpone
from governance.project.schedule import Entry
from tests.governance.audit.story import write
from tests.governance.outbox.jobs import enqueued, pass_time
from workflows.delivery.handlers import HANDLERS
from workflows.delivery.models import DeliverySchedule
from workflows.delivery.operations import reconcile, run_schedule, seal_log, tick

TICKS = 4
JUMP = timedelta(days=400)
ran: list[str] = []


def note_a_run() -> int:
    """Stand for something that runs by the clock."""
    ran.append("run")
    return 1


def waiting_s() -> dict[str, float]:
    """For how many seconds each unfinished job still waits."""
    rows = OutboxJob.objects.filter(done_at__isnull=True)
    return {job.key: (job.next_attempt_at - timezone.now()).total_seconds() for job in rows}


def fail_loudly() -> int:
    """Stand for something that is broken."""
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def _schedule(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    ran.clear()
    settings.BROKER_URL = ""
    settings.SCHEDULE = {"note": Entry(f"{__name__}.note_a_run", 60.0)}
    monkeypatch.setitem(HANDLERS, "letter.sent", lambda _claim: None)


@pytest.mark.django_db
def test_a_long_queue_is_signed_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where people write all the time there is always one more; nobody waits for the last."""
    monkeypatch.setattr("workflows.delivery.operations.BATCH", 2)
    for _ in range(5):
        write()
    assert seal_log() == 5
    assert list(AuditCheckpoint.objects.order_by("size").values_list("size", flat=True)) == [
        2,
        4,
        5,
    ]


@pytest.mark.django_db
def test_a_tick_runs_jobs_schedule_and_log() -> None:
    """Without broker and worker."""
    enqueued()
    enqueued(key="slow", queue="slow")
    counts = tick()
    assert (counts["done"], counts["scheduled"]) == (2, 1)
    assert tick().total() == 0


@pytest.mark.django_db
def test_an_entry_runs_once_a_period() -> None:
    """However often the clock ticks."""
    run_schedule()
    run_schedule()
    assert len(ran) == 1
    DeliverySchedule.objects.update(last_run_at=datetime(2026, 1, 1, tzinfo=UTC))
    run_schedule()
    assert len(ran) == 2


@pytest.mark.both_databases
@pytest.mark.parametrize("ahead", [timedelta(hours=3), timedelta(days=4000)], ids=str)
def test_an_entry_runs_after_the_clock_was_set_back(ahead: timedelta) -> None:
    """Else nobody would be reminded until the time comes that it showed; and it runs once."""
    run_schedule()
    DeliverySchedule.objects.update(last_run_at=Now() + ahead)
    assert [run_schedule(), run_schedule()] == [1, 0]
    assert len(ran) == 2
    assert run_schedule() == 0


@pytest.mark.django_db
def test_ticks_that_read_the_clock_at_the_same_moment_are_no_change_of_it() -> None:
    """What another tick has run a moment later by its own reading is not run again."""
    run_schedule()
    DeliverySchedule.objects.update(last_run_at=Now() + timedelta(seconds=5))
    assert run_schedule() == 0


@pytest.mark.django_db
def test_an_entry_that_was_missed_runs_once_after_a_restart() -> None:
    """However many periods the site stood still, or the clock jumped over."""
    run_schedule()
    DeliverySchedule.objects.update(last_run_at=Now() - timedelta(days=900))
    assert [run_schedule(), run_schedule()] == [1, 0]


@pytest.mark.both_databases
def test_jobs_of_a_time_to_come_run_when_the_clock_is_set_back(settings: Settings) -> None:
    """One that was asked for, one that failed, one whose worker died, one for a host; not early."""
    for key in ("asked", "failed", "held", "soaks"):
        enqueued(key=key)
    enqueued(key="host", host="forge.example")
    run_schedule()
    wrong = Now() + timedelta(days=400)
    rows = OutboxJob.objects
    DeliverySchedule.objects.update(last_run_at=wrong)
    rows.filter(key__in=["asked", "soaks"]).update(
        created_at=wrong, waits_since=wrong, next_attempt_at=wrong
    )
    rows.filter(key="soaks").update(next_attempt_at=wrong + timedelta(days=2))
    rows.filter(key="failed").update(tried_since=wrong, attempts=3, next_attempt_at=wrong)
    rows.filter(key="held").update(lease_until=wrong, attempts=1)
    HostCircuit.objects.create(host="forge.example", failures=9, opened_at=wrong, probe_at=wrong)
    assert tick()["done"] == 4
    (soaks,) = rows.filter(done_at__isnull=True)
    assert soaks.key == "soaks"
    assert timedelta(days=1) < soaks.next_attempt_at - timezone.now() < timedelta(days=3)


@pytest.mark.both_databases
def test_jobs_that_waited_under_a_wrong_clock_run_when_due_by_the_right_one() -> None:
    """Asked for before, postponed, tried in vain or hastened under it: once each, and not early."""
    fates: dict[str, Callable[[Claim], object]] = {
        "looks": lambda claim: postpone(claim, 60),
        "fails": lambda claim: fail(claim, OSError()),
    }
    for key in (*fates, "hastened"):
        enqueued(key=key)
    enqueued(key="soaks", not_before=timezone.now() + timedelta(days=2))
    run_schedule()
    for key, fate in fates.items():
        claimed = claim(OutboxJob.objects.get(key=key).pk)
        assert claimed
        fate(claimed)
    hasten("letter.sent", "hastened")
    OutboxJob.objects.exclude(key="soaks").update(
        next_attempt_at=F("next_attempt_at") + JUMP, waits_since=F("waits_since") + JUMP
    )
    DeliverySchedule.objects.update(last_run_at=Now() + JUMP)
    assert tick()["done"] == 1
    assert set(waiting_s()) == {"looks", "fails", "soaks"}
    assert 50 < waiting_s()["looks"] <= 60
    assert 0 < waiting_s()["fails"] <= 60
    assert 2 * 86400 - 60 < waiting_s()["soaks"] <= 2 * 86400
    pass_time(seconds=61)
    assert [tick()["done"], tick()["done"]] == [2, 0]


@pytest.mark.both_databases
def test_any_number_of_ticks_run_each_thing_once() -> None:
    """Jobs and schedule entries are claimed, not just found."""
    for number in range(8):
        enqueued(key=str(number))
    gate = threading.Barrier(TICKS)

    def beside_the_others() -> None:
        gate.wait()
        tick()
        connections.close_all()

    ticks = [threading.Thread(target=beside_the_others) for _ in range(TICKS)]
    for thread in ticks:
        thread.start()
    for thread in ticks:
        thread.join()
    assert len(ran) == 1
    assert set(OutboxJob.objects.values_list("attempts", flat=True)) == {1}
    assert not OutboxJob.objects.filter(done_at__isnull=True).exists()


@pytest.mark.django_db
def test_one_broken_part_does_not_stop_the_others(settings: Settings) -> None:
    """It is logged; the jobs run."""
    settings.SCHEDULE = {"broken": Entry(f"{__name__}.fail_loudly", 60.0), **settings.SCHEDULE}
    enqueued()
    assert tick()["done"] == 1
    assert len(ran) == 1


@pytest.mark.django_db
def test_a_job_that_killed_every_worker_is_parked_and_sealed_into_the_log() -> None:
    """A person sees it, and so does the auditor."""
    enqueued()
    for _ in range(MAX_ATTEMPTS):
        claim_next()
        pass_time(minutes=5)
    assert tick()["parked"] == 1
    assert AuditCheckpoint.objects.get().size == 1


@pytest.mark.django_db
def test_reconcile_follows_jobs_that_make_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until nothing moves any more."""

    def next_letter(claim: Claim) -> None:
        if int(claim.key) < 5:
            enqueued(key=str(int(claim.key) + 1))

    monkeypatch.setitem(HANDLERS, "letter.sent", next_letter)
    enqueued(key="1")
    assert reconcile()["done"] == 5


@pytest.mark.django_db
def test_reconcile_does_not_wait_for_the_world(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for a later time waits on; what is hopeless is parked; then it is at rest."""

    def hopeless(_claim: Claim) -> None:
        raise Permanent("no")

    monkeypatch.setitem(HANDLERS, "letter.sent", lambda _claim: Again(seconds=60))
    monkeypatch.setitem(HANDLERS, "letter.burnt", hopeless)
    enqueued()
    enqueued(topic="letter.burnt")
    counts = reconcile()
    assert (counts["waiting"], counts["parked"]) == (1, 1)


@pytest.mark.django_db
def test_the_command_says_what_ran_and_what_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    """For cron's mail, and for a person."""
    enqueued()
    call_command("reconcile")
    assert "done: 1" in (said := capsys.readouterr().out)
    assert "jobs: 0 waiting, 0 running, 0 parked, 1 done" in said
