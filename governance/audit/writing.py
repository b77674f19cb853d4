"""The rows of one entry: its number, and then everything in as few turns as the database allows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection

from governance.audit.canonical import NotCanonical
from governance.audit.lines import LARGEST_LINE
from governance.audit.merkle import leaf_hash
from governance.audit.models import AuditEntry, AuditPending, AuditPersonalValue, AuditSubject
from governance.errors import Invalid, TooLarge
from governance.sentences import sentence as _

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from governance.audit.lines import Line

_TAKE_NUMBER = """
    INSERT INTO governance_auditsubject (subject_type, subject_id, next_seq, last_hash)
    VALUES (%s, %s, 2, %s)
    ON CONFLICT (subject_type, subject_id)
    DO UPDATE SET next_seq = governance_auditsubject.next_seq + 1
    RETURNING next_seq - 1, last_hash
"""
# All rows of an entry in one turn: between a server and its database the turns are what takes time.
_WRITE_ALL = """
    WITH entry AS (
        INSERT INTO governance_auditentry (
            id, line, occurred_at, action, actor_id, subject_type, subject_id, subject_seq,
            portfolio_id
        ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
        RETURNING id, subject_type, subject_id
    ), pending AS (
        INSERT INTO governance_auditpending (entry_id) SELECT id FROM entry
    ), personal AS (
        INSERT INTO governance_auditpersonalvalue (entry_id, path, salt, value)
        SELECT entry.id, told.path, told.salt, told.value
        FROM entry, unnest(%s::text[], %s::bytea[], %s::text[]) AS told (path, salt, value)
    )
    UPDATE governance_auditsubject AS subject SET last_hash = %s
    FROM entry
    WHERE subject.subject_type = entry.subject_type AND subject.subject_id = entry.subject_id
"""


def take_number(subject_type: str, subject_id: UUID) -> tuple[int, str | None]:
    """The next number of the subject and the hash of its last entry; the row stays locked."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_NUMBER, [subject_type, subject_id.hex, b""])
        seq, last_hash = cursor.fetchone()
    return seq, bytes(last_hash).hex() or None


def write_rows(line: Line, values: Mapping[str, str], salts: Mapping[str, bytes]) -> AuditEntry:
    """Entry, queue, end of the subject's chain, personal values.

    Raises:
        Invalid: a value has no canonical form. TooLarge: the line is longer than 64 KiB.
    """
    raw = _encoded(line)
    columns: dict[str, Any] = {
        "id": line.id,
        "line": raw,
        "occurred_at": line.occurred_at,
        "action": line.action,
        "actor_id": line.author.person_id,
        "subject_type": line.subject_type,
        "subject_id": line.subject_id,
        "subject_seq": line.seq,
        "portfolio_id": line.portfolio_id,
    }
    if connection.vendor == "postgresql":
        personal: list[Any] = [
            list(values),
            [salts[path] for path in values],
            list(values.values()),
        ]
        with connection.cursor() as cursor:
            cursor.execute(_WRITE_ALL, (*columns.values(), *personal, leaf_hash(raw)))
        return AuditEntry.from_db(connection.alias, list(columns), list(columns.values()))
    entry = AuditEntry.objects.create(**columns)
    AuditPending.objects.create(entry=entry)
    AuditSubject.objects.filter(subject_type=line.subject_type, subject_id=line.subject_id).update(
        last_hash=leaf_hash(raw)
    )
    AuditPersonalValue.objects.bulk_create(
        AuditPersonalValue(entry=entry, path=path, salt=salts[path], value=value)
        for path, value in values.items()
    )
    return entry


def _encoded(line: Line) -> bytes:
    try:
        raw = line.to_bytes()
    except NotCanonical as error:
        raise Invalid(_("The log cannot hold this: {why}.", why=str(error))) from error
    if len(raw) > LARGEST_LINE:
        raise TooLarge(
            _(
                "An entry of {size} bytes is over the limit of {limit}.",
                size=len(raw),
                limit=LARGEST_LINE,
            ),
            remedy=_("Store the long part as evidence and name its digest."),
        )
    return raw
