"""Entries as the cells of a table: one reading for CSV and XLSX, a quicker one on PostgreSQL."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.db import connection

from governance.access.sheet import STARTS_A_FORMULA
from governance.audit.canonical import canonical
from governance.audit.lines import parse
from governance.audit.queries import placed
from governance.trail.queries.scoping import entries_in

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from governance.trail.queries.scoping import Placed
    from governance.trail.scopes import Scope

# The same cells as `cells` gives, made by the database: Python prints a tenth as many rows. One
# sort at the end, and whatever reads JSON below it, so that several workers can share the lines.
_COPY = """
    COPY (
        SELECT chosen.idx AS entry, l.ts AS time, l.action, a.kind AS actor_kind,
               {actor_name} AS actor_name,
               a.person AS person_id, a.account AS account_id, a.surface,
               coalesce(l.auth ->> 'roles', '[]') AS roles,
               s.type AS subject_type, s.id AS subject_id, s.seq AS subject_seq,
               l.portfolio AS portfolio_id, l.before, l.after, l.details,
               coalesce(personal.value, '{{}}') AS personal, l.id
        FROM ({chosen}) AS chosen (idx, entry_id, line)
        CROSS JOIN LATERAL json_to_record(convert_from(chosen.line, 'UTF8')::json) AS l (
            id text, ts text, action text, actor json, auth json, subject json, portfolio text,
            before text, after text, details text)
        CROSS JOIN LATERAL json_to_record(l.actor) AS a (
            kind text, name text, person text, account text, surface text)
        CROSS JOIN LATERAL json_to_record(l.subject) AS s (type text, id text, seq text)
        LEFT JOIN governance_auditpersonalvalue AS named
            ON named.entry_id = chosen.entry_id AND named.path = 'actor.name'
               AND named.erased_at IS NULL
        LEFT JOIN (
            SELECT entry_id, '{{' || string_agg(
                       to_json(path)::text || ':' || to_json(value)::text,
                       ',' ORDER BY path COLLATE "C"
                   ) || '}}' AS value
            FROM governance_auditpersonalvalue
            WHERE path <> 'actor.name' AND erased_at IS NULL {among} GROUP BY entry_id
        ) AS personal ON personal.entry_id = chosen.entry_id
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
        _compact(value["auth"].get("roles", [])),
        line.subject_type,
        str(line.subject_id),
        str(line.seq),
        value["portfolio"] or "",
        *(_compact(value[part]) for part in ("before", "after", "details")),
        _compact(personal),
        str(line.id),
    ]


def _compact(value: Mapping[str, object] | Sequence[object]) -> str:
    return canonical(value).decode()


def safe_sql(value: str) -> str:
    """PostgreSQL's `safe` of an expression that gives a text.

    Names alone can begin with such a sign: other columns hold words, numbers, ids and JSON.
    """
    dangerous = ", ".join(f"E'\\u{ord(sign):04x}'" for sign in STARTS_A_FORMULA)
    return f"CASE WHEN left({value}, 1) IN ({dangerous}) THEN '''' ELSE '' END || {value}"


def copy_csv(scope: Scope, size: int, write: Callable[[bytes], object]) -> None:
    """The CSV of a scope, streamed out of PostgreSQL; only there."""
    rows = placed(entries_in(scope), size).order_by()
    chosen, params = rows.values_list("leaf__idx", "pk", "line").query.sql_with_params()
    among, more = "", ()
    if not scope.is_whole:
        ids, more = rows.values_list("pk").query.sql_with_params()
        among = f"AND entry_id IN ({ids})"
    name = safe_sql("coalesce(named.value, a.name)")
    statement = _COPY.format(chosen=chosen, among=among, actor_name=name)
    with connection.cursor() as cursor, cursor.copy(statement, (*params, *more)) as copy:
        for piece in copy:
            write(bytes(piece))
