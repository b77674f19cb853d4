"""One command starts the whole site, and one key ends it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from governance.outbox.models import OutboxJob
from governance.project.environment import BASE_DIR
from tests.databases import Database
from tests.governance.outbox.jobs import enqueued
from tests.workflows.delivery.test_worker import wait_for


def free_port() -> int:
    """Return a port that nobody uses at the moment."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def status_of(port: int, path: str) -> int:
    """Ask the site for a page."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", path)
        return connection.getresponse().status


def test_the_site_starts_works_and_ends_without_leftovers(
    database: Database, tmp_path: Path
) -> None:
    """Administrators are named, pages answer, a job is taken at once, SIGTERM ends it all."""
    port = free_port()
    argv = [sys.executable, "manage.py", "up", "--port", str(port)]
    env = {**os.environ, "VAR_DIR": str(tmp_path), "BROKER_URL": "filesystem://"}
    with subprocess.Popen(argv, env=env, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) as up:
        assert up.stdout is not None
        try:
            answers = f"Foureyes is at http://127.0.0.1:{port}  (Ctrl-C ends it)\n"
            lines = iter(up.stdout.readline, "")
            start = "".join(iter(partial(next, lines), answers))
            assert "sign in as admin1" in start
            assert status_of(port, "/healthz") == 200
            job = enqueued(topic="unheard.of")
            wait_for(OutboxJob.objects.filter(pk=job.pk, parked_at__isnull=False).exists)
        finally:
            up.send_signal(signal.SIGTERM)
            rest = up.stdout.read()
    assert up.returncode == 0, rest
    with pytest.raises(ConnectionRefusedError):
        status_of(port, "/healthz")


def test_a_busy_port_is_refused_in_words() -> None:
    """Before the database is touched."""
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} .* Choose another one: --port"):
            call_command("up", port=port)
