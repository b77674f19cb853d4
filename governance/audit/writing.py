"""The rows of one entry: its number within its subject, and then everything, in one turn.

Between a server and its database the turns are what takes time, and a statement of five tables is
slow to plan. So on PostgreSQL a function of the database puts the number into the line and writes
all rows; SQLite, which has no turns, gets them one by one. The newest migration that says
`governance_audit_append` holds the function.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from django.db import connection

from governance.audit.canonical import NotCanonical
from governance.audit.lines import LARGEST_LINE
from governance.audit.merkle import leaf_hash
from governance.audit.models import AuditEntry
from governance.errors import Invalid, TooLarge
from governance.sentences import sentence as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.audit.lines import Line

# What a line says of its place before it has one: nothing after its subject can look like it.
UNPLACED: Final = b'"prev":null,"seq":0'
LONGEST_PLACE: Final = len('"prev":"","seq":') + 64 + 15


def write_entry(line: Line, values: Mapping[str, str], salts: Mapping[str, bytes]) -> AuditEntry:
    """Entry, queue, end of the subject's chain, personal values; `line` has no number yet.

    The subject's chain stays locked until commit.

    Raises:
        Invalid: a value has no canonical form. TooLarge: the line is longer than 64 KiB.
    """
    head, tail = _around_place(line)
    write = _write_in_one_turn if connection.vendor == "postgresql" else _write_row_by_row
    seq, raw = write(line, (head, tail), values, salts)
    return AuditEntry(subject_seq=seq, line=raw, **_columns(line))


def _columns(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "occurred_at": line.occurred_at,
        "action": line.action,
        "actor_id": line.author.person_id,
        "subject_type": line.subject_type,
        "subject_id": line.subject_id,
        "portfolio_id": line.portfolio_id,
    }


def _write_in_one_turn(
    line: Line,
    around: tuple[bytes, bytes],
    values: Mapping[str, str],
    salts: Mapping[str, bytes],
) -> tuple[int, bytes]:
    personal = [*values, *(salts[path].hex() for path in values), *values.values()]
    halves = (part.decode() for part in around)
    with connection.cursor() as cursor:
        cursor.execute(_CALL, [*halves, *_columns(line).values(), personal])
        seq, raw = cursor.fetchone()
    return seq, bytes(raw)


_CALL: Final = """
    SELECT number, raw FROM governance_audit_append(
        %s, %s, %s::uuid, %s, %s, %s::uuid, %s, %s::uuid, %s::uuid, %s::text[]
    )
"""


def _write_row_by_row(
    line: Line,
    around: tuple[bytes, bytes],
    values: Mapping[str, str],
    salts: Mapping[str, bytes],
) -> tuple[int, bytes]:
    entry, subject = line.id.hex, (line.subject_type, line.subject_id.hex)
    with connection.cursor() as cursor:
        cursor.execute(_LAST, subject)
        seq, before = cursor.fetchone() or (1, b"")
        prev = b'"%s"' % bytes(before).hex().encode() if before else b"null"
        raw = (b'"prev":%s,"seq":%d' % (prev, seq)).join(around)
        cursor.execute(_MOVE_ON, [*subject, seq + 1, leaf_hash(raw)])
        cursor.execute(_ENTRY, [raw, seq, *(_stored(one) for one in _columns(line).values())])
        cursor.execute(_PENDING, [entry])
        for path, value in values.items():
            cursor.execute(_PERSONAL, [entry, path, salts[path], value])
    return seq, raw


# Whoever writes on SQLite has the one lock of the database since the transaction began.
_LAST: Final = """
    SELECT next_seq, last_hash FROM governance_auditsubject
    WHERE subject_type = %s AND subject_id = %s
"""
_MOVE_ON: Final = """
    INSERT INTO governance_auditsubject (subject_type, subject_id, next_seq, last_hash)
    VALUES (%s, %s, %s, %s) ON CONFLICT (subject_type, subject_id)
    DO UPDATE SET next_seq = excluded.next_seq, last_hash = excluded.last_hash
"""
_ENTRY: Final = """
    INSERT INTO governance_auditentry (
        line, subject_seq, id, occurred_at, action, actor_id, subject_type, subject_id, portfolio_id
    ) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_PENDING: Final = "INSERT INTO governance_auditpending (entry_id) VALUES (%s)"
_PERSONAL: Final = """
    INSERT INTO governance_auditpersonalvalue (entry_id, path, salt, value) VALUES (%s, %s, %s, %s)
"""


def _stored(value: object) -> Any:  # noqa: ANN401  what a column takes
    """As Django keeps it on SQLite; its ORM takes longer than all of these rows."""
    match value:
        case UUID():
            return value.hex
        case datetime():
            return connection.ops.adapt_datetimefield_value(value)
    return value


def _around_place(line: Line) -> tuple[bytes, bytes]:
    """The line's bytes before and after what it says of its place in the subject's chain."""
    try:
        raw = line.to_bytes()
    except NotCanonical as error:
        raise Invalid(_("The log cannot hold this: {why}.", why=str(error))) from error
    if (size := len(raw) - len(UNPLACED) + LONGEST_PLACE) > LARGEST_LINE:
        raise TooLarge(
            _(
                "An entry of {size} bytes is over the limit of {limit}.",
                size=size,
                limit=LARGEST_LINE,
            ),
            remedy=_("Store the long part as evidence and name its digest."),
        )
    head, _place, tail = raw.rpartition(UNPLACED)
    return head, tail
