"""Verification of an honest log, and what it shows to replays."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone

from governance.audit.lines import Line
from governance.audit.models import AuditKey, AuditPersonalValue
from governance.audit.notes import Checkpoint, Signer, sign
from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.audit.queries import latest_checkpoint
from governance.audit.verify import Kind, Problem, verify_log
from tests.governance.audit.story import seal, write


@pytest.mark.both_databases
def test_an_honest_log_verifies() -> None:
    """Sealed entries, waiting entries, several checkpoints."""
    version = uuid4()
    for _ in range(3):
        write(version)
        seal()
    write(version)
    verdict = verify_log()
    assert verdict.ok, verdict.problems
    assert (verdict.entries, verdict.leaves, verdict.checkpoints) == (4, 3, 3)


@pytest.mark.both_databases
def test_an_empty_log_verifies() -> None:
    """A new site is in order."""
    assert verify_log().ok


@pytest.mark.both_databases
def test_writers_go_on_while_the_log_is_verified() -> None:
    """The verification sees one state and neither alarms falsely nor holds writers up."""
    write()
    stop = threading.Event()

    def busy() -> None:
        try:
            while not stop.is_set():
                write()
                sequence_pending()
                publish_checkpoint()
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(busy)
        try:
            verdicts = [verify_log() for _ in range(5)]
        finally:
            stop.set()
        writing.result(timeout=30)
    assert [verdict.problems for verdict in verdicts] == [[]] * 5
    assert verify_log().entries > verdicts[0].entries


@pytest.mark.django_db
def test_erased_values_leave_the_log_in_order() -> None:
    """The commitment stays; there is nothing left to open it with."""
    write()
    seal()
    AuditPersonalValue.objects.update(value="", salt=b"", erased_at=timezone.now())
    assert verify_log().ok


@pytest.mark.django_db
def test_keys_got_on_another_way_are_believed_instead_of_the_databases() -> None:
    """A key that was swapped in the database does not help the forger."""
    write()
    seal()
    own = AuditKey.objects.get().vkey
    assert verify_log(vkeys=[own]).ok
    stranger = Signer.generate("foureyes.local/log").verifier.vkey
    assert verify_log(vkeys=[stranger]).kinds == {Kind.CHECKPOINT_INVALID}


@pytest.mark.django_db
def test_a_checkpoint_kept_outside_must_be_part_of_the_log() -> None:
    """T08, T09, T17: cut back, rewritten with the stolen key, or restored from an older copy."""
    write()
    seal()
    kept = latest_checkpoint()
    assert kept is not None
    write()
    seal()
    assert verify_log(outside=[kept.note]).ok
    signer = Signer.generate("foureyes.local/log")
    vkeys = [AuditKey.objects.get().vkey, signer.verifier.vkey]
    for size in (1, 9):
        other = sign(Checkpoint("foureyes.local/log", size, bytes(32)).text, signer)
        assert verify_log(vkeys=vkeys, outside=[other]).kinds == {Kind.CHECKPOINT_MISMATCH}


class LastSeen:
    """A replay that believes every version has exactly one entry."""

    subject_type = "version"

    def __call__(self, entries: Iterator[Line]) -> Iterable[Problem]:
        """Report each entry that is not the first of its version."""
        for line in entries:
            if line.seq > 1:
                yield Problem(Kind.REPLAY_DIFFERS, f"entry {line.seq}", line.id)


@pytest.mark.django_db
def test_replays_see_the_entries_of_their_subjects_in_order() -> None:
    """What they report is part of the verdict."""
    write(UUID(int=5))
    write(UUID(int=6))
    second = write(UUID(int=5))
    assert [problem.entry_id for problem in verify_log(folds=[LastSeen()]).problems] == [second.id]


class Stumbling(LastSeen):
    """Looks for something that an entry does not tell."""

    def __call__(self, entries: Iterator[Line]) -> Iterable[Problem]:
        """Fall over the first."""
        for line in entries:
            raise KeyError(line.details["at"])
        return ()


@pytest.mark.django_db
def test_a_replay_that_falls_over_an_entry_is_a_finding() -> None:
    """Whoever could write such an entry must not be able to end the verification by it."""
    write(UUID(int=5))
    second = write(UUID(int=5))
    outcome = verify_log(folds=[Stumbling(), LastSeen()])
    assert [problem.kind for problem in outcome.problems] == [Kind.UNREADABLE, Kind.REPLAY_DIFFERS]
    assert outcome.problems[1].entry_id == second.id
