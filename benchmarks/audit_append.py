"""Writers that record at the same time: our log, and one chain under an advisory lock.

The rival writes the same line and the same copies into a table of its own, and takes the last hash
of the whole chain under `pg_advisory_xact_lock`, as hash-chained logs do. A transaction appends and
commits; `vs_advisory_chain_in_business` is the same where both do a piece of business in between.
The limit is the same line in a table without a chain, a queue or anything that proves it:
`lines_vs_advisory_chain`. Beside the writers the log is sealed as `manage.py up` does it: by the
same function, at the same intervals. One more measure: how long a governed change takes, a `save()`
and its entry in one transaction, beside the `save()` alone in one; how long with a bare line
instead of the entry; and how long the same `save()` takes where django-pghistory,
django-simple-history or django-auditlog follow the model.

How long a commit waits for its disk decides these ratios: a chain waits under its lock, writers
without one wait together. The bars are from a machine whose disk let the chain append 386 to 461
lines a second. So the server is as PostgreSQL ships it, with its files on the disk, and a flush
takes 1.5 ms longer (`commit_delay`), which gives that many (`chain_per_s`). `on_this_disk` has the
same ratios without the delay: where a disk takes next to nothing, what is left is processors.
"""

import argparse
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils import timezone
from measuring import SCRIPTS
from measuring.databases import empty_database, flushes_taking, shipped_database
from measuring.rounds import interleaved, last_percent, median
from measuring.throwaway import run_beside

from governance.access.models import Portfolio
from governance.actors import ActingRole, Actor, ActorKind, Grounds, Surface
from governance.audit.actions import Action
from governance.audit.identifiers import uuid7
from governance.audit.lines import Author, Line
from governance.audit.merkle import leaf_hash
from governance.audit.models import AuditCheckpoint, AuditEntry, AuditHead
from governance.audit.operations import record
from governance.audit.verify import Kind, verify_log
from workflows.delivery.operations import seal_log
from workflows.delivery.site import TICK_EVERY_S

WRITERS, ENTRIES, ROUNDS = (4, 8, 16), 1600, 3
FLUSH_US = 1500  # with it the chain is as quick as where the bars were measured
PEERS = SCRIPTS.parent / "requirements" / "audit-peers.txt"
PERSON, ROLE = UUID(int=1), ActingRole("model_validator")
ACTOR = Actor(
    name="Dana Developer",
    kind=ActorKind.PERSON,
    surface=Surface.SCREEN,
    person_id=PERSON,
    account_id=UUID(int=2),
    grounds=Grounds((ROLE,)),
)
PEERS_TABLES = "; ".join(
    f"""
    CREATE TABLE {name} (
        n bigserial PRIMARY KEY, id uuid UNIQUE, line bytea NOT NULL, hash bytea,
        occurred_at timestamptz, action text, actor_id uuid, subject_type text, subject_id uuid);
    CREATE INDEX ON {name} (occurred_at); CREATE INDEX ON {name} (actor_id, occurred_at);
    CREATE INDEX ON {name} (action, occurred_at)"""
    for name in ("peer_chain", "peer_lines")
)
Append = Callable[[UUID], object]
Work = Callable[[int], None]


def ours(subject: UUID) -> None:
    record(Action.KPI_RECORDED, actor=ACTOR, subject=("version", subject), after={"value": "0.8"})


