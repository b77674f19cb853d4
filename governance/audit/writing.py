"""The rows of one entry: its number within its subject, and then everything, in one turn.

Between a server and its database the turns are what takes time, and a statement of five tables is
slow to plan. So on PostgreSQL a function of the database puts the number into the line and writes
all rows; SQLite, which has no turns, gets them one by one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django.db import connection

from governance.audit.canonical import NotCanonical
from governance.audit.lines import LARGEST_LINE
from governance.audit.merkle import leaf_hash
from governance.audit.models import AuditEntry, AuditPending, AuditPersonalValue, AuditSubject
from governance.errors import Invalid, TooLarge
from governance.sentences import sentence as _

if TYPE_CHECKING:
    from collections.abc import Mapping

    from governance.audit.lines import Line

# What a line says of its place before it has one: nothing after its subject can look like it.
UNPLACED: Final = b'"prev":null,"seq":0'
LONGEST_PLACE: Final = len('"prev":"","seq":') + 64 + 15

_TAKE_NUMBER: Final = """
    INSERT INTO governance_auditsubject (subject_type, subject_id, next_seq, last_hash)
    VALUES ({type}, {id}, 2, {nothing})
    ON CONFLICT (subject_type, subject_id)
    DO UPDATE SET next_seq = governance_auditsubject.next_seq + 1
    RETURNING next_seq - 1, last_hash
"""
_FUNCTION_SQL: Final = f"""
    CREATE OR REPLACE FUNCTION governance_audit_append(
        head text, tail text, entry uuid, moment timestamptz, what text, who uuid,
        kind text, about uuid, portfolio uuid, personal text[],
        OUT number bigint, OUT raw bytea
    ) LANGUAGE plpgsql AS $$
    DECLARE
        last bytea;
        n int := cardinality(personal) / 3;  -- paths, then salts, then texts
    BEGIN
        {_TAKE_NUMBER.format(type="kind", id="about", nothing="''")} INTO number, last;
        raw := convert_to(
            head || '"prev":' || coalesce('"' || nullif(encode(last, 'hex'), '') || '"', 'null')
            || ',"seq":' || number || tail, 'UTF8');
        INSERT INTO governance_auditentry (
            id, line, occurred_at, action, actor_id, subject_type, subject_id, subject_seq,
            portfolio_id
        ) VALUES (entry, raw, moment, what, who, kind, about, number, portfolio);
        INSERT INTO governance_auditpending (entry_id) VALUES (entry);
        FOR at IN 1..n LOOP
            INSERT INTO governance_auditpersonalvalue (entry_id, path, salt, value)
            VALUES (entry, personal[at], decode(personal[n + at], 'hex'), personal[2 * n + at]);
        END LOOP;
        UPDATE governance_auditsubject SET last_hash = sha256('\\x00'::bytea || raw)
        WHERE subject_type = kind AND subject_id = about;
    END $$
"""  # noqa: S608  our own words


def create_sql(vendor: str) -> list[str]:
    """What a migration runs for `write_entry`."""
    return [_FUNCTION_SQL] if vendor == "postgresql" else []


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
    subject = {"subject_type": line.subject_type, "subject_id": line.subject_id}
    with connection.cursor() as cursor:
        taken = _TAKE_NUMBER.format(type="%s", id="%s", nothing="%s")
        cursor.execute(taken, [line.subject_type, line.subject_id.hex, b""])
        seq, before = cursor.fetchone()
    prev = b'"%s"' % bytes(before).hex().encode() if before else b"null"
    raw = (b'"prev":%s,"seq":%d' % (prev, seq)).join(around)
    entry = AuditEntry.objects.create(line=raw, subject_seq=seq, **_columns(line))
    AuditPending.objects.create(entry=entry)
    AuditSubject.objects.filter(**subject).update(last_hash=leaf_hash(raw))
    AuditPersonalValue.objects.bulk_create(
        AuditPersonalValue(entry=entry, path=path, salt=salts[path], value=value)
        for path, value in values.items()
    )
    return seq, raw


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
