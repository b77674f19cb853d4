"""The embedded site's children: web, worker and clock, kept alive and ended together.

Each child leads its own process group and holds the read end of a pipe as its standard input.
When the supervisor dies, even by SIGKILL, the pipe closes and the child ends itself, so nothing
is left behind on a port or on a queue.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from time import monotonic
from typing import IO, TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

SUPERVISED = "FOUREYES_SUPERVISED"
GRACE_S = 10.0
STEADY_S = 60.0
LONGEST_PAUSE_S = 30.0
LOOK_EVERY_S = 0.1
JOIN_S = 1.0


def restart_pause_s(failures: int) -> float:
    """Seconds to wait before the next start: 0.5, 1, 2 … 30."""
    return min(LONGEST_PAUSE_S, 0.5 * 2.0 ** min(failures - 1, 10))


@dataclass(slots=True)
class Child:
    """One program that shall run: how it is started, and what became of it so far."""

    name: str
    argv: Sequence[str]
    process: subprocess.Popen[str] | None = None
    pump: threading.Thread | None = None
    failures: int = 0
    started_at: float = 0.0
    start_at: float = 0.0
    last_lines: list[str] = field(default_factory=list)

    @property
    def running(self) -> bool:
        """Whether it runs at this moment."""
        return self.process is not None and self.process.poll() is None


class Supervisor:
    """Starts children, starts them again with growing pauses, and ends them all on exit."""

    def __init__(
        self,
        programs: Mapping[str, Sequence[str]],
        *,
        env: Mapping[str, str],
        write: Callable[[str], object] = sys.stdout.write,
        grace_s: float = GRACE_S,
    ) -> None:
        """`programs` maps a child's name to its command line; `write` takes each prefixed line."""
        self.children = {name: Child(name, argv) for name, argv in programs.items()}
        self._env = {**env, SUPERVISED: "1", "PYTHONUNBUFFERED": "1"}
        self._write = write
        self._grace_s = grace_s
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def __enter__(self) -> Self:
        """Start every child and begin to watch over them."""
        self._look()
        self._watcher.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every child: SIGTERM, then SIGKILL to its whole group after the grace time."""
        self._stopping.set()
        self._watcher.join()
        for child in self.children.values():
            if child.process and child.running:
                child.process.terminate()
        deadline = monotonic() + self._grace_s
        for child in self.children.values():
            _end(child, deadline)

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK_EVERY_S):
            self._look()

    def _look(self) -> None:
        for child in self.children.values():
            if child.process and not child.running:
                self._note_end(child, child.process)
            if not child.process and monotonic() >= child.start_at:
                self._start(child)

    def _start(self, child: Child) -> None:
        child.process = subprocess.Popen(  # noqa: S603 - our own command lines, no shell
            child.argv,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=self._env,
            text=True,
            errors="replace",
            start_new_session=True,
        )
        child.started_at = monotonic()
        child.pump = threading.Thread(
            target=self._pump, args=(child, child.process.stdout), name=child.name, daemon=True
        )
        child.pump.start()

    def _pump(self, child: Child, output: IO[str]) -> None:
        for line in output:
            child.last_lines = [*child.last_lines[-19:], line.rstrip()]
            self._tell(f"{child.name:>6} | {line.rstrip()}\n")

    def _tell(self, line: str) -> None:
        # A disk that is full or a terminal that is gone loses lines. Whoever stopped reading for
        # that would hold up the child as soon as its pipe is full.
        with suppress(OSError):
            self._write(line)

    def _note_end(self, child: Child, process: subprocess.Popen[str]) -> None:
        _clear_away(child, process)
        steady = monotonic() - child.started_at > STEADY_S
        child.failures = 1 if steady else child.failures + 1
        pause = restart_pause_s(child.failures)
        child.start_at = monotonic() + pause
        child.process = None
        self._tell(
            f"{child.name:>6} | ended with {process.returncode}; starts again in {pause:g} s\n"
        )


def end_with_supervisor() -> None:
    """In a child: end with the supervisor. Without a supervisor, nothing."""
    if os.environ.get(SUPERVISED):
        threading.Thread(target=_watch_pipe, name="supervisor-watch", daemon=True).start()


def _watch_pipe() -> None:
    with suppress(OSError, ValueError):
        while os.read(sys.stdin.fileno(), 1024):
            pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(GRACE_S)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)


def _end(child: Child, deadline: float) -> None:
    if child.process:
        with suppress(subprocess.TimeoutExpired):
            child.process.wait(max(0.0, deadline - monotonic()))
        _clear_away(child, child.process)


def _clear_away(child: Child, process: subprocess.Popen[str]) -> None:
    """Whatever a child started goes with it; its group bears its own process id."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    if child.pump:
        child.pump.join(JOIN_S)
    for pipe in (process.stdin, process.stdout):
        if pipe:
            pipe.close()
