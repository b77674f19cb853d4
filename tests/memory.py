"""A story that was told once is remembered: told again from the same start, its rows come back.

Telling takes seconds, remembering milliseconds, and many modules begin with the same story. The
first teller runs the real operations; what they did to the rows and to the forge is kept for this
process. It comes back only where telling would do the same: the database holds exactly the rows
that it held then (a hash of every row of every table), the forge the same files, the settings are
the same, nobody travels in time, and the test has not replaced a part of the product
(`monkeypatch`). Otherwise, and on SQLite, the story is told.

Rows come back with the rights of whoever restores a dump. The log's triggers stay on even then:
entries are only ever added.
"""

import copy
import hashlib
import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import pytest
import time_machine
from django.conf import UserSettingsHolder, settings
from django.db import connection, models, transaction

P = ParamSpec("P")
T = TypeVar("T")
Rows = dict[str, set[str]]

# What a test may replace without changing how a story goes; the forge's files count, not its place.
PLACES = {"FORGE_DIR"}
REPLACES_PARTS = {"monkeypatch"}


@dataclass(frozen=True, slots=True)
class Told:
    """What one telling left behind: its result, and per table the rows that came and went."""

    result: Any
    came: Rows
    went: Rows
    forge: Path
    ends_at: str


@dataclass
class Memory:
    """Everything that this process remembers."""

    stories: dict[str, Told]
    known: set[str]
    closed: bool = False


MEMORY = Memory({}, set())


def remembered(tell: Callable[P, T]) -> Callable[P, T]:
    """Decorate a teller whose result is rows, words, or None."""

    @wraps(tell)
    def remember(*args: P.args, **kwargs: P.kwargs) -> T:
        start = standing()
        if start not in MEMORY.known:
            return tell(*args, **kwargs)
        key = digest(start, tell.__qualname__, words_of(args), words_of(kwargs))
        if key in MEMORY.stories:
            restore(MEMORY.stories[key])
        else:
            MEMORY.stories[key] = keep(key, lambda: tell(*args, **kwargs))
        told = MEMORY.stories[key]
        MEMORY.known.add(told.ends_at)
        return copy.deepcopy(told.result)

    return remember


def keep(key: str, tell: Callable[[], Any]) -> Told:
    """Tell, and see what came of it."""
    before = rows()
    result = tell()
    after = rows()
    forge = Path(settings.VAR_DIR) / "remembered" / key
    copy_forge(Path(settings.FORGE_DIR), forge)
    came = {table: new for table in after if (new := after[table] - before[table])}
    went = {table: old for table in before if (old := before[table] - after[table])}
    return Told(copy.deepcopy(result), came, went, forge, standing())


def restore(told: Told) -> None:
    """Make the database and the forge what they were when the story had been told."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, new in told.came.items():
            cursor.execute(upsert_sql(table), [list(new)])
        for table, old in told.went.items():
            cursor.execute(f'DELETE FROM "{table}" t WHERE t::text = ANY(%s)', [list(old)])  # noqa: S608
        for table in told.came:
            count_on(cursor, table)
        cursor.execute("SET LOCAL session_replication_role = origin")
    copy_forge(told.forge, Path(settings.FORGE_DIR))


def copy_forge(source: Path, target: Path) -> None:
    """Make one folder hold what the other does; a forge that nobody wrote to has no folder."""
    shutil.rmtree(target, ignore_errors=True)
    if source.exists():
        shutil.copytree(source, target)


def standing() -> str:
    """Digest of all that a story starts from; empty where nothing may be remembered."""
    if MEMORY.closed or time_machine.escape_hatch.is_travelling() or not may_restore():
        return ""
    with connection.cursor() as cursor:
        cursor.execute(hashes_sql())
        found = cursor.fetchall()
    start = digest(found, forge_files(), overridden())
    if not any(count for table, count, _ in found if table == "governance_user"):
        MEMORY.known.add(start)  # nobody is there: where every story begins
    return start


def may_restore() -> bool:
    """Whether this account may silence the triggers that only let versions be born as drafts."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


def forge_files() -> list[tuple[str, str]]:
    """Every file of the forge, and what it holds."""
    forge = Path(settings.FORGE_DIR)
    files = sorted(path for path in forge.rglob("*") if path.is_file())
    return [(str(path.relative_to(forge)), digest(path.read_bytes())) for path in files]


def overridden() -> list[tuple[str, str]]:
    """The settings that a test has changed."""
    found: dict[str, str] = {}
    layer = settings._wrapped
    while isinstance(layer, UserSettingsHolder):
        changed = {name: repr(value) for name, value in vars(layer).items() if name.isupper()}
        found = changed | found
        layer = layer.default_settings
    return sorted((name, value) for name, value in found.items() if name not in PLACES)


def words_of(value: Any) -> Any:
    """Arguments of a teller as words that are the same for the same row."""
    if isinstance(value, models.Model):
        return [value._meta.label, str(value.pk)]
    if isinstance(value, dict):
        return [(name, words_of(one)) for name, one in sorted(value.items())]
    return [words_of(one) for one in value] if isinstance(value, tuple) else repr(value)


def digest(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


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
def columns_of(table: str) -> list[str]:
    """Every column of a table."""
    with connection.cursor() as cursor:
        return [
            column.name for column in connection.introspection.get_table_description(cursor, table)
        ]


@cache
def hashes_sql() -> str:
    """For each table: its name, how many rows, and a hash of them all, whatever their order."""
    one = "SELECT '{0}', count(*), sum(hashtextextended(t::text, 0))::text FROM \"{0}\" t"
    return " UNION ALL ".join(one.format(table) for table in tables())


def rows() -> Rows:
    """Every row of every table, as PostgreSQL writes it."""
    found: Rows = {table: set() for table in tables()}
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


def count_on(cursor: Any, table: str) -> None:
    """Numbers that the database gives come after those that came back."""
    for column in tables()[table]:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [f'"{table}"', column])
        (sequence,) = cursor.fetchone()
        if sequence:
            cursor.execute(
                f'SELECT setval(%s, greatest((SELECT max({column}) FROM "{table}"), '  # noqa: S608
                f"(SELECT last_value FROM {sequence})))",
                [sequence],
            )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test that replaces parts of the product, itself or in a fixture, has its stories told."""
    asked: Any = item._fixtureinfo  # type: ignore[attr-defined]
    names = set(asked.argnames)
    for fixture in (one for found in asked.name2fixturedefs.values() for one in found):
        if fixture.baseid:  # ours; pytest's own and its plugins' have none
            names |= set(fixture.argnames)
    MEMORY.closed = bool(REPLACES_PARTS & names)
