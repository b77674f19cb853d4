"""kill -9 of sequencers while many write: no entry lost, no gap in the leaves, no fork.

Every process is forked from this one, which has loaded everything already. A sequencer is killed
while it is at work, at a random moment of that.
"""

import os
import random
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from mmap import mmap
from pathlib import Path
from time import monotonic, sleep
from typing import Self
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from pytest_django.fixtures import Settings

from governance.audit.models import AuditEntry, AuditHead, AuditLeaf, AuditPending
from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.audit.verify import verify_log
from governance.errors import Stale
from tests.governance.audit.story import seal, submit

pytestmark = pytest.mark.faults
WRITERS, SEQUENCERS = 8, 3
PATIENCE_S = 120.0
SHORT_WORK_S = 0.004  # as long as a sequencer takes for the little that came meanwhile


@pytest.fixture(autouse=True)
def _own_key(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "audit.key"


# Processes ---------------------------------------------------------------------------------------
def fork(act: Callable[[], None]) -> int:
    """A process that does one thing; no connection is shared with it."""
    connections.close_all()
    if pid := os.fork():
        return pid
    status = 1
    try:
        # Where a browser's event loop runs, asgiref keeps connections apart: without it, as here,
        # the one of before would come back, and its socket is the parent's.
        connections["default"] = connections.create_connection("default")
        act()
        connections.close_all()
        status = 0
    except BaseException:  # noqa: BLE001  nothing of this process may go on in the child
        traceback.print_exc(file=sys.__stderr__)
    finally:
        os._exit(status)


def kill(pid: int) -> None:
    """End a process of ours, whether it is there or not."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


@dataclass(frozen=True)
class Writing:
    """What writers write: about how many subjects, which all share, how many entries at once."""

    subjects: int = 16
    at_once: int = 1

    def write(self, seed: int, number: int) -> None:
        """One writer. Subjects in one order, as operations have it: nobody waits in a ring."""
        chance = random.Random(seed)
        while number:
            some = min(number, chance.randint(1, self.at_once))
            about = sorted(chance.randrange(self.subjects) for _ in range(some))
            with transaction.atomic():
                for subject in about:
                    submit(UUID(int=1 + subject))
            number -= some


@contextmanager
def writers(writing: Writing, entries: int) -> Iterator[None]:
    """They write so many entries together, and have written them when the block ends."""
    each = entries // WRITERS
    pids = [
        fork(lambda: writing.write(seed, each))  # noqa: B023
        for seed in range(WRITERS)
    ]
    try:
        yield
        for pid in tuple(pids):
            assert os.waitpid(pid, 0)[1] == 0, "a writer failed"
            pids.remove(pid)
    finally:
        for pid in pids:
            kill(pid)


def sequence_for_ever(limit: int, at_work: mmap, place: int) -> None:
    """One sequencer, as the worker and the tick are: leaves, a checkpoint, a pause for others."""
    number = 0
    while True:
        at_work[place] = 1
        with suppress(Stale):
            number = sequence_pending(limit=limit)
        publish_checkpoint()
        at_work[place] = 0
        if number < limit:
            sleep(0.02)


@dataclass
class Sequencers:
    """They run side by side; one that is killed is replaced at once."""

    limit: int
    chance: random.Random
    # Shared with the processes: who is between the beginning of its transaction and its pause.
    at_work: mmap = field(default_factory=lambda: mmap(-1, SEQUENCERS))
    pids: list[int] = field(default_factory=list)
    killed: int = 0
    killed_at_work: int = 0

    def __enter__(self) -> Self:
        self.pids = [self.forked(place) for place in range(SEQUENCERS)]
        return self

    def __exit__(self, *_error: object) -> None:
        for pid in self.pids:
            kill(pid)

    def forked(self, place: int) -> int:
        self.at_work[place] = 0
        return fork(lambda: sequence_for_ever(self.limit, self.at_work, place))

    def kill_one(self) -> None:
        """One that is at work, at some moment of that."""
        place = self.someone_at_work()
        sleep(self.chance.uniform(0, SHORT_WORK_S))
        victim = self.pids[place]
        os.kill(victim, signal.SIGKILL)
        _pid, status = os.waitpid(victim, 0)
        assert os.WTERMSIG(status) == signal.SIGKILL, "it had ended by itself"
        self.killed += 1
        self.killed_at_work += self.at_work[place]
        self.pids[place] = self.forked(place)

    def someone_at_work(self) -> int:
        deadline = monotonic() + PATIENCE_S
        while not (busy := [place for place in range(SEQUENCERS) if self.at_work[place]]):
            assert monotonic() < deadline, "no sequencer works"
            sleep(0.0005)
        return self.chance.choice(busy)

    def kill_between(self, first: int, last: int, kills: int, patience_s: float) -> None:
        """So many of them, at random sizes that the log grows to between these two."""
        for due in sorted(self.chance.randrange(first, last) for _ in range(kills)):
            wait_until_size(due, patience_s)
            self.kill_one()


# The log -----------------------------------------------------------------------------------------
def size() -> int:
    """How many leaves there are; whoever asks keeps no connection."""
    found = AuditHead.objects.values_list("size", flat=True).first() or 0
    connections.close_all()
    return found


def wait_until_size(due: int, patience_s: float) -> None:
    """Wait until so many entries have their leaves."""
    deadline = monotonic() + patience_s
    while (found := size()) < due:
        assert monotonic() < deadline, f"{found} of {due} entries got their leaves"
        sleep(0.06)


def assert_whole(entries: int) -> None:
    """Lost 0, gaps 0, forks 0: read from the tables, and by the verification."""
    assert AuditEntry.objects.count() == entries
    assert not AuditPending.objects.exists()
    places = AuditLeaf.objects.order_by("idx").values_list("idx", flat=True).iterator()
    assert all(place == due for due, place in enumerate(places))
    assert AuditLeaf.objects.count() == entries
    found = verify_log()
    assert found.ok, found.problems
    assert (found.entries, found.leaves) == (entries, entries)
    assert found.checkpoints > 1


@pytest.mark.both_databases
def test_ten_kills_leave_a_whole_log() -> None:
    """8 writers, 3 sequencers, 2,000 entries."""
    with Sequencers(20, random.Random(2000)) as sequencers:
        with writers(Writing(), 2000):
            sequencers.kill_between(1, 1900, 10, PATIENCE_S)
        wait_until_size(2000, PATIENCE_S)
    seal()
    assert sequencers.killed == 10
    assert sequencers.killed_at_work
    assert_whole(2000)


@pytest.mark.soak
@pytest.mark.both_databases
def test_forty_kills_in_a_million_entries_leave_a_whole_log(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """The first half in step with the writers, the second out of the queue that an outage left.

    Where time is short, SOAK_ENTRIES names a smaller log.
    """
    half = int(os.environ.get("SOAK_ENTRIES", "1000000")) // 2 // WRITERS * WRITERS
    writing, patience_s = Writing(subjects=1000, at_once=20), 4 * 3600
    start = monotonic()

    def told(what: str) -> None:
        with capfd.disabled():  # for whoever watches a long run
            sys.stderr.write(f"{connection.vendor}: {what} after {monotonic() - start:.0f} s\n")

    with Sequencers(1000, random.Random(half)) as sequencers, writers(writing, half):
        sequencers.kill_between(1, half, 20, patience_s)
    with writers(writing, half):
        told(f"{size()} leaves beside the writers")
    told(f"{AuditPending.objects.count()} wait")
    with Sequencers(1000, random.Random(half + 1)) as later:
        later.kill_between(half + 1, 2 * half, 20, patience_s)
        wait_until_size(2 * half, patience_s)
    seal()
    at_work = sequencers.killed_at_work + later.killed_at_work
    told(f"{sequencers.killed + later.killed} kills, {at_work} of them at work")
    assert sequencers.killed + later.killed == 40
    assert at_work >= 20
    assert_whole(2 * half)
    told(f"{2 * half} entries are whole")
