"""How a test gets what it needs. Everything is real; nothing is skipped (see servers.py).

- `@pytest.mark.django_db` or the fixture `db`: PostgreSQL, in a transaction that is rolled back.
- `@pytest.mark.django_db(transaction=True)`: PostgreSQL with real commits, in a fresh copy of the
  migrated template; for threads, locks, on-commit work and child processes. Never a flush.
- the fixture `database`: the same copy, with `.url` for a child process's DATABASE_URL (it also
  stands in os.environ while the test runs) and `.vendor`.
- `@pytest.mark.both_databases`: the same, once on PostgreSQL and once on a SQLite file. It needs no
  `django_db` beside it. With `soak=[SQLITE]` that one waits for `make soak`.
- `redis_url`: an empty Redis database of this worker's own.
- `live_site`: address of the real site, served by waitress in a thread on `database`.
- `page`: a Chromium page at no address yet; `open_page()` opens one for another person (own
  cookies). Any console error or breach of the content security policy fails the test; expected
  ones are announced: `console.allow("status of 403")`.
- the fixture `module_db`: a transaction around a module, for a story told once for all its tests.
  Another module that begins with the same story gets it from memory (see memory.py).
- settings: the pytest-django fixture `settings` overrides for one test. FORGE_DIR is a new folder
  for each test.

Marks: `browser`, `faults` and `both_databases` say what a test is; `soak` tests run by `make soak`.
"""

import gc
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

import django
import hypothesis
import pytest
import redis
from django.conf import settings as django_settings
from django.test import override_settings
from pytest_django import Settings

from governance.project.environment import VARIABLES
from tests.servers import MissingProgram, Servers

pytest_plugins = ["tests.databases", "tests.memory", "tests.chromium", "tests.ledger"]

SERVERS = pytest.StashKey[Servers]()
TEST_SETTINGS = {
    "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
    # Each test client makes a handler of its own, which would list all static files first.
    "WHITENOISE_AUTOREFRESH": True,
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
}

hypothesis.settings.register_profile("test", deadline=None, max_examples=50, print_blob=True)
hypothesis.settings.register_profile("soak", deadline=None, max_examples=2000, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose folders and ports, then let Django read its settings."""
    if django_settings.configured:
        message = "Unset DJANGO_SETTINGS_MODULE: the tests set up their own environment first."
        raise pytest.UsageError(message)
    servers = config.stash[SERVERS] = Servers()
    set_environment(str(servers.folder / worker_of(config)))
    django.setup()
    # Thousands of models and templates stay for good: looking through them again and again for
    # garbage takes a fifth of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    if config.getoption("numprocesses", None) and not config.option.collectonly:
        try:
            servers.start_for_workers()
        except MissingProgram as missing:
            raise pytest.UsageError(str(missing)) from missing
        del os.environ["DJANGO_SETTINGS_MODULE"]  # the workers set up their own first, too


def pytest_collection_finish() -> None:
    """The tests themselves, and all that they import, stay as well."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End the servers, whatever happened."""
    with suppress(KeyError):
        config.stash[SERVERS].stop()


def worker_of(config: pytest.Config) -> str:
    """Return gw0, gw1 ... under xdist, main without."""
    return str(getattr(config, "workerinput", {}).get("workerid", "main"))


def set_environment(folder: str) -> None:
    """Leave nothing of the caller's configuration, and nothing in the work tree."""
    for variable in VARIABLES:
        os.environ.pop(variable.name, None)
        os.environ.pop(f"{variable.name}_FILE", None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "governance.project.settings",
        # Nothing answers there: each test's database is set by the fixtures of databases.py.
        "DATABASE_URL": "postgres://nobody@127.0.0.1:9/no_database_was_asked_for",
        "SECRET_KEY": "only-for-tests",
        "FORGE_KEYS": "seals-what-no-forge-ever-takes-in-tests",
        "LOG_LEVEL": "WARNING",
        "VAR_DIR": folder,
    }


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    """The servers of this session; each starts when its address is first asked for."""
    return pytestconfig.stash[SERVERS]


@pytest.fixture(scope="session")
def worker(pytestconfig: pytest.Config) -> str:
    """Name of this process among the workers."""
    return worker_of(pytestconfig)


@pytest.fixture(scope="session", autouse=True)
def _test_settings(django_test_environment: None, audit_key: Path) -> Iterator[None]:
    with override_settings(AUDIT_KEY_FILE=audit_key, **TEST_SETTINGS):
        yield


@pytest.fixture(autouse=True)
def _own_forge(settings: Settings) -> None:
    """No test sees another's repositories; the folder is made by whoever writes to it first."""
    settings.FORGE_DIR = settings.VAR_DIR / f"forge-{uuid4().hex}"


@pytest.fixture
def redis_url(servers: Servers, worker: str) -> Iterator[str]:
    """Address of an empty Redis database that no other worker uses."""
    number = 1 + int(worker.removeprefix("gw")) if worker != "main" else 0
    url = f"{servers.redis_url().rpartition('/')[0]}/{number}"
    with redis.Redis.from_url(url) as client:
        client.flushdb()
        yield url
        client.flushdb()
