"""A remembered story is the story that was told (tests/memory.py)."""

from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree

import pytest
from django.conf import settings as django_settings
from django.db import InternalError, connection, transaction
from django.db.utils import IntegrityError
from pytest_django import Settings

from governance.access.models import Person
from governance.audit.models import AuditEntry
from governance.audit.verify import verify_log
from governance.inventory.models import ModelVersion
from governance.inventory.storage import path_of
from tests import memory, stories
from tests.memory import MEMORY, standing
from tests.snapshots import rows
from workflows.delivery.operations import reconcile
from workflows.gitops.models import PullRequest
from workflows.gitops.operations import merge_pull_request
from workflows.management.cast import actor_named


@pytest.fixture(scope="module", autouse=True)
def _nothing_told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What other modules and runs remember does not count here."""
    kept, memory.SHELF = memory.SHELF, tmp_path_factory.mktemp("remembered")
    (MEMORY.folder / "starts").mkdir(parents=True)
    yield
    memory.SHELF = kept


@pytest.mark.both_databases
@pytest.mark.parametrize("turn", ["told", "remembered"])
def test_a_remembered_story_goes_on(turn: str) -> None:
    """Its version is merged and goes live: rows, files and forge are all there, and it verifies."""
    version = stories.approved_version()
    row = PullRequest.objects.get(promotion__version=version)
    merge_pull_request(row.pk, actor=actor_named("mo"), seen_head=row.head_sha)
    reconcile()
    assert stories.again(version).state == "deployed"
    assert verify_log().ok


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["told", "remembered"])
def test_numbers_go_on_after_a_remembered_story(turn: str) -> None:
    """In a database that commits, the next rows get numbers of their own."""
    first = stories.draft_version()
    entries = AuditEntry.objects.count()
    second = stories.draft_version(2)
    assert (first.number, second.number) == (1, 2)
    assert AuditEntry.objects.count() > entries


@pytest.mark.django_db
def test_the_same_rows_come_back() -> None:
    """Every row of every table is what it was when the story had been told."""
    told = remembered = None
    for _turn in range(2):
        rmtree(django_settings.FORGE_DIR, ignore_errors=True)  # no transaction takes files back
        with transaction.atomic():
            stories.submitted_version()
            told, remembered = remembered, rows()
            transaction.set_rollback(True)
    assert told == remembered


@pytest.mark.django_db
def test_files_come_back_wherever_they_lie_now(settings: Settings, tmp_path: Path) -> None:
    """Uploads are kept with the story: another folder for them is no other story."""
    for place in (tmp_path / "first", tmp_path / "second"):
        settings.MEDIA_ROOT = place
        with transaction.atomic():
            version = stories.draft_version()
            assert path_of(version.artifacts.get().sha256).is_relative_to(place)
            assert path_of(version.artifacts.get().sha256).is_file()
            transaction.set_rollback(True)


@pytest.mark.django_db
def test_another_start_is_told() -> None:
    """A row that a test has changed is a start that nobody remembers."""
    stories.house()
    assert MEMORY.knows(standing())
    sam = Person.objects.filter(accounts__username="sam")
    Person.objects.filter(pk=sam.get().pk).update(full_name="Samantha")
    assert not MEMORY.knows(standing())
    assert stories.draft_version().state == "draft"
    assert sam.get().full_name == "Samantha"


@pytest.mark.django_db
def test_a_test_that_replaces_parts_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it put in place takes part in its stories."""
    assert not MEMORY.knows(standing())


@pytest.mark.django_db
def test_triggers_bind_after_a_remembered_story() -> None:
    """Only the coming back was free of them."""
    for _turn in range(2):
        with transaction.atomic():
            version = stories.draft_version()
            with connection.cursor() as cursor:
                cursor.execute("SHOW session_replication_role")
                assert cursor.fetchone() == ("origin",)
            with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
                ModelVersion.objects.filter(pk=version.pk).update(state="approved")
            transaction.set_rollback(True)
