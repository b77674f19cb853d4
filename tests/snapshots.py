"""What a database holds, as words: to tell two states apart, and to bring one back.

PostgreSQL gives rows back as text, and only those that came or went are kept. SQLite has no way to
put its triggers to sleep, so there a state is the whole file.

Rows come back with the rights of whoever restores a dump. The log's triggers stay on even then:
entries are only ever added.
"""

import gzip
import json
import sqlite3
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from django.db import connection, transaction

Rows = dict[str, list[str]]

WRITTEN_SQL = """SELECT pg_current_xact_id_if_assigned()::text,
  array_agg(pg_stat_get_xact_tuples_inserted(oid)
  + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) ORDER BY oid)
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"""


class Snapshots(Protocol):
    """How a kind of database remembers what was done to it."""

    def hashes(self) -> list[Any]:
        """For each table its name, how many rows, and a hash of them all, whatever their order."""

    def begin(self) -> None:
        """Note what there is before a story."""

    def keep(self, folder: Path) -> str:
        """Write what has been done since; returns every row that came, in one text."""

    def restore(self, folder: Path) -> None:
        """Do it again."""


def snapshots() -> Snapshots | None:
    """Those of the present database; None where it cannot bring a state back."""
    if connection.vendor == "sqlite":
        return None if connection.in_atomic_block else OfSqlite()
    return OfPostgres() if is_superuser(connection.settings_dict["USER"]) else None


@cache
def is_superuser(_account: str) -> bool:
    """Whether this account may silence the triggers that only let versions be born as drafts."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


# The hashes of each state that was seen in a test's transaction.
SEEN: dict[Any, list[Any]] = {}


class OfPostgres:
    """Rows that came and went, by table."""

    def __init__(self) -> None:
        """Nothing has begun."""
        self.before: dict[str, set[str]] = {}

    def hashes(self) -> list[Any]:
        state = written_so_far()
        if state is None:
            return read_hashes()
        if state not in SEEN:
            SEEN[state] = read_hashes()
        return SEEN[state]

    def begin(self) -> None:
        self.before = rows()

    def keep(self, folder: Path) -> str:
        before, after = self.before, rows()
        came = {table: sorted(new) for table in after if (new := after[table] - before[table])}
        went = {table: sorted(old) for table in before if (old := before[table] - after[table])}
        words = json.dumps({"came": came, "went": went})
        (folder / "rows.json.gz").write_bytes(gzip.compress(words.encode(), compresslevel=1))
        return words

    def restore(self, folder: Path) -> None:
        """All in one statement of many: a hundred round trips would take longer than their work."""
        told = json.loads(gzip.decompress((folder / "rows.json.gz").read_bytes()))
        # What changed goes first and comes again, or two champions would meet in between; but
        # from a table of the log nothing goes.
        gone = told["went"].keys() - appended()
        said = [(f'DELETE FROM "{t}" t WHERE t::text = ANY(%s)', told["went"][t]) for t in gone]  # noqa: S608
        said += [(upsert_sql(table), new) for table, new in told["came"].items()]
        asleep = "SET LOCAL session_replication_role = replica"
        awake = "SET LOCAL session_replication_role = origin"
        counted = [sql for table in told["came"] for sql in count_on_sql(table)]
        statements = [asleep, *(sql for sql, _rows in said), *counted, awake]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("; ".join(statements), [rows for _sql, rows in said])


class OfSqlite:
    """The file as it was at the end."""

    def hashes(self) -> list[Any]:
        return [
            (table, len(found := sorted(map(repr, select(table)))), "\n".join(found))
            for table in sqlite_tables()
        ]

    def begin(self) -> None:
        """A copy needs no before."""

    def keep(self, folder: Path) -> str:
        with sqlite3.connect(folder / "file.sqlite3") as copy:
            file_of_connection().backup(copy)
        copy.close()
        return repr([select(table) for table in sqlite_tables()])

    def restore(self, folder: Path) -> None:
        with sqlite3.connect(folder / "file.sqlite3") as copy:
            copy.backup(file_of_connection())
        copy.close()


def file_of_connection() -> sqlite3.Connection:
    """Python's own connection behind Django's."""
    connection.ensure_connection()
    found: sqlite3.Connection = connection.connection
    return found


def select(table: str) -> list[tuple[Any, ...]]:
    """Every row of a table in SQLite, without Django's converters."""
    return file_of_connection().execute(f'SELECT * FROM "{table}"').fetchall()  # noqa: S608


