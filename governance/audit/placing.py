"""The rows of the queue and of the leaves: which entries wait, and giving them their places.

A worker does this all the time beside those who write, so on PostgreSQL the database hashes the
stored bytes itself and takes all places in one statement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db import connection

from governance.audit.merkle import leaf_hash
from governance.audit.models import AuditLeaf, AuditPending

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID


class Waiting(NamedTuple):
    """An entry that waits: its number in the queue, its id, and the hash of its stored bytes."""

    n: int
    entry: UUID
    leaf: bytes


def waiting(limit: int) -> list[Waiting]:
    """The entries that wait longest, at most `limit`."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_WAITING, [limit])
            return [Waiting(n, entry, bytes(leaf)) for n, entry, leaf in cursor.fetchall()]
    rows = AuditPending.objects.order_by("n").values_list("n", "entry_id", "entry__line")[:limit]
    return [Waiting(n, entry, leaf_hash(bytes(line))) for n, entry, line in rows]


def place(first: int, rows: Sequence[Waiting]) -> None:
    """Makes them the leaves from `first` on; they wait no longer."""
    numbers = [row.n for row in rows]
    if connection.vendor == "postgresql":
        entries, leaves = [row.entry for row in rows], [row.leaf for row in rows]
        told: tuple[Any, ...] = (numbers, first, entries, leaves)
        with connection.cursor() as cursor:
            cursor.execute(_PLACE, told)
        return
    AuditLeaf.objects.bulk_create(
        AuditLeaf(idx=at, entry_id=row.entry, leaf_hash=row.leaf)
        for at, row in enumerate(rows, first)
    )
    AuditPending.objects.filter(n__in=numbers).delete()


# Chosen before anything is read of them: the queue is empty as a rule, and where its statistics say
# so after an outage, PostgreSQL would otherwise hash all that wait and sort them, in each batch.
_WAITING: Final = """
    SELECT waiting.n, entry.id, sha256('\\x00'::bytea || entry.line)
    FROM (SELECT n, entry_id FROM governance_auditpending ORDER BY n LIMIT %s) AS waiting
    JOIN governance_auditentry AS entry ON entry.id = waiting.entry_id
    ORDER BY waiting.n
"""
_PLACE: Final = """
    WITH gone AS (DELETE FROM governance_auditpending WHERE n = ANY(%s::bigint[]))
    INSERT INTO governance_auditleaf (idx, entry_id, leaf_hash)
    SELECT %s + place - 1, entry, leaf
    FROM unnest(%s::uuid[], %s::bytea[]) WITH ORDINALITY AS rows (entry, leaf, place)
"""
