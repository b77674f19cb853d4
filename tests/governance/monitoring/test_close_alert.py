"""Closing an alert on screen, and what follows."""

import pytest

from governance.inventory.models import ModelVersion
from governance.monitoring.models import Alert
from tests.governance.monitoring.alarm import raised_alert
from tests.stories import deployed_version, signed_in
from workflows.cases.models import Case, Task
from workflows.delivery.operations import reconcile

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """A live version, of which key figures come in."""
    return deployed_version()


@pytest.fixture
def alert(version: ModelVersion) -> Alert:
    """Its AUC is too low."""
    return raised_alert(version)


def test_the_page_says_what_happened_and_how_it_came_to_it(alert: Alert) -> None:
    """Value against threshold, version, day, course, and the log."""
    page = signed_in("olive").get(f"/alerts/{alert.pk}/").content.decode()
    for words in ("AUC is 0.71, below the threshold 0.74", "Open alert", "1.0.0", "Alert raised"):
        assert words in page


def test_the_owner_closes_it_with_a_reason_and_nobody_is_asked_any_more(alert: Alert) -> None:
    """The case ends, its task is done by whoever closed the alert."""
    olive = signed_in("olive")
    answer = olive.post(f"/alerts/{alert.pk}/close/", {"reason": "Feed was late."}, follow=True)
    assert "The alert is closed." in answer.content.decode()
    assert "Feed was late." in answer.content.decode()
    reconcile()
    case = Case.objects.get(alert=alert)
    task = case.tasks.get()
    assert case.closed_at is not None
    assert (task.state, str(task.closed_by)) == (Task.State.DONE, "Olive Owner")


@pytest.mark.parametrize("reason", ["", "   "])
def test_without_a_reason_it_stays_open(alert: Alert, reason: str) -> None:
    """422, the words beside the field."""
    answer = signed_in("olive").post(f"/alerts/{alert.pk}/close/", {"reason": reason})
    assert answer.status_code == 422
    assert "Say why the alert can be closed." in answer.content.decode()
    alert.refresh_from_db()
    assert alert.closed_at is None


def test_it_is_closed_once(alert: Alert) -> None:
    """Who comes second reads by whom, and that nothing was changed."""
    signed_in("olive").post(f"/alerts/{alert.pk}/close/", {"reason": "First."})
    answer = signed_in("mo").post(f"/alerts/{alert.pk}/close/", {"reason": "Second."})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "This alert was closed before." in page
    assert "First." in page


def test_who_may_not_close_it_reads_who_can(alert: Alert) -> None:
    """Rita sees the alert but no button; a forged answer is refused."""
    rita = signed_in("rita")
    assert "You cannot close this alert" in rita.get(f"/alerts/{alert.pk}/").content.decode()
    assert rita.post(f"/alerts/{alert.pk}/close/", {"reason": "Fine."}).status_code == 403
    alert.refresh_from_db()
    assert alert.closed_at is None


def test_strangers_find_no_alert(alert: Alert) -> None:
    """Neither page nor answer."""
    sam = signed_in("sam")
    assert sam.get(f"/alerts/{alert.pk}/").status_code == 404
    assert sam.post(f"/alerts/{alert.pk}/close/", {"reason": "Fine."}).status_code == 404
