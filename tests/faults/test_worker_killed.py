"""kill -9 between claim and push: nothing is lost, and nothing is done twice."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from pathlib import Path
from time import monotonic, sleep

import pytest
from django.core.management import call_command
from pytest_django import Settings

from governance.audit.verify import verify_log
from governance.outbox.models import OutboxJob
from governance.project.celery import TICK_EVERY_S
from governance.project.environment import BASE_DIR
from tests import stories
from tests.databases import POSTGRESQL, SQLITE, Database
from tests.governance.outbox.jobs import pass_time
from workflows.gitops.forges.local import LocalForge
from workflows.gitops.models import LocalPullRequest, PullRequest
from workflows.targets.models import Promotion

pytestmark = pytest.mark.faults
PROGRAM = Path(__file__).with_name("blocked_worker.py")
PATIENCE_S = 60.0
EMBEDDED = "filesystem://"
RECOVERED_S = 60.0  # after a death, with Redis off
STEPS = (
    "ref",
    "write_commit",
    "create_branch",
    "find_pull_requests",
    "open_pull_request",
    "set_status",
)
# In every run: before anything is there, after the pull request is, and before the last step.
ALWAYS = {("write_commit", "before"), ("open_pull_request", "after"), ("set_status", "before")}
KILLS = [
    pytest.param(step, when, marks=[] if (step, when) in ALWAYS else pytest.mark.soak)
    for step in STEPS
    for when in ("before", "after")
]


@contextmanager
def worker(
    database: Database, settings: Settings, step: str, when: str
) -> Iterator[subprocess.Popen[bytes]]:
    """A worker in a process group of its own, on the test's database, forge and broker."""
    places = ("VAR_DIR", "BROKER_URL", "FORGE_DIR", "MEDIA_ROOT", "AUDIT_KEY_FILE")
    env = {
        **os.environ,
        **{name: str(getattr(settings, name)) for name in places},
        "DATABASE_URL": database.url,
        "PYTHONPATH": str(BASE_DIR),
    }
    argv = [sys.executable, str(PROGRAM), str(settings.VAR_DIR), step, when]
    with subprocess.Popen(argv, env=env, cwd=BASE_DIR, start_new_session=True) as running:
        try:
            yield running
        finally:
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGKILL)


def wait_for(fact: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = monotonic() + PATIENCE_S
    while not fact():
        assert monotonic() < deadline, "it did not come to pass"
        sleep(0.05)


def killed_at(
    step: str, when: str, database: Database, settings: Settings, folder: Path, broker_url: str
) -> OutboxJob:
    """A version is approved; the worker that opens its pull request dies before or after a step.

    All but the last signature comes first: nobody is woken by it, so that it can be remembered.
    """
    version = stories.validated_version()
    stories.sign(version, "rita")
    settings.VAR_DIR, settings.BROKER_URL = folder, broker_url
    with worker(database, settings, step, when) as running:
        stories.sign(version, "rolf")
        wait_for((folder / "stopped").exists)
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
    job: OutboxJob = OutboxJob.objects.get(topic="promotion.open")
    return job


def reconciled() -> str:
    """What `manage.py reconcile` prints."""
    printed = StringIO()
    call_command("reconcile", stdout=printed)
    return printed.getvalue()


def assert_opened_once() -> None:
    """One branch, one pull request, here and in the forge."""
    promotion = Promotion.objects.get()
    assert promotion.state == "open"
    remote = LocalPullRequest.objects.get()
    assert (remote.state, remote.head_sha) == ("open", promotion.expected_head)
    assert PullRequest.objects.get().head_sha == promotion.expected_head
    tip = LocalForge().ref(promotion.target.repository, remote.head_branch)
    assert tip == promotion.expected_head
    assert not verify_log().problems


@pytest.mark.parametrize(
    ("database", "step"),
    [
        pytest.param(POSTGRESQL, "write_commit", marks=pytest.mark.soak),
        (SQLITE, "create_branch"),
        pytest.param(POSTGRESQL, "open_pull_request", marks=pytest.mark.soak),
        pytest.param(SQLITE, "set_status", marks=pytest.mark.soak),
    ],
    indirect=["database"],
)
def test_a_worker_killed_before_any_step_leaves_one_pull_request(
    database: Database, settings: Settings, tmp_path: Path, step: str
) -> None:
    """The broker's folder is wiped as well; reconcile alone finishes the job."""
    job = killed_at(step, "before", database, settings, tmp_path, EMBEDDED)
    assert (job.done_at, job.lease_until is not None) == (None, True)
    shutil.rmtree(tmp_path / "broker")
    reconciled()  # its lease still runs, so nobody takes the job from a worker that may live
    assert not PullRequest.objects.exists()
    pass_time(minutes=3)
    assert "0 parked" in reconciled()
    assert_opened_once()
    pass_time(minutes=3)
    reconciled()
    assert_opened_once()


@pytest.mark.parametrize(("step", "when"), KILLS)
def test_the_same_with_redis(
    database: Database,
    settings: Settings,
    tmp_path: Path,
    redis_url: str,
    step: str,
    when: str,
) -> None:
    """As in production: the messages are gone with the worker; a minute later all is done."""
    job = killed_at(step, when, database, settings, tmp_path, redis_url)
    assert job.attempts >= 1
    settings.BROKER_URL = ""
    pass_time(seconds=RECOVERED_S - TICK_EVERY_S)
    reconciled()
    assert_opened_once()
