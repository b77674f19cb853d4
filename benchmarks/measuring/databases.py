"""A migrated PostgreSQL of the benchmark's own, gone afterwards (TEST_DATABASE_URL is used)."""

import signal
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connection
from psycopg import sql

from measuring import SERVERS
from tests.databases import POSTGRESQL, Shelf, using, with_name
from tests.servers import Postgres


class Shipped(Postgres):
    """A PostgreSQL as it comes: a commit waits for the disk, workers share a query."""

    def options(self) -> dict[str, str]:
        """Nothing."""
        return {}


@contextmanager
def private_database() -> Iterator[None]:
    """Points Django at an empty, migrated database while the block runs."""
    try:
        with Shelf(SERVERS, "benchmark").copy(POSTGRESQL) as copy, using(copy.url):
            yield
    finally:
        SERVERS.stop()


@contextmanager
def shipped_database(room: str) -> Iterator[None]:
    """The same on a server as it is shipped, with its files in this folder."""
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=room) as folder:
        Path(folder).chmod(0o711)  # PostgreSQL passes through it under another account
        SERVERS.postgres = Shipped("postgresql", Path(folder) / "postgres", signal.SIGINT)
        with private_database():
            yield


@contextmanager
def flushes_taking(microseconds: int) -> Iterator[None]:
    """On a server of ours, whoever writes the log to the disk takes so much longer; all wait."""
    try:
        _set_delay(microseconds, siblings=0)
        yield
    finally:
        _set_delay(0, siblings=5)


def _set_delay(microseconds: int, *, siblings: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SYSTEM SET commit_delay = {microseconds:d}")
        cursor.execute(f"ALTER SYSTEM SET commit_siblings = {siblings:d}")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()  # who connects now has it


@contextmanager
def empty_database() -> Iterator[str]:
    """The address of a database without any table, gone afterwards."""
    server, name = SERVERS.database_url(), "benchmark_empty"
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    with psycopg.connect(server, autocommit=True) as control:
        control.execute(drop)
        control.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield with_name(server, name)
        finally:
            control.execute(drop)


def fill(table: str, statements: Sequence[str]) -> None:
    """Runs bulk statements that fill mostly one table, then lets the planner count.

    Foreign keys are not looked at, and the table's plain indexes are built afterwards, at once:
    row by row takes three times as long.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '256MB'")
        cursor.execute(PLAIN_INDEXES, [table])
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
        for statement in (*statements, *(definition for _name, definition in indexes)):
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")


PLAIN_INDEXES = """
    SELECT indexname, indexdef FROM pg_indexes WHERE tablename = %s AND NOT EXISTS (
        SELECT FROM pg_constraint WHERE conname = indexname)"""
