"""How soon a job begins after its commit, and how soon a pull request is open after an approval.

A real worker on PostgreSQL with Redis, then one on SQLite with the embedded broker; one job at a
time, each enqueued as operations do it. The approval is the last signature of a real case; its pull
request is open when the row says so, in the embedded forge.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.test import override_settings
from measuring import SERVERS
from measuring.rounds import last_percent, median

from governance.audit.models import AuditEntry
from governance.inventory.models import ModelVersion
from governance.outbox.operations import enqueue
from governance.project.environment import BASE_DIR
from tests import stories
from tests.databases import POSTGRESQL, SQLITE, Shelf, using
from tests.memory import MEMORY

PROGRAM = Path(__file__).with_name("measuring") / "timed_worker.py"
TOPIC = "latency.measured"
EMBEDDED = "filesystem://"
NOWHERE = "django.core.mail.backends.dummy.EmailBackend"  # only one line is printed
PATIENCE_S, LOOK_S, BETWEEN_S = 60.0, 0.002, 0.02
WARM = 3


@contextmanager
def site(vendor: str, broker: str) -> Iterator[dict[str, str]]:
    """A site of its own; gives the environment in which its worker starts."""
    with (
        TemporaryDirectory() as name,
        Shelf(SERVERS, "benchmark").copy(vendor) as copy,
        using(copy.url),
    ):
        folder = Path(name)
        places = {
            "VAR_DIR": folder,
            "BROKER_URL": broker,
            "FORGE_DIR": folder / "forge",
            "MEDIA_ROOT": str(folder / "media"),
            "AUDIT_KEY_FILE": folder / "audit.key",
        }
        told = {key: str(value) for key, value in places.items()} | {"EMAIL_URL": "dummymail://"}
        with override_settings(**places, EMAIL_BACKEND=NOWHERE):
            yield {**os.environ, **told, "DATABASE_URL": copy.url, "PYTHONPATH": str(BASE_DIR)}


@contextmanager
def worker(env: dict[str, str]) -> Iterator[Path]:
    """Its worker, once it answers; gives the file in which it notes when a job began."""
    began = Path(env["VAR_DIR"]) / "began"
    began.touch()
    argv = [sys.executable, str(PROGRAM), str(began)]
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "start_new_session": True}
    with subprocess.Popen(argv, env=env, cwd=BASE_DIR, **quiet) as running:  # noqa: S603 - ours
        try:
            wait_until_ready(began)
            yield began
        finally:
            running.terminate()


def wait_for(fact: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not fact():
        assert time.monotonic() < deadline, "the worker does not answer"
        time.sleep(LOOK_S)


def beginnings(began: Path) -> dict[str, float]:
    lines = began.read_text(encoding="utf-8").split("\n")[:-1]
    return {key: float(at) for key, at in (line.split() for line in lines)}


def wait_until_ready(began: Path) -> None:
    """A worker takes seconds to start, and the first wake-up may be too slow for its limit."""
    asked = count()

    def answers() -> bool:
        committed_job(f"ready-{next(asked)}")
        time.sleep(1.0)
        return bool(beginnings(began))

    wait_for(answers)


def committed_job(key: str) -> float:
    """Commits one job; gives the moment of the commit, before anybody is woken."""
    moments: list[float] = []
    with transaction.atomic():
        transaction.on_commit(lambda: moments.append(time.monotonic()))
        enqueue(TOPIC, key, {})
    return moments[0]


def latencies_ms(began: Path, rounds: int) -> list[float]:
    """Milliseconds from the commit to the handler's first line, one job after the other."""
    taken = []
    for number in range(WARM + rounds):
        key = str(number)
        committed = committed_job(key)
        wait_for(lambda key=key: key in beginnings(began))
        if number >= WARM:
            taken.append((beginnings(began)[key] - committed) * 1000)
        time.sleep(BETWEEN_S)
    return taken


def almost_approved(rounds: int) -> list[ModelVersion]:
    """Versions that wait for one more signature, each of a model of its own."""
    found = []
    for number in range(1, rounds + 1):
        model = stories.registered_model(f"model-{number}", f"Model {number}")
        found.append(stories.validated_version(1, model=model))
        stories.sign(found[-1], "rita")
    return found


def approvals_s(versions: Sequence[ModelVersion]) -> list[float]:
    """Seconds between two entries of the log: the version is approved, its request is opened."""
    taken = []
    for version in versions:
        stories.sign(version, "rolf")
        about = AuditEntry.objects.filter(
            subject_id__in=[version.pk, *version.promotions.values_list("pk", flat=True)]
        )
        opened = about.filter(action="promotion.opened")
        wait_for(opened.exists)
        approved = about.get(action="version.approved")
        taken.append((opened.get().occurred_at - approved.occurred_at).total_seconds())
    return taken


def spread(values: Sequence[float], digits: int) -> dict[str, float]:
    return {"p50": round(median(values), digits), "p99": round(last_percent(values), digits)}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=200, help="jobs with each broker")
    words.add_argument("--approvals", type=int, default=10, help="approvals with Redis")
    asked = words.parse_args()
    MEMORY.closed = True  # stories are told here, not remembered
    try:
        with site(POSTGRESQL, SERVERS.redis_url()) as env:
            versions = almost_approved(asked.approvals)
            with worker(env) as began:
                redis = latencies_ms(began, asked.rounds)
                approvals = approvals_s(versions)
        with site(SQLITE, EMBEDDED) as env, worker(env) as began:
            embedded = latencies_ms(began, asked.rounds)
    finally:
        SERVERS.stop()
    line = {
        "redis_ms": spread(redis, 1),
        "embedded_ms": spread(embedded, 1),
        "approval_to_pull_request_s": spread(approvals, 2),
        "rounds": asked.rounds,
        "approvals": asked.approvals,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
