"""Putting a case off: out of sight in one's own inbox, back by itself, and nothing else moves."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.inventory.models import ModelVersion
from tests.stories import signed_in, validated_version
from workflows.cases.models import Case, Snooze, Task

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """A case that waits for the risk officers."""
    return validated_version()


def page(username: str, address: str = "/") -> str:
    answer = signed_in(username).get(address)
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def snooze(username: str, days: str) -> int:
    case = Case.objects.get(closed_at=None)
    return signed_in(username).post(f"/cases/{case.pk}/snooze/", {"days": days}).status_code


def test_what_is_put_off_is_out_of_sight_and_told(version: ModelVersion) -> None:
    """The count stays, the list says why it is empty, and a colleague's inbox is as it was."""
    due = Task.objects.get(state="open").due_at
    assert snooze("rita", "3") == 302
    inbox = page("rita")
    assert "1 case waits for you." in inbox
    assert "All that waits for you is put off" in inbox
    assert version.model.title not in inbox
    assert version.model.title in page("rita", "/?later=1")
    assert version.model.title in page("rolf")
    assert Task.objects.get(state="open").due_at == due


def test_it_comes_back_by_itself_or_when_it_is_called(version: ModelVersion) -> None:
    """A moment that has passed hides nothing; neither does 0 days."""
    snooze("rita", "7")
    Snooze.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert version.model.title in page("rita")
    snooze("rita", "1")
    assert version.model.title not in page("rita")
    snooze("rita", "0")
    assert version.model.title in page("rita")
    assert "Nothing is put off" in page("rita", "/?later=1")


@pytest.mark.parametrize("days", ["", "-1", "365", "x"])
def test_only_the_offered_times_are_taken(version: ModelVersion, days: str) -> None:
    """Nobody hides a case for a year."""
    assert snooze("rita", days) == 422
    assert not Snooze.objects.exists()


def test_a_stranger_puts_nothing_off(version: ModelVersion) -> None:
    """To them the case is not there."""
    assert snooze("sam", "1") == 404
