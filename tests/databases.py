"""Databases for tests: one migrated template of each kind, copied wherever a test needs its own.

Why copies: the log's triggers forbid DELETE and TRUNCATE, so Django's flush after a transactional
test cannot work here, and must not.
"""

import fcntl
import hashlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import grimp
import psycopg
import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import override_settings
from psycopg import sql
from pytest_django import DjangoDbBlocker

from governance.project.database import database_settings
from governance.project.environment import BASE_DIR
from tests.servers import Servers, postgres_folder

PREFIX = "test_foureyes"
TEMPLATES = BASE_DIR / "var" / "templates"
POSTGRESQL, SQLITE = "postgresql", "sqlite"


@dataclass(frozen=True, slots=True)
class Database:
    """A database with every migration applied; `url` is a DATABASE_URL for child processes."""

    vendor: str
    url: str


class Shelf:
    """The templates, and copies of them for one worker."""

    def __init__(self, servers: Servers, worker: str) -> None:
        """Nothing is made before a test asks for it."""
        self.servers = servers
        self.worker = worker
        self.numbers = itertools.count(1)
        self.templates: dict[str, str] = {}

    @contextmanager
    def copy(self, vendor: str) -> Iterator[Database]:
        """A fresh copy of the template, gone afterwards."""
        if vendor not in self.templates:
            make = self.make_postgres if vendor == POSTGRESQL else self.make_sqlite
            self.templates[vendor] = make()
        lend = self.copy_postgres if vendor == POSTGRESQL else self.copy_sqlite
        with lend(f"{PREFIX}_{self.worker}_{next(self.numbers)}") as url:
            yield Database(vendor, url)

    @contextmanager
    def copy_postgres(self, name: str) -> Iterator[str]:
        server = self.servers.database_url()
        drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        with psycopg.connect(server, autocommit=True) as control:
            control.execute(drop)
            create_database(control, name, self.templates[POSTGRESQL])
            try:
                yield with_name(server, name)
            finally:
                control.execute(drop)

    @contextmanager
    def copy_sqlite(self, name: str) -> Iterator[str]:
        folder = self.servers.folder / "sqlite" / name
        folder.mkdir(parents=True)
        file = folder / "foureyes.sqlite3"
        shutil.copyfile(self.templates[SQLITE], file)
        try:
            yield f"sqlite:///{file}"
        finally:
            shutil.rmtree(folder)

    def make_postgres(self) -> str:
        """Migrate a template once a server and state of the code; others wait for its lock."""
        server = self.servers.database_url()
        name = f"{PREFIX}_template_{code_digest()}"
        with psycopg.connect(server, autocommit=True) as control:
            control.execute("SELECT pg_advisory_lock(hashtext(%s))", [PREFIX])
            if not database_exists(control, name):
                drop_old_templates(control)
                unfinished = f"{PREFIX}_unfinished"
                create_database(control, unfinished, "template1")
                kept = f"{control.info.server_version}.sql"  # only its own kind reads a dump
                fill(with_name(server, unfinished), kept_file(kept))
                rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                control.execute(rename.format(*map(sql.Identifier, (unfinished, name))))
        return name

    def make_sqlite(self) -> str:
        """Migrate a template file once a session; other workers wait for its lock."""
        folder = self.servers.folder / "sqlite"
        folder.mkdir(exist_ok=True)
        file = folder / "template.sqlite3"
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not file.exists():
                unfinished, kept = folder / "unfinished.sqlite3", kept_file("sqlite3")
                if not kept.exists():
                    migrate(f"sqlite:///{unfinished}")
                    keep(unfinished, kept)
                shutil.copyfile(kept, file)
        return str(file)


@cache
def code_digest() -> str:
    """Short digest of all that a migration may read: our Python behind it, and its libraries.

    Models are among it: their permissions and content types are rows of every database.
    """
    digest = hashlib.sha256()
    for path in (BASE_DIR / "requirements" / "base.txt", *sources()):
        digest.update(f"{path.relative_to(BASE_DIR)}\n".encode() + path.read_bytes())
    return digest.hexdigest()[:12]


