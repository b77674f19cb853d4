"""Closing an alert on screen, and what follows."""

import pytest
from django.utils import timezone

from governance.access.models import Person, RoleAssignment
from governance.access.operations import revoke
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.monitoring.models import Alert
from governance.monitoring.operations import record_kpi, set_threshold
from tests.governance.monitoring.alarm import raised_alert
from tests.stories import deployed_version, signed_in
from workflows.cases.models import Case, Task
from workflows.delivery.operations import reconcile
from workflows.management.cast import actor_named

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


def test_who_only_built_it_is_not_asked_to_judge_the_alarm(alert: Alert) -> None:
    """Dana owns the model because she registered it; as its developer she may not close alerts."""
    assert alert.version.model.owner.full_name == "Dana Developer"
    task = Task.objects.get(case__alert=alert)
    assert (task.person, str(task.role)) == (None, "Model owner")
    assert "AUC is 0.71" in signed_in("olive").get("/").content.decode()
    assert "AUC is 0.71" not in signed_in("dana").get("/").content.decode()
    assert (
        signed_in("dana").post(f"/alerts/{alert.pk}/close/", {"reason": "Fine."}).status_code == 403
    )


def test_an_owner_who_may_close_it_is_asked_by_name(version: ModelVersion) -> None:
    """Olive took the model over."""
    olive = Person.objects.get(full_name="Olive Owner")
    RegisteredModel.objects.filter(pk=version.model_id).update(owner=olive)
    alert = raised_alert(version, "0.70")
    assert Task.objects.get(case__alert=alert).person == olive


def test_where_nobody_may_close_it_the_owner_hears_of_it(version: ModelVersion) -> None:
    """Better the developer than nobody."""
    set_threshold(
        version.model, kpi="auc", bound="at_least", value="0.74", actor=actor_named("olive")
    )
    for name in ("Olive Owner", "Mo Ops"):
        for held in RoleAssignment.objects.filter(person__full_name=name):
            revoke(held.pk, reason="Left the bank", actor=actor_named("admin1"))
    _reading, (alert,) = record_kpi(
        version,
        kpi="auc",
        value="0.69",
        observed_on=timezone.localdate(),
        actor=actor_named("dana"),
    )
    reconcile()
    assert str(Task.objects.get(case__alert=alert).person) == "Dana Developer"
