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
from pathlib import Path
from tempfile import TemporaryDirectory

from django.test import override_settings
from measuring import SERVERS
from measuring.rounds import last_percent, median

from governance.project.environment import BASE_DIR
from tests import stories
from tests.databases import POSTGRESQL, SQLITE, Shelf, using
from tests.governance.outbox.jobs import enqueued
from workflows.gitops.models import PullRequest

PROGRAM = Path(__file__).with_name("measuring") / "timed_worker.py"
TOPIC = "latency.measured"
EMBEDDED = "filesystem://"
PATIENCE_S, LOOK_S, BETWEEN_S = 60.0, 0.002, 0.02
WARM = 3


@contextmanager
def worker(vendor: str, broker: str) -> Iterator[Path]:
    """A site of its own with one worker; gives the file in which the worker notes beginnings."""
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
        env = {
            **os.environ,
            **{key: str(value) for key, value in places.items()},
            "DATABASE_URL": copy.url,
            "PYTHONPATH": str(BASE_DIR),
        }
        began = folder / "began"
        began.touch()
        argv = [sys.executable, str(PROGRAM), str(began)]
        with (
            override_settings(**places),
            subprocess.Popen(argv, env=env, cwd=BASE_DIR, start_new_session=True) as running,  # noqa: S603 - ours
        ):
            try:
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


def latencies_ms(began: Path, rounds: int) -> list[float]:
    """Milliseconds from the commit to the handler's first line, one job after the other."""
    taken = []
    for number in range(WARM + rounds):
        key = str(number)
        enqueued(topic=TOPIC, key=key)
        committed = time.monotonic()
        wait_for(lambda key=key: key in beginnings(began))
        if number >= WARM:
            taken.append((beginnings(began)[key] - committed) * 1000)
        time.sleep(BETWEEN_S)
    return taken


def approvals_s(rounds: int) -> list[float]:
    """Seconds from the commit of the last signature to the open pull request."""
    taken = []
    for number in range(1, rounds + 1):
        model = stories.registered_model(f"model-{number}", f"Model {number}")
        version = stories.validated_version(1, model=model)
        stories.sign(version, "rita")
        stories.sign(version, "rolf")
        signed = time.monotonic()
        opened = PullRequest.objects.filter(promotion__version=version)
        wait_for(opened.exists)
        taken.append(time.monotonic() - signed)
    return taken


def spread(values: Sequence[float], digits: int) -> dict[str, float]:
    return {"p50": round(median(values), digits), "p99": round(last_percent(values), digits)}


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--rounds", type=int, default=200, help="jobs with each broker")
    words.add_argument("--approvals", type=int, default=10, help="approvals with Redis")
    asked = words.parse_args()
    try:
        with worker(POSTGRESQL, SERVERS.redis_url()) as began:
            redis = latencies_ms(began, asked.rounds)
            approvals = approvals_s(asked.approvals)
        with worker(SQLITE, EMBEDDED) as began:
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