def sources() -> list[Path]:
    """The files of migrations and models, and of every module that those import."""
    graph = grimp.build_graph("governance", "workflows", cache_dir=None)
    read = {name for name in graph.modules if {"migrations", "models"} & set(name.split("."))}
    for name in tuple(read):
        read |= graph.find_upstream_modules(name)
    files = [BASE_DIR.joinpath(*name.split(".")) for name in sorted(read)]
    return [
        file.with_suffix(".py") if not file.is_dir() else file / "__init__.py" for file in files
    ]


def with_name(server: str, name: str) -> str:
    """Return the server's address with another database name."""
    return urlunsplit(urlsplit(server)._replace(path=f"/{name}"))


def create_database(control: psycopg.Connection[Any], name: str, template: str) -> None:
    """Copy one database to another name, file by file where the server can."""
    newer = control.info.server_version >= 150000
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {}" + " STRATEGY file_copy" * newer)
    control.execute(create.format(sql.Identifier(name), sql.Identifier(template)))


def database_exists(control: psycopg.Connection[Any], name: str) -> bool:
    """Whether the server has this database."""
    found = control.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
    return found.fetchone() is not None


def drop_old_templates(control: psycopg.Connection[Any]) -> None:
    """Remove templates of former states of the code, and one that was never finished."""
    query = r"SELECT datname FROM pg_database WHERE datname ~ %s"
    for (name,) in control.execute(query, [f"^{PREFIX}_(template_|unfinished)"]).fetchall():
        control.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def kept_file(ending: str) -> Path:
    """Where a template of this state of the code stays for the next run."""
    return TEMPLATES / f"{code_digest()}.{ending}"


def keep(unfinished: Path, kept: Path) -> None:
    """Keep a template for the next run, and forget those of former states of the code."""
    kept.parent.mkdir(parents=True, exist_ok=True)
    for old in kept.parent.iterdir():
        if not old.name.startswith(code_digest()):
            old.unlink()
    shutil.copyfile(unfinished, beside := kept.with_suffix(f".{os.getpid()}"))
    beside.rename(kept)


def fill(url: str, kept: Path) -> None:
    """Read the template of a former run, or migrate and keep it for the next one."""
    folder = postgres_folder()
    if folder and kept.exists():
        quiet = ["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1"]
        subprocess.run(
            [folder / "psql", *quiet, f"--file={kept}", url], check=True, capture_output=True
        )
        return
    migrate(url)
    if folder:
        write_dump(folder / "pg_dump", url, kept)


def write_dump(program: Path, url: str, kept: Path) -> None:
    """Keep a database as SQL for any account; a server newer than the program refuses: then not."""
    command = [program, "--no-owner", url]
    with tempfile.NamedTemporaryFile() as dump:
        done = subprocess.run(command, check=False, stdout=dump, stderr=subprocess.DEVNULL)
        if done.returncode == 0:
            keep(Path(dump.name), kept)


def migrate(url: str) -> None:
    """Apply every migration to an empty database."""
    with using(url):
        call_command("migrate", verbosity=0, interactive=False)


@contextmanager
def using(url: str) -> Iterator[None]:
    """Point every new connection of this process, and of its children, at a database.

    The connection that this thread had is put aside, not closed, and is back afterwards.
    """
    kept = connections["default"], connections.settings["default"], os.environ["DATABASE_URL"]
    # A site in threads of this process ends its connections with each request: the copy will go.
    ended = {"CONN_MAX_AGE": 0}
    entry = connections.configure_settings({"default": database_settings(url) | ended})["default"]
    connections.settings["default"] = entry
    del connections["default"]
    os.environ["DATABASE_URL"] = url
    forget_rows()
    try:
        yield
    finally:
        connections["default"].close()
        (connections["default"], connections.settings["default"], os.environ["DATABASE_URL"]) = kept
        forget_rows()


