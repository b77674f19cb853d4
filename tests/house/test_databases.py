"""The databases that tests run on keep their promises (tests/databases.py)."""

import os
import subprocess
import sys
import threading

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction

from governance.project.environment import BASE_DIR
from tests.databases import Database


def add_row() -> None:
    ContentType.objects.create(app_label="house", model="row")


def rows() -> int:
    return ContentType.objects.filter(app_label="house").count()


@pytest.mark.django_db
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_plain_test_is_rolled_back(turn: str) -> None:
    """What one test writes, the next does not see; and the database is a PostgreSQL."""
    assert connection.vendor == "postgresql"
    assert rows() == 0
    add_row()
    with transaction.atomic(durable=True):
        assert rows() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_a_transactional_test_has_a_database_of_its_own(turn: str) -> None:
    """It commits, its on-commit work runs, and the next test starts from the template again."""
    committed = []
    assert rows() == 0
    with transaction.atomic():
        add_row()
        transaction.on_commit(lambda: committed.append(turn))
    assert committed == [turn]
    assert rows() == 1


@pytest.mark.both_databases
def test_threads_see_the_same_database(database: Database) -> None:
    """A thread's own connection goes to the test's database."""
    add_row()
    seen = []

    def look() -> None:
        seen.append((connection.vendor, rows()))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [(database.vendor, 1)]


@pytest.mark.both_databases
def test_child_processes_see_the_same_database(database: Database) -> None:
    """`database.url` stands in the environment, so manage.py and a worker work on it."""
    assert os.environ["DATABASE_URL"] == database.url
    add_row()
    query = (
        "from django.contrib.contenttypes.models import ContentType as C; "
        "print(C.objects.filter(app_label='house').count())"
    )
    child = [sys.executable, "manage.py", "shell", "-v", "0", "-c", query]
    result = subprocess.run(child, cwd=BASE_DIR, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "1"


@pytest.mark.both_databases
def test_the_mark_alone_is_enough() -> None:
    """A marked test need not name the fixture."""
    add_row()
    assert rows() == 1


@pytest.mark.both_databases
@pytest.mark.django_db(transaction=True)
def test_the_usual_mark_may_stand_beside_it(database: Database) -> None:
    """`django_db` adds nothing, and does no harm."""
    assert connection.vendor == database.vendor
    assert rows() == 0


@pytest.mark.both_databases
def test_sqlite_is_set_up_as_in_the_product(database: Database) -> None:
    """Write-ahead log and IMMEDIATE transactions, or the tests would prove nothing."""
    if database.vendor == "sqlite":
        assert connection.settings_dict["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        with connection.cursor() as cursor:
            assert cursor.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_test_without_the_mark_reaches_no_database() -> None:
    """Pure tests stay pure."""
    with pytest.raises(RuntimeError, match="Database access not allowed"):
        rows()
