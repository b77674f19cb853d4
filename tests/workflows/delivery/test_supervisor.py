"""Children are kept alive together and ended together, whatever happens to whom."""

import os
import signal
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep

import pytest

from governance.errors import Conflict, Unavailable
from governance.project.environment import BASE_DIR
from workflows.delivery import site
from workflows.delivery.site import refuse_busy_port, wait_until_it_answers
from workflows.delivery.supervisor import LONGEST_PAUSE_S, Supervisor, restart_pause_s

PATIENCE_S = 10.0
NAPPER = [sys.executable, "-c", "print('awake', flush=True); import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-c",
    "import signal as s, time; s.signal(s.SIGTERM, s.SIG_IGN); print('awake'); time.sleep(60)",
]


def wait_for(fact: Callable[[], object]) -> None:
    """Wait until something is so."""
    deadline = monotonic() + PATIENCE_S
    while not fact():
        assert monotonic() < deadline, "it did not come to pass"
        sleep(0.02)


def alive(pid: int) -> bool:
    """Whether a program of that number runs; one that waits to be reaped does not."""
    stat = Path(f"/proc/{pid}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@contextmanager
def supervising(*argv: str, grace_s: float = 5.0) -> Iterator[tuple[Supervisor, list[str]]]:
    """One child, and the lines that were written about it."""
    lines: list[str] = []
    with Supervisor({"web": argv}, env=os.environ, write=lines.append, grace_s=grace_s) as running:
        yield running, lines


def pid_of(running: Supervisor) -> int:
    """The number of the one child."""
    process = running.children["web"].process
    assert process is not None
    return process.pid


def test_pauses_grow_and_stay_bearable() -> None:
    """Half a second at first, half a minute at most."""
    pauses = [restart_pause_s(failures) for failures in range(1, 12)]
    assert pauses[:4] == [0.5, 1, 2, 4]
    assert max(pauses) == LONGEST_PAUSE_S


def test_every_line_of_a_child_bears_its_name() -> None:
    """Three programs on one screen can be told apart."""
    with supervising(*NAPPER) as (_running, lines):
        wait_for(lambda: "   web | awake\n" in lines)


def test_a_killed_child_starts_again() -> None:
    """After a pause, with a line that says so."""
    with supervising(*NAPPER) as (running, lines):
        wait_for(lambda: lines)
        first = pid_of(running)
        os.kill(first, signal.SIGKILL)
        wait_for(lambda: lines.count("   web | awake\n") == 2)
        assert pid_of(running) != first
        assert "   web | ended with -9; starts again in 0.5 s\n" in lines


def test_the_end_takes_every_child_along() -> None:
    """And is quick when they are willing."""
    with supervising(*NAPPER) as (running, lines):
        wait_for(lambda: lines)
        child, start = pid_of(running), monotonic()
    assert not alive(child)
    assert monotonic() - start < 2


def test_a_child_that_will_not_end_is_killed() -> None:
    """After the grace time."""
    with supervising(*STUBBORN, grace_s=0.3) as (running, lines):
        wait_for(lambda: lines)
        child = pid_of(running)
    assert not alive(child)


@pytest.mark.faults
def test_no_child_outlives_a_supervisor_that_was_killed() -> None:
    """SIGKILL leaves no time to say goodbye; the closed pipe says it."""
    child = "from workflows.delivery.supervisor import end_with_supervisor as watch; watch();"
    child += "import os, time; print('child', os.getpid(), flush=True); time.sleep(60)"
    program = textwrap.dedent(f"""
        import os, sys, time
        from workflows.delivery.supervisor import Supervisor
        with Supervisor({{"web": [sys.executable, "-c", {child!r}]}}, env=os.environ):
            time.sleep(60)
    """)
    argv = [sys.executable, "-u", "-c", program]
    with subprocess.Popen(argv, cwd=BASE_DIR, stdout=subprocess.PIPE, text=True) as supervisor:
        assert supervisor.stdout is not None
        pid = int(supervisor.stdout.readline().split()[-1])
        assert alive(pid)
        supervisor.kill()
    wait_for(lambda: not alive(pid))


def test_a_busy_port_is_named_before_anything_starts() -> None:
    """With the way out."""
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Conflict, match=f"Port {port} of 127.0.0.1 cannot be used") as refused:
            refuse_busy_port("127.0.0.1", port)
    assert f"--port {port + 1}" in refused.value.remedy


def test_a_site_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    """After three tries, with the last line of the web child."""
    monkeypatch.setattr(site, "TRIES", 2)
    web = supervising(sys.executable, "-c", "raise SystemExit('no database')")
    with web as (running, _lines), pytest.raises(Unavailable, match="no database"):
        wait_until_it_answers(running, "127.0.0.1", 9, lambda: False)


def test_lines_that_cannot_be_written_hold_nobody_up() -> None:
    """The log's disk is full: a child that says more than its pipe holds still comes to its end."""

    def full(_line: str) -> None:
        raise OSError(28, "No space left on device")

    talker = [sys.executable, "-c", "for n in range(20_000): print('a line of the log', n)"]
    with Supervisor({"web": talker}, env=os.environ, write=full) as running:
        wait_for(lambda: running.children["web"].failures)
