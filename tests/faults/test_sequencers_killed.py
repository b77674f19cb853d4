"""kill -9 of sequencers while many write: no entry lost, no gap in the leaves, no fork.

Every process is forked from this one, which has loaded everything already.
"""

import os
import random
import signal
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from uuid import UUID

import pytest
from django.db import connection, connections
from pytest_django.fixtures import Settings

from governance.audit.models import AuditEntry, AuditHead, AuditLeaf, AuditPending
from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.audit.verify import verify_log
from governance.errors import Stale
from tests.governance.audit.story import seal, write

pytestmark = pytest.mark.faults
WRITERS, SEQUENCERS, SUBJECTS = 8, 3, 16
PATIENCE_S = 120.0


@pytest.fixture(autouse=True)
def _own_key(settings: Settings, tmp_path: Path) -> None:
    settings.AUDIT_KEY_FILE = tmp_path / "audit.key"


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


def write_many(seed: int, number: int) -> None:
    """One writer, on subjects that all writers share."""
    chance = random.Random(seed)
    for _turn in range(number):
        write(UUID(int=1 + chance.randrange(SUBJECTS)))


def sequence_for_ever(limit: int) -> None:
    """One sequencer, as the worker and the tick are: leaves, a checkpoint, a pause for others."""
    while True:
        with suppress(Stale):
            sequence_pending(limit=limit)
        publish_checkpoint()
        sleep(0.02)


def size() -> int:
    """How many leaves there are; whoever asks keeps no connection."""
    found = AuditHead.objects.values_list("size", flat=True).first() or 0
    connections.close_all()
    return found


def wait_until_size(due: int, patience_s: float) -> None:
    """Wait until so many entries have their leaves."""
    deadline = monotonic() + patience_s
    while size() < due:
        assert monotonic() < deadline, f"{size()} of {due} entries got their leaves"
        sleep(0.06)


@contextmanager
def running() -> Iterator[list[int]]:
    """Processes that are gone afterwards, whatever happens."""
    pids: list[int] = []
    try:
        yield pids
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)


def killed_while_writing(entries: int, kills: int, limit: int, patience_s: float) -> None:
    """Writers write, sequencers die one after the other and are replaced at once."""
    chance = random.Random(entries)
    with running() as sequencers, running() as writers:
        for seed in range(WRITERS):
            writers.append(fork(lambda: write_many(seed, entries // WRITERS)))  # noqa: B023
        for _number in range(SEQUENCERS):
            sequencers.append(fork(lambda: sequence_for_ever(limit)))
        for number in range(kills):
            wait_until_size(1 + entries * number // (kills + 1), patience_s)
            victim = sequencers.pop(chance.randrange(SEQUENCERS))
            os.kill(victim, signal.SIGKILL)
            _pid, status = os.waitpid(victim, 0)
            assert os.WTERMSIG(status) == signal.SIGKILL, "it had ended by itself"
            sequencers.append(fork(lambda: sequence_for_ever(limit)))
        for pid in tuple(writers):
            assert os.waitpid(pid, 0)[1] == 0, "a writer failed"
            writers.remove(pid)
        wait_until_size(entries, patience_s)
    seal()


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
    killed_while_writing(2000, 10, limit=20, patience_s=PATIENCE_S)
    assert_whole(2000)


@pytest.mark.soak
@pytest.mark.both_databases
def test_forty_kills_in_a_million_entries_leave_a_whole_log() -> None:
    """The same for as long as it takes; where time is short, SOAK_ENTRIES names a smaller log."""
    entries = int(os.environ.get("SOAK_ENTRIES", "1000000")) // WRITERS * WRITERS
    start = monotonic()
    killed_while_writing(entries, 40, limit=1000, patience_s=4 * 3600)
    assert_whole(entries)
    told = f"40 kills, {entries} entries, {connection.vendor}: {monotonic() - start:.0f} s\n"
    sys.__stderr__.write(told)  # type: ignore[union-attr]  # pytest leaves it in place
