"""One site for the tests of a module: its database, its forge and its address."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from playwright.sync_api import expect
from pytest_django import DjangoDbBlocker

from tests.chromium import served
from tests.databases import POSTGRESQL, Database, Shelf, using

expect.set_options(timeout=15_000)  # a machine under load is slow, not wrong


@pytest.fixture(scope="module")
def house_database(
    shelf: Shelf,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Database]:
    """A database in which transactions really commit, and a forge, for all tests of a module."""
    forge: Path = tmp_path_factory.mktemp("forge")
    with (
        django_db_blocker.unblock(),
        shelf.copy(POSTGRESQL) as copy,
        using(copy.url),
        override_settings(FORGE_DIR=forge),
    ):
        yield copy


@pytest.fixture(scope="module")
def site(house_database: Database) -> Iterator[str]:
    """Address of the real site, for all tests of a module."""
    with served() as address, override_settings(SITE_URL=address):
        yield address


@pytest.fixture(autouse=True)
def _fresh_tries() -> None:
    """So many people sign in here that the site would ask them to wait."""
    cache.clear()


@pytest.fixture(autouse=True)
def _own_forge() -> None:
    """Replaces that of all other tests: here the forge belongs to the module's site."""
    assert str(settings.FORGE_DIR)