def forget_rows() -> None:
    """Empty what Django remembers of one database's rows."""
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415  apps load later

    ContentType.objects.clear_cache()
    for one in caches.all(initialized_only=True):
        one.clear()


@contextmanager
def rolled_back() -> Iterator[None]:
    """Run a test in a transaction that never commits, and check its deferred constraints."""
    if connection.in_atomic_block:
        # A module's story is checked here, once: what a savepoint checks is forgotten with it.
        connection.check_constraints()
    outer = transaction.atomic()
    # As Django's TestCase does, so that durable blocks may run inside.
    outer._from_testcase = True  # type: ignore[attr-defined]
    outer.__enter__()
    try:
        yield
        if connection.is_usable() and not connection.needs_rollback:
            connection.check_constraints()
    finally:
        transaction.set_rollback(True)
        outer.__exit__(None, None, None)


@pytest.fixture(scope="session")
def shelf(servers: Servers, worker: str, django_test_environment: None) -> Shelf:
    """Templates and copies of this worker."""
    return Shelf(servers, worker)


@pytest.fixture(scope="session")
def django_db_setup(shelf: Shelf, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Replace pytest-django's: this worker's own copy, for tests that run in a transaction."""
    with ExitStack() as stack:
        with django_db_blocker.unblock():
            stack.enter_context(using(stack.enter_context(shelf.copy(POSTGRESQL)).url))
        yield
        with django_db_blocker.unblock():
            stack.close()


@pytest.fixture
def database(
    request: pytest.FixtureRequest, shelf: Shelf, django_db_blocker: DjangoDbBlocker
) -> Iterator[Database]:
    """A fresh database of the test's own, in which transactions really commit."""
    vendor = getattr(request, "param", POSTGRESQL)
    with django_db_blocker.unblock(), shelf.copy(vendor) as copy, using(copy.url):
        yield copy


@pytest.fixture(scope="module")
def module_db(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """A transaction around all tests of a module, for a story that is told once for all of them.

    Each test runs in a savepoint inside, so that what one changes no other sees, and with another
    forge than the story, which begins with an empty one. SQLITE as parameter: a file of its own.
    For a fixture of the module's own: `@pytest.fixture(scope="module") def version(module_db): ...`
    """
    forge = override_settings(FORGE_DIR=Path(settings.VAR_DIR) / f"forge-{uuid4().hex}")
    with django_db_blocker.unblock(), ExitStack() as stack:
        if getattr(request, "param", POSTGRESQL) == SQLITE:
            copy = request.getfixturevalue("shelf").copy(SQLITE)
            stack.enter_context(using(stack.enter_context(copy).url))
        with forge, rolled_back():
            yield


@pytest.fixture
def _django_db_helper(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """Replace pytest-django's: roll back, or for a transactional test give a copy; never flush."""
    if "database" in request.fixturenames or is_transactional(request):
        request.getfixturevalue("database")
        yield
        return
    with django_db_blocker.unblock(), rolled_back():
        yield


def is_transactional(request: pytest.FixtureRequest) -> bool:
    """Whether the test asks for real commits in pytest-django's words."""
    marker = request.node.get_closest_marker("django_db")
    asked = bool(marker and marker.kwargs.get("transaction"))
    return asked or bool({"transactional_db", "live_server"} & set(request.fixturenames))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run tests marked `both_databases` once on each, on those in its `soak` by `make soak`."""
    if marker := metafunc.definition.get_closest_marker("both_databases"):
        if "database" not in metafunc.fixturenames:
            metafunc.fixturenames.append("database")
        later = dict.fromkeys(marker.kwargs.get("soak", ()), pytest.mark.soak)
        each = [pytest.param(one, marks=later.get(one, ())) for one in (POSTGRESQL, SQLITE)]
        metafunc.parametrize("database", each, indirect=True)


@pytest.fixture(autouse=True)
def _both_databases(request: pytest.FixtureRequest) -> None:
    """Set the database up for a marked test that does not name the fixture."""
    if request.node.get_closest_marker("both_databases"):
        request.getfixturevalue("database")