def sqlite_tables() -> list[str]:
    """Every table of the file that holds rows of ours."""
    query = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
    return sorted(name for (name,) in file_of_connection().execute(query))


@cache
def tables() -> dict[str, list[str]]:
    """Every table and the columns of its key; migrations make them the same everywhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, attname FROM pg_constraint JOIN pg_attribute "
            "ON attrelid = conrelid AND attnum = ANY(conkey) WHERE contype = 'p' "
            "AND connamespace = 'public'::regnamespace ORDER BY 1, 2"
        )
        found = defaultdict(list)
        for table, column in cursor.fetchall():
            found[table].append(column)
        return dict(found)


@cache
def appended() -> set[str]:
    """The tables whose triggers nothing puts to sleep."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgenabled = 'A'")
        return {table for (table,) in cursor.fetchall()}


@cache
def columns_of(table: str) -> list[str]:
    """Every column of a table."""
    with connection.cursor() as cursor:
        return [
            column.name for column in connection.introspection.get_table_description(cursor, table)
        ]


def read_hashes() -> list[Any]:
    """One query over all tables."""
    with connection.cursor() as cursor:
        cursor.execute(hashes_sql())
        return sorted(cursor.fetchall())  # parallel workers answer in any order


def written_so_far() -> Any:
    """What tells two states of a test's transaction apart; None where others may write between.

    Which transaction, in which savepoints, and how many rows it has written to each table: such
    numbers only grow, also when a savepoint is rolled back. The first write gives a transaction its
    number; before, all of them see the same.
    """
    if not in_a_transaction_of_tests():
        return None
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN_SQL)
        number, written = cursor.fetchone()
    name = connection.settings_dict["NAME"]
    return (name, number, tuple(connection.savepoint_ids), *written) if number else (name,)


def in_a_transaction_of_tests() -> bool:
    """Whether all that is written here is rolled back in the end (see databases.py)."""
    return any(getattr(block, "_from_testcase", False) for block in connection.atomic_blocks)


@cache
def hashes_sql() -> str:
    """One query for all tables of PostgreSQL."""
    one = "SELECT '{0}', count(*), sum(hashtextextended(t::text, 0))::text FROM \"{0}\" t"
    return " UNION ALL ".join(one.format(table) for table in tables())


def rows() -> dict[str, set[str]]:
    """Every row of every table, as PostgreSQL writes it."""
    found: dict[str, set[str]] = {table: set() for table in tables()}
    with connection.cursor() as cursor:
        one = "SELECT '{0}', t::text FROM \"{0}\" t"
        cursor.execute(" UNION ALL ".join(one.format(table) for table in tables()))
        for table, row in cursor:
            found[table].add(row)
    return found


def upsert_sql(table: str) -> str:
    """Put rows in, over those with the same key."""
    keys = ", ".join(f'"{column}"' for column in tables()[table])
    rest = [column for column in columns_of(table) if column not in tables()[table]]
    sets = ", ".join(f'"{column}" = excluded."{column}"' for column in rest)
    follow = f"UPDATE SET {sets}" if sets else "NOTHING"
    return (
        f'INSERT INTO "{table}" SELECT (r::"{table}").* FROM unnest(%s::text[]) r '  # noqa: S608
        f"ON CONFLICT ({keys}) DO {follow}"
    )


def count_on_sql(table: str) -> list[str]:
    """Numbers that the database gives come after those that came back."""
    return [
        f"SELECT setval('{sequence}', greatest((SELECT max({column}) FROM \"{table}\"), "  # noqa: S608
        f"(SELECT last_value FROM {sequence})))"
        for column in tables()[table]
        if (sequence := sequences().get((table, column)))
    ]


@cache
def sequences() -> dict[tuple[str, str], str]:
    """The sequence behind each column that has one; migrations make them the same everywhere."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT t.relname, attname, s.oid::regclass::text FROM pg_class s "
            "JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i') "
            "AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass "
            "JOIN pg_class t ON t.oid = d.refobjid "
            "JOIN pg_attribute ON attrelid = t.oid AND attnum = d.refobjsubid "
            "WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace"
        )
        return {(table, column): sequence for table, column, sequence in cursor.fetchall()}
