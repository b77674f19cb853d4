"""The rows of one entry: its number within its subject, and then everything, in one turn.

Between a server and its database the turns are what takes time, and a statement of four tables is
slow to plan. So on PostgreSQL a function of the database, which keeps its plans, puts the number
into the line and writes all rows; SQLite, which has no turns, gets them one by one. The newest
migration that says `governance_audit_append` holds the function.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db import connection

from governance.audit.canonical import NotCanonical
from governance.audit.lines import LARGEST_LINE
from governance.audit.merkle import leaf_hash
from governance.errors import Invalid, TooLarge
from governance.sentences import sentence as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from governance.audit.lines import Line

# What a line says of its place before it has one: nothing after its subject can look like it.
UNPLACED: Final = b'"prev":null,"seq":0'
LONGEST_PLACE: Final = len('"prev":"","seq":') + 64 + 15


class Recorded(NamedTuple):
    """An entry that was written: its id, and its number among those of its subject."""

    id: UUID
    subject_seq: int


def write_entry(line: Line, values: Mapping[str, str], salts: Mapping[str, bytes]) -> Recorded:
    """Entry, queue, end of the subject's chain, personal values; `line` has no number yet.

    The subject's chain stays locked until commit.

    Raises:
        Invalid: a value has no canonical form. TooLarge: the line is longer than 64 KiB.
    """
    around = _around_place(line)
    write = _write_in_one_turn if connection.vendor == "postgresql" else _write_row_by_row
    return Recorded(line.id, write(line, around, values, salts))


def _write_in_one_turn(
    line: Line,
    around: tuple[bytes, bytes],
    values: Mapping[str, str],
    salts: Mapping[str, bytes],
) -> int:
    personal = [(path, salts[path].hex(), value) for path, value in values.items()]
    halves = (part.decode() for part in around)
    with connection.cursor() as cursor:
        cursor.execute(_CALL, [*halves, *_copies(line, str), json.dumps(personal)])
        seq: int = cursor.fetchone()[0]
    return seq


# Every value travels as text: what psycopg makes of ids and lists takes it longer than all else.
_CALL: Final = """
    SELECT governance_audit_append(
        %s, %s, %s::uuid, %s::timestamptz, %s, %s::uuid, %s, %s::uuid, %s::uuid, %s::jsonb
    )
"""


def _write_row_by_row(
    line: Line,
    around: tuple[bytes, bytes],
    values: Mapping[str, str],
    salts: Mapping[str, bytes],
) -> int:
    entry, subject = line.id.hex, (line.subject_type, line.subject_id.hex)
    with connection.cursor() as cursor:
        cursor.execute(_LAST, subject)
        seq, before = cursor.fetchone() or (1, b"")
        prev = b'"%s"' % bytes(before).hex().encode() if before else b"null"
        raw = (b'"prev":%s,"seq":%d' % (prev, seq)).join(around)
        cursor.execute(_MOVE_ON, [*subject, seq + 1, leaf_hash(raw)])
        cursor.execute(_ENTRY, [raw, seq, *_copies(line, _hex)])
        cursor.execute(_PENDING, [entry])
        for path, value in values.items():
            cursor.execute(_PERSONAL, [entry, path, salts[path], value])
    return int(seq)


def _hex(value: UUID) -> str:
    return value.hex


def _copies(line: Line, told: Callable[[UUID], str]) -> tuple[str | None, ...]:
    """The columns beside the line, as text that the database takes."""
    who, portfolio = line.author.person_id, line.portfolio_id
    return (
        told(line.id),
        str(connection.ops.adapt_datetimefield_value(line.occurred_at)),
        line.action,
        told(who) if who else None,
        line.subject_type,
        told(line.subject_id),
        told(portfolio) if portfolio else None,
    )


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
