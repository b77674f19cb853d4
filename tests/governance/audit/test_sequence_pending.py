"""Workers give waiting entries their leaves."""

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from governance.audit.merkle import Frontier, leaf_hash
from governance.audit.models import AuditHead, AuditLeaf, AuditNode, AuditPending
from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.audit.placing import _WAITING
from governance.audit.queries import head
from governance.audit.verify import verify_log
from governance.errors import Conflict, Stale
from tests.governance.audit.story import seal, write


@pytest.mark.both_databases
def test_waiting_entries_get_leaves_in_their_order() -> None:
    """Contiguous from 0; the queue is empty then and the head is the root above them."""
    entries = [write() for _ in range(5)]
    assert sequence_pending() == 5
    leaves = list(AuditLeaf.objects.order_by("idx"))
    assert [(leaf.idx, leaf.entry_id) for leaf in leaves] == [
        (index, entry.id) for index, entry in enumerate(entries)
    ]
    assert not AuditPending.objects.exists()
    tree = Frontier()
    for entry in entries:
        tree.append(leaf_hash(bytes(entry.line)))
    edge = head()
    assert edge is not None
    assert (edge.size, bytes(edge.root)) == (5, tree.root())


@pytest.mark.django_db
def test_a_log_grows_in_batches() -> None:
    """A limit bounds the transaction; the next call goes on."""
    for _ in range(5):
        write()
    assert [sequence_pending(limit=2) for _ in range(4)] == [2, 2, 1, 0]
    assert verify_log().ok


@pytest.mark.django_db
def test_a_batch_reads_its_own_entries_only_however_many_wait() -> None:
    """Also where the database takes the queue for short, as it was before the worker was away."""
    write()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE governance_auditpending")
        for _ in range(20):
            write()
        cursor.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {_WAITING}", [2])
        ((plan,),) = cursor.fetchone()
    reads = [node for node in nodes(plan["Plan"]) if node.get("Alias") == "entry"]
    # A merge looks one or two entries further than the batch goes; what waits are 21.
    assert [2 <= node["Actual Rows"] * node["Actual Loops"] < 6 for node in reads] == [True]


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All of a plan of PostgreSQL."""
    yield plan
    for inner in plan.get("Plans", ()):
        yield from nodes(inner)


@pytest.mark.django_db
def test_without_entries_nothing_is_written() -> None:
    """Not even a head."""
    assert sequence_pending() == 0
    assert not AuditHead.objects.exists()


@pytest.mark.django_db
def test_inner_nodes_are_kept_for_every_256_leaves() -> None:
    """Proofs in a long log read these and not every leaf."""
    for _ in range(513):
        write()
    seal()
    assert list(AuditNode.objects.order_by("idx").values_list("height", "idx")) == [(8, 0), (8, 1)]


@pytest.mark.django_db
def test_a_log_does_not_go_on_under_another_name(settings: Settings) -> None:
    """Its checkpoints would vouch for entries of two logs."""
    write()
    sequence_pending()
    settings.AUDIT_ORIGIN = "another.example/log"
    write()
    with pytest.raises(Conflict, match="another origin"):
        sequence_pending()


@pytest.mark.django_db
def test_a_worker_that_was_overtaken_writes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is compared at the moment it is swapped, whatever the locks did."""
    write()
    sequence_pending()
    write()
    monkeypatch.setattr(
        "governance.audit.operations._locked_head",
        lambda: AuditHead(log_id="foureyes.local/log", size=0, root=b""),
    )
    monkeypatch.setattr("governance.audit.operations.place", lambda _first, _rows: None)
    with pytest.raises(Stale):
        sequence_pending()


@pytest.mark.both_databases
def test_many_writers_and_rival_workers_leave_no_gap_and_no_fork() -> None:
    """Four writers on shared subjects, two workers that sequence and sign all the while."""
    subjects, finished = [uuid4() for _ in range(3)], threading.Event()

    def writer(number: int) -> None:
        try:
            for turn in range(20):
                write(subjects[(number + turn) % 3])
        finally:
            connection.close()

    def worker() -> None:
        try:
            while not finished.wait(0.01):
                sequence_pending(limit=7)
                publish_checkpoint()
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        workers = [pool.submit(worker) for _ in range(2)]
        writers = [pool.submit(writer, number) for number in range(4)]
        try:
            for future in writers:
                future.result(timeout=60)
        finally:
            finished.set()
        for future in workers:
            future.result(timeout=60)
    seal()
    verdict = verify_log()
    assert verdict.ok, verdict.problems
    assert Counter(AuditLeaf.objects.values_list("idx", flat=True)) == Counter(range(80))
