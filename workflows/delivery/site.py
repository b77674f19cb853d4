"""The embedded site on one machine: web, worker and clock behind one address."""

import fcntl
import http.client
import os
import socket
import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

from django.utils.translation import gettext as _

from governance.errors import Conflict, Unavailable
from workflows.delivery.supervisor import Supervisor

START_S = 90.0
TRIES = 3
LOOK_EVERY_S = 0.2
TICK_EVERY_S = 1
LAST_PORT = 65535


def a_port(text: str) -> int:
    """For the command line: a port that can be listened on and named in an address.

    Raises:
        ArgumentTypeError: it is none.
    """
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= LAST_PORT):
        raise ArgumentTypeError(f"{text!r} is no port: a number from 1 to {LAST_PORT}")
    return int(text)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Keep a folder for one running site; the lock ends with this program, however it ends.

    Raises:
        Conflict: another site runs in it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "site.lock").open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = _("Another site runs already in %(folder)s.") % {"folder": folder}
            remedy = _("End it first, or name another folder: VAR_DIR=…")
            raise Conflict(message, remedy=remedy) from error
        yield


def refuse_busy_port(host: str, port: int) -> None:
    """Say so before anything starts, when the address cannot be used.

    Raises:
        Conflict: something else listens there, or the address is not ours to use.
    """
    with closing(socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            message = _("Port %(port)s of %(host)s cannot be used: %(reason)s.")
            values = {"port": port, "host": host, "reason": error.strerror}
            remedy = _("Choose another one: --port %(port)s") % {"port": port + 1}
            raise Conflict(message % values, remedy=remedy) from error


def programs(host: str, port: int) -> dict[str, list[str]]:
    """The command lines of the children; whoever starts them has made Django's checks."""
    manage = [sys.executable, sys.argv[0] if sys.argv[0].endswith("manage.py") else "manage.py"]
    return {
        "web": [*manage, "web", "--skip-checks", "--host", host, "--port", str(port)],
        "worker": [*manage, "worker", "--skip-checks"],
        "tick": [*manage, "tick", "--skip-checks", "--every", str(TICK_EVERY_S)],
    }


@contextmanager
def supervised(
    port: int,
    *,
    host: str = "127.0.0.1",
    env: Mapping[str, str] | None = None,
    write: Callable[[str], object] = sys.stdout.write,
    cancelled: Callable[[], bool] = lambda: False,
) -> Iterator[Supervisor]:
    """Run the site; yields once its web child answers, and ends every child at the exit.

    `env` comes on top of this program's environment. When `cancelled` says so, it yields
    without waiting any longer, so that the caller can leave.

    Raises:
        Conflict: the port is taken.
        Unavailable: the web child does not answer; the message ends with its last line.
    """
    refuse_busy_port(host, port)
    address = {"SITE_URL": os.environ.get("SITE_URL") or f"http://{host}:{port}"}
    whole_env = {**os.environ, **address, **(env or {})}
    with Supervisor(programs(host, port), env=whole_env, write=write) as running:
        wait_until_it_answers(running, host, port, cancelled)
        yield running


def wait_until_it_answers(
    running: Supervisor, host: str, port: int, cancelled: Callable[[], bool]
) -> None:
    """Return once /healthz of the web child says 200, or nobody waits for it any more."""
    web = running.children["web"]
    deadline = monotonic() + START_S
    while not (cancelled() or _answers(host, port)):
        if web.failures >= TRIES or monotonic() > deadline:
            message = _("The site does not start: %(line)s")
            line = web.last_lines[-1] if web.last_lines else ""
            raise Unavailable(message % {"line": line}, remedy=_("Read the lines above."))
        sleep(LOOK_EVERY_S)


def _answers(host: str, port: int) -> bool:
    with closing(http.client.HTTPConnection(host, port, timeout=2)) as connection:
        try:
            connection.request("GET", "/healthz", headers={"Host": f"127.0.0.1:{port}"})
            return connection.getresponse().status == http.client.OK
        except OSError:
            return False