def chained(subject: UUID) -> None:
    """The same line in one chain of the whole log."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(7)")
        cursor.execute("SELECT hash FROM peer_chain ORDER BY n DESC LIMIT 1")
        last = cursor.fetchone()
        line = peer_line(subject, bytes(last[0]).hex() if last else None)
        raw = line.to_bytes()
        keep(cursor, "peer_chain", line, raw, leaf_hash(raw))


def unchained(subject: UUID) -> None:
    """The same line and nothing that proves it: the least that any log of lines takes."""
    with connection.cursor() as cursor:
        line = peer_line(subject, None)
        keep(cursor, "peer_lines", line, line.to_bytes(), None)


def peer_line(subject: UUID, before: str | None) -> Line:
    """What the rivals write down."""
    now = timezone.now()
    return Line(
        origin="peer",
        id=uuid7(now),
        occurred_at=now,
        action="kpi.recorded",
        author=Author(kind="person", surface="screen", person_id=PERSON, roles=(ROLE,)),
        subject_type="version",
        subject_id=subject,
        seq=1,
        prev=before,
        after={"value": "0.8"},
    )


def keep(cursor: CursorWrapper, table: str, line: Line, raw: bytes, proof: bytes | None) -> None:
    """One row of a rival."""
    cursor.execute(
        f"INSERT INTO {table} (id, line, hash, occurred_at, action, actor_id, subject_type,"
        " subject_id) VALUES (%s, %s, %s, %s, 'kpi.recorded', %s, 'version', %s)",
        [line.id, raw, proof, line.occurred_at, PERSON, line.subject_id],
    )


def business(number: int) -> None:
    """What an operation does besides: a few reads and a write."""
    row = Portfolio(name=f"p-{uuid4().hex}", title=f"Portfolio {number}")
    row.save(force_insert=True)
    Portfolio.objects.get(pk=row.pk)
    Portfolio.objects.filter(pk=row.pk).exists()


def nothing(_number: int) -> None:
    """The append is all."""


def write(append: Append, work: Work, entries: int, ready: object) -> None:
    """One writer: an entry, the work, the commit; each about a subject of its own."""
    connection.ensure_connection()
    ready.wait()  # type: ignore[attr-defined]
    for number in range(entries):
        with transaction.atomic():
            append(uuid4())
            work(number)
    connection.close()


def seconds(append: Append, work: Work, writers: int, entries: int) -> float:
    """How long so many writers take for all their entries together."""
    connection.close()
    ready = FORK.Barrier(writers + 1)
    each = entries // writers
    processes = [
        FORK.Process(target=write, args=(append, work, each, ready)) for _ in range(writers)
    ]
    for one in processes:
        one.start()
    ready.wait()
    start = time.perf_counter()
    for one in processes:
        one.join()
        assert one.exitcode == 0
    return (time.perf_counter() - start) / (each * writers)


def sequence(stop: object) -> None:
    """The clock: leaves and checkpoints until told to stop and nothing waits."""
    while True:
        last_look = stop.is_set()  # type: ignore[attr-defined]
        found = seal_log()
        if last_look and not found:
            break
        time.sleep(TICK_EVERY_S)
    connection.close()


def rates(work: Work, entries: int, rivals: Mapping[str, Append]) -> dict[str, dict[str, float]]:
    """By number of writers: how many times as long the chain takes as each of these.

    And the chain's own lines a second.
    """
    found: dict[str, dict[str, float]] = {name: {} for name in (*rivals, "chain_per_s")}
    for writers in WRITERS:
        rounds = [
            {name: seconds(one, work, writers, entries) for name, one in rivals.items()}
            | {"chain": seconds(chained, work, writers, entries)}
            for _ in range(ROUNDS)
        ]
        told = str(writers)
        for name in rivals:
            found[name][told] = round(median(one["chain"] / one[name] for one in rounds), 2)
        found["chain_per_s"][told] = round(median(1 / one["chain"] for one in rounds))
    return found


def delay_p99() -> float:
    """From an entry to the first checkpoint that covers it, the last hundredth, in seconds."""
    rows = AuditEntry.objects.filter(leaf__isnull=False).values_list("leaf__idx", "occurred_at")
    signed = list(AuditCheckpoint.objects.order_by("size").values_list("size", "created_at"))
    delays, at = [], 0
    for index, written in rows.order_by("leaf__idx"):
        while signed[at][0] <= index:
            at += 1
        delays.append((signed[at][1] - written).total_seconds())
    return round(last_percent(delays), 2)


def changes(rounds: int) -> dict[str, object]:
    """A change with its entry, and with a bare line, in changes without one."""
    row = Portfolio(name=f"s-{uuid4().hex}", title="Portfolio")
    row.save(force_insert=True)

    def changed(append: Append | None) -> None:
        with transaction.atomic():
            row.save()
            if append is not None:
                append(row.pk)

    kinds = {"bare": None, "governed": ours, "line": unchained}
    cases = {name: partial(changed, append) for name, append in kinds.items()}
    found = interleaved(cases, rounds=rounds, warm=50)
    return {
        "change_vs_bare_save": round(found["governed"].median / found["bare"].median, 2),
        "line_vs_bare_save": round(found["line"].median / found["bare"].median, 2),
        "change_times": {name: timing.as_json() for name, timing in found.items()},
    }


def histories() -> dict[str, object]:
    """The peers, on a database of their own on the same server."""
    with empty_database() as url:
        said, reason = run_beside(PEERS, "-m", "histories", url, folder=SCRIPTS / "measuring")
    ratios = json.loads(said) if said else {}
    return {
        "pghistory_vs_bare_save": ratios.get("pghistory"),
        "simple_history_vs_bare_save": ratios.get("simplehistory"),
        "auditlog_vs_bare_save": ratios.get("auditlog"),
        **({"peers": reason} if reason else {}),
    }


def compared(entries: int) -> dict[str, object]:
    """The ratios on the server as it is now."""
    found = rates(nothing, entries, {"ours": ours, "lines": unchained})
    return {
        "vs_advisory_chain": found["ours"],
        "lines_vs_advisory_chain": found["lines"],
        "chain_per_s": found["chain_per_s"],
        **changes(500),
    }


def measured(entries: int, *, peers: bool) -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute(PEERS_TABLES)
    stop = FORK.Event()
    connection.close()
    worker = FORK.Process(target=partial(sequence, stop))
    worker.start()
    here = compared(entries)
    with flushes_taking(FLUSH_US):
        there = compared(entries)
        in_business = rates(business, entries, {"ours": ours})["ours"]
        told = histories() if peers else {"pghistory_vs_bare_save": None, "peers": "not asked for"}
    stop.set()
    worker.join()
    outcome = verify_log()
    chain = {Kind.CHAIN_BROKEN, Kind.LEAF_MISSING, Kind.HEAD_MISMATCH, Kind.ENTRY_LOST}
    return {
        **there,
        "vs_advisory_chain_in_business": in_business,
        "on_this_disk": here,
        "forks": sum(problem.kind in chain for problem in outcome.problems),
        **told,
        "checkpoint_delay_p99_s": delay_p99(),
        "leaves": AuditHead.objects.get().size,
        "entries": entries,
        "processors": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=ENTRIES)
    parser.add_argument("--without-peers", action="store_true", help="leave other histories out")
    asked = parser.parse_args()
    FORK = multiprocessing.get_context("fork")
    with shipped_database(tempfile.gettempdir()):
        line = measured(asked.entries, peers=not asked.without_peers)
    print(json.dumps(line))
