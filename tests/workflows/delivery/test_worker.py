"""A real worker process with the embedded broker, and what its death leaves behind."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.db import connection
from pytest_django import Settings

from governance.outbox.models import OutboxJob
from governance.outbox.wake import wake
from governance.project.environment import BASE_DIR
from tests.databases import Database
from tests.governance.outbox.jobs import enqueued, pass_time
from workflows.delivery.handlers import HANDLERS
from workflows.delivery.operations import Outcome, reconcile

pytestmark = [pytest.mark.both_databases, pytest.mark.faults]
PROGRAM = Path(__file__).with_name("napping_worker.py")
PATIENCE_S = 30.0


def wait_for(fact: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = monotonic() + PATIENCE_S
    while not fact():
        assert monotonic() < deadline, "it did not come to pass"
        sleep(0.05)


@contextmanager
def worker(database: Database, folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run the worker in its own process group, and leave nothing of it."""
    env = {
        **os.environ,
        "DATABASE_URL": database.url,
        "VAR_DIR": str(folder),
        "BROKER_URL": "filesystem://",
        "PYTHONPATH": str(BASE_DIR),
    }
    argv = [sys.executable, str(PROGRAM), str(folder)]
    with subprocess.Popen(argv, env=env, cwd=BASE_DIR, start_new_session=True) as running:
        try:
            yield running
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)


@pytest.fixture
def folder(settings: Settings, tmp_path: Path) -> Path:
    """Where this test's broker keeps its messages."""
    settings.VAR_DIR, settings.BROKER_URL = tmp_path, "filesystem://"
    return tmp_path


def test_a_worker_killed_in_the_middle_of_a_job_costs_nothing(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """kill -9, folder of the broker wiped: reconcile alone finishes the job, once."""
    effects: list[str] = []
    monkeypatch.setitem(HANDLERS, "nap.taken", lambda claim: effects.append(claim.key))
    with worker(database, folder) as running:
        enqueued(topic="nap.taken")
        wait_for((folder / "began").exists)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    shutil.rmtree(folder / "broker")
    assert reconcile()[Outcome.DONE] == 0  # its lease still runs
    pass_time(minutes=3)
    assert reconcile()[Outcome.DONE] == 1
    assert reconcile()[Outcome.DONE] == 0
    job = OutboxJob.objects.get()
    assert (effects, job.attempts, (folder / "began").read_text().count("\n")) == (["1"], 2, 1)


def test_jobs_whose_wake_up_was_lost_are_found(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The messages are only an alarm clock."""
    monkeypatch.setitem(HANDLERS, "letter.sent", lambda _claim: None)
    for number in range(3):
        enqueued(key=str(number))
    assert wake("fast")
    shutil.rmtree(folder / "broker")
    assert reconcile()[Outcome.DONE] == 3
    assert connection.is_usable()
