"""Done with a case for now: out of one's own inbox until something new happens in it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.inventory.models import ModelVersion
from tests.stories import sign, signed_in, validated_version
from workflows.cases.models import Case, Snooze, Task, TimerEvent

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """A case that waits for the risk officers."""
    return validated_version()


def page(username: str, address: str = "/") -> str:
    answer = signed_in(username).get(address)
    return answer.content.decode().partition("<main")[2].partition("</main>")[0]


def acknowledge(username: str) -> int:
    case = Case.objects.get(closed_at=None)
    return signed_in(username).post(f"/cases/{case.pk}/acknowledge/").status_code


def test_it_leaves_my_inbox_alone_and_comes_back_when_i_undo(version: ModelVersion) -> None:
    """A colleague's inbox is as it was, the count stays, and the toast leads back."""
    client, case = signed_in("rita"), Case.objects.get(closed_at=None)
    told = client.post(f"/cases/{case.pk}/acknowledge/", follow=True).content.decode()
    assert "Out of your inbox until something new happens." in told
    assert f'value="{case.pk}"><button class="btn btn-sm btn-quiet" name="later" value="0">' in told
    assert "1 case waits for you." in told
    assert version.model.title not in page("rita")
    assert version.model.title in page("rita", "/?later=1")
    assert version.model.title in page("rolf")
    client.post("/cases/set-aside/", {"cases": str(case.pk), "later": "0"})
    assert version.model.title in page("rita")


def test_a_decision_of_somebody_else_brings_it_back(version: ModelVersion) -> None:
    """Rolf signs: now Rita's completes the quorum, and she must hear of it."""
    assert acknowledge("rita") == 302
    sign(version, "rolf")
    assert version.model.title in page("rita")


def test_a_new_task_or_a_timer_brings_it_back(version: ModelVersion) -> None:
    """Whoever is asked anew, or reminded, has not been done with that."""
    assert acknowledge("rita") == 302
    task = Task.objects.get(state="open")
    TimerEvent.objects.create(task=task, kind="reminder", business_days=-1, set_for=timezone.now())
    assert version.model.title in page("rita")
    assert acknowledge("rolf") == 302
    Task.objects.filter(pk=task.pk).update(opened_at=timezone.now())
    assert version.model.title in page("rolf")


def test_what_is_overdue_cannot_be_hidden_and_comes_back(version: ModelVersion) -> None:
    """Nobody is done with what is late."""
    assert acknowledge("rita") == 302
    late = timezone.now() - timedelta(hours=1)
    Task.objects.filter(state="open").update(due_at=late)
    assert version.model.title in page("rita")
    Snooze.objects.all().delete()
    case = Case.objects.get(closed_at=None)
    answer = signed_in("rita").post(
        f"/cases/{case.pk}/acknowledge/",
        headers={
            "Referer": "http://testserver/?tab=waiting&due=overdue&page=1&next=//evil.example"
        },
        follow=True,
    )
    assert answer.redirect_chain == [("/?tab=waiting&due=overdue", 302)]
    assert "It is overdue, so it stays in the inbox. Act on it, hand it over" in answer.text
    assert version.model.title in answer.text
    assert not Snooze.objects.exists()


def test_a_stranger_is_done_with_nothing(version: ModelVersion) -> None:
    """To them the case is not there."""
    assert acknowledge("sam") == 404
    assert not Snooze.objects.exists()
