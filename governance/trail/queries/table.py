"""Entries as the cells of a table: one reading for CSV and XLSX, a quicker one on PostgreSQL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import connection

from governance.audit.canonical import canonical
from governance.audit.lines import parse
from governance.audit.queries import placed
from governance.trail.queries.scoping import entries_in
from governance.trail.sheets import DANGEROUS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from governance.trail.queries.scoping import Placed
    from governance.trail.scopes import Scope

# The same cells as `cells` gives, made by the database: Python prints a tenth as many rows.
_COPY = """
    COPY (
        SELECT chosen.idx AS entry, l.ts AS time, l.action, l.actor->>'kind' AS actor_kind,
               CASE WHEN left(named.value, 1) IN ({dangerous}) THEN '''' || named.value
                    ELSE coalesce(named.value, l.actor->>'name') END AS actor_name,
               l.actor->>'person' AS person_id, l.actor->>'account' AS account_id,
               l.actor->>'surface' AS surface, l.subject->>'type' AS subject_type,
               l.subject->>'id' AS subject_id, l.subject->>'seq' AS subject_seq,
               l.portfolio AS portfolio_id, l.before, l.after, l.details,
               coalesce(personal.value, '{{}}') AS personal, l.id
        FROM ({chosen}) AS chosen (idx, entry_id, line)
        CROSS JOIN LATERAL json_to_record(convert_from(chosen.line, 'UTF8')::json) AS l (
            id text, ts text, action text, actor json, subject json, portfolio text,
            before text, after text, details text)
        LEFT JOIN governance_auditpersonalvalue AS named
            ON named.entry_id = chosen.entry_id AND named.path = 'actor.name'
               AND named.erased_at IS NULL
        LEFT JOIN LATERAL (
            SELECT '{{' || string_agg(
                       to_json(path)::text || ':' || to_json(value)::text, ',' ORDER BY path
                   ) || '}}' AS value
            FROM governance_auditpersonalvalue
            WHERE entry_id = chosen.entry_id AND path <> 'actor.name' AND erased_at IS NULL
        ) AS personal ON true
        ORDER BY chosen.idx
    ) TO STDOUT (FORMAT csv, HEADER true)
"""


def cells(entry: Placed) -> list[str]:
    """The cells of one entry, in the order of COLUMNS."""
    line = parse(entry.line)
    value = json.loads(entry.line)
    personal = {one.path: one.value for one in entry.openings}
    name = personal.pop("actor.name", line.author.name)
    return [
        str(entry.index),
        value["ts"],
        line.action,
        line.author.kind,
        name,
        value["actor"]["person"] or "",
        value["actor"]["account"] or "",
        line.author.surface,
        line.subject_type,
        str(line.subject_id),
        str(line.seq),
        value["portfolio"] or "",
        *(_compact(value[part]) for part in ("before", "after", "details")),
        _compact(personal),
        str(line.id),
    ]


def _compact(value: Mapping[str, object]) -> str:
    return canonical(value).decode()


def copy_csv(scope: Scope, size: int, write: Callable[[bytes], object]) -> None:
    """The CSV of a scope, streamed out of PostgreSQL; only there."""
    chosen, params = (
        placed(entries_in(scope), size)
        .values_list("leaf__idx", "pk", "line")
        .query.sql_with_params()
    )
    dangerous = ", ".join(f"E'\\x{ord(sign):02x}'" for sign in DANGEROUS)
    statement = _COPY.format(chosen=chosen, dangerous=dangerous)
    with connection.cursor() as cursor, cursor.copy(statement, params) as copy:
        for piece in copy:
            write(bytes(piece))
