"""What is live is validated again: by time or event, by somebody independent, each asked once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from governance.actors import Actor
from governance.audit.models import AuditEntry
from governance.errors import Conflict, Invalid, NotAllowed
from governance.inventory.models import Artifact, ModelVersion
from governance.monitoring.operations import close_alert
from tests import stories
from tests.governance.access.people import holder
from tests.governance.monitoring.alarm import raised_alert
from tests.workflows.policies.wordings import tier, tier_policy
from workflows.cases.models import Revalidation, Task, TimerEvent
from workflows.lifecycle.operations import (
    ask_due_validations,
    deploy_version,
    follow_deadlines,
    validate_again,
)
from workflows.lifecycle.queries import approval_fell, tasks_waiting_for, versions_perhaps_due
from workflows.management.cast import actor_named, give
from workflows.targets.models import Target

pytestmark = pytest.mark.django_db
FOUND = {"scope": "All.", "tests": "Three.", "conclusion": "Good.", "independent": True}
YEAR = 365


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Live, under a policy that asks for it once a year."""
    return stories.deployed_version()


def live_for(version: ModelVersion, days: int) -> None:
    since = timezone.now() - timedelta(days=days)
    ModelVersion.objects.filter(pk=version.pk).update(deployed_at=since)


def due(version: ModelVersion) -> Revalidation:
    """Its year is nearly over."""
    live_for(version, YEAR - 10)
    assert ask_due_validations() == 1
    return Revalidation.objects.get(case__closed_at=None)


def judge(
    found: Revalidation, outcome: str = "validated", who: str = "victor", **more: object
) -> None:
    validate_again(found.case_id, **FOUND | {"outcome": outcome} | more, actor=actor_named(who))


def test_its_time_is_asked_for_a_month_before_and_once(version: ModelVersion) -> None:
    """A validator is asked, by the day that the policy says."""
    live_for(version, YEAR - 31)
    assert ask_due_validations() == 0
    live_for(version, YEAR - 30)
    assert ask_due_validations() == 1
    assert ask_due_validations() == 0
    found = Revalidation.objects.get()
    assert (found.trigger, found.due_on) == ("time", timezone.localdate() + timedelta(days=30))
    task = Task.objects.get(verb="revalidate")
    assert (task.role_id, timezone.localdate(task.due_at)) == ("model_validator", found.due_on)
    assert AuditEntry.objects.filter(action="validation.asked_again").count() == 1


def turn(ask: Callable[[], int]) -> int:
    """How many queries a turn takes in which nobody is asked."""
    with CaptureQueriesContext(connection) as taken:
        assert ask() == 0
    return len(taken)


def test_a_turn_does_not_cost_by_what_is_live(version: ModelVersion) -> None:
    """Nor where a policy asks by change; by time and breach alone it looks at none of them."""
    looked = turn(ask_due_validations)
    other = stories.deployed_version(model=stories.registered_model("cards", "Cards", 1))
    assert turn(ask_due_validations) == looked
    plain = tier()
    plain["moves"]["approve"]["validity"] = {
        "days": 90,
        "review_after_days": YEAR,
        "review_on": ["breach", "time"],
    }
    tier_policy(plain)
    assert versions_perhaps_due() == []
    live_for(other, YEAR - 30)
    assert versions_perhaps_due() == [other.pk]
    raised_alert(version)
    assert set(versions_perhaps_due()) == {version.pk, other.pk}
    assert ask_due_validations() == 2
    assert versions_perhaps_due() == []
    for found in Revalidation.objects.all():
        judge(found)
    assert versions_perhaps_due() == []


def test_a_version_without_files_keeps_nobody_from_being_asked(
    version: ModelVersion, caplog: pytest.LogCaptureFixture
) -> None:
    """Its own turn fails and is told; the others are looked at with one look all the same."""
    broken = stories.deployed_version(model=stories.registered_model("cards", "Cards", 1))
    Artifact.objects.filter(version=broken).update(role="sample")
    live_for(version, YEAR - 30)
    assert ask_due_validations() == 1
    assert Revalidation.objects.get().version_id == version.pk
    assert f"The turn of {broken.pk}" in caplog.text


def test_late_it_is_escalated_as_the_policy_says(version: ModelVersion) -> None:
    """To the head of model risk, and the version stays what it is."""
    found = due(version)
    Task.objects.filter(case=found.case).update(due_at=timezone.now() - timedelta(days=9))
    follow_deadlines()
    assert TimerEvent.objects.filter(kind="escalation", task__case=found.case).exists()
    task = Task.objects.get(case=found.case, role="head_of_model_risk")
    assert task in tasks_waiting_for(actor_named("hanna"))
    assert stories.again(version).state == "deployed"


def test_validated_its_time_begins_anew(version: ModelVersion) -> None:
    """What its approval rests on is untouched, so that it can be rolled back to as before."""
    before = approval_fell(version)
    judge(due(version))
    found = Revalidation.objects.get()
    assert (found.outcome, found.case.outcome) == ("validated", "validated")
    assert not Task.objects.filter(verb="revalidate", state="open").exists()
    assert ask_due_validations() == 0
    assert approval_fell(version) == before
    assert AuditEntry.objects.filter(action="version.validated_again").count() == 1


def test_not_validated_a_roll_back_is_asked_for(version: ModelVersion) -> None:
    """Of those who can do it, and the owner; nobody else is asked the same again."""
    judge(due(version), "not_validated")
    rows = Task.objects.filter(verb="roll_back", state="open")
    assert rows.count() == 2
    assert stories.again(version).state == "deployed"
    assert ask_due_validations() == 0


def test_only_an_independent_validator_says_so(version: ModelVersion) -> None:
    """A06: no developer, no approver, no administrator; nor one of these with the role."""
    found = due(version)
    for who in ("dana", "olive", "rita", "mo", "alma", "ada"):
        with pytest.raises(NotAllowed):
            judge(found, who=who)
    for who in ("dana", "rita"):
        facts = {"reason": "x", "conflict_reason": "x", "portfolio": stories.house()}
        give("model_validator", holder(who), **facts)
        with pytest.raises(NotAllowed):
            judge(found, who=who)
    assert not Revalidation.objects.exclude(outcome="").exists()


def test_what_was_found_is_written_down(version: ModelVersion) -> None:
    """In the parts of a report."""
    found = due(version)
    wrong = (
        ({"scope": " "}, "scope"),
        ({"tests": ""}, "tests"),
        ({"conclusion": ""}, "conclusion"),
        ({"independent": False}, "independent"),
        ({"outcome": "perhaps"}, "outcome"),
    )
    for typed, field in wrong:
        with pytest.raises(Invalid) as refused:
            judge(found, **typed)
        assert refused.value.field == field


def test_it_is_decided_once(version: ModelVersion) -> None:
    """A second word is refused."""
    found = due(version)
    judge(found)
    with pytest.raises(Conflict):
        judge(found)


def test_a_breach_asks_for_it_where_the_policy_says_so(version: ModelVersion) -> None:
    """Once for that alert."""
    alert = raised_alert(version)
    ask_due_validations()
    found = Revalidation.objects.get()
    assert (found.trigger, found.occasion) == ("breach", f"breach:{alert.pk}")
    judge(found)
    assert ask_due_validations() == 0


def test_closing_the_alert_at_once_spares_nobody_the_validation(version: ModelVersion) -> None:
    """Its owner is the first line and says what was done; whether it holds up, another one says."""
    alert = raised_alert(version, told=False)
    close_alert(alert.pk, reason="A holiday.", actor=actor_named("olive"))
    assert ask_due_validations() == 1
    found = Revalidation.objects.get()
    assert (found.trigger, found.occasion) == ("breach", f"breach:{alert.pk}")
    assert ask_due_validations() == 0


def test_settings_that_change_there_and_back_and_there_ask_each_time(version: ModelVersion) -> None:
    """As they were is as they were approved; changed once more they are looked at once more."""
    target = Target.objects.get()
    for number, name in enumerate(("risk-two", "risk-three", "risk-two"), start=1):
        Target.objects.filter(pk=target.pk).update(repository=name)
        assert ask_due_validations() == 1, number
        judge(Revalidation.objects.get(case__closed_at=None))
        assert ask_due_validations() == 0


def test_a_policy_may_ask_for_it_by_nothing(version: ModelVersion) -> None:
    """Neither by time nor by a breach."""
    plain = tier()
    plain["moves"]["approve"]["validity"] = {"days": 90}
    tier_policy(plain)
    raised_alert(version)
    live_for(version, 3 * YEAR)
    assert ask_due_validations() == 0


def test_what_is_used_no_more_is_not_asked_about(version: ModelVersion) -> None:
    """Another version takes its place: the asking ends."""
    found = due(version)
    second = stories.approved_version(2, model=version.model, opened=False)
    deploy_version(second.pk, promotion_id=second.pk, actor=Actor.system("gitops"))
    ask_due_validations()
    found = Revalidation.objects.get(pk=found.pk)
    assert found.case.outcome == "not_used"
    assert not Task.objects.filter(case=found.case, state="open").exists()


def test_the_pages_show_it(version: ModelVersion) -> None:
    """By when on the model; when it is due, in the inbox, on the list, and on a page of its own."""
    ada, victor = stories.signed_in("ada"), stories.signed_in("victor")
    model = f"/models/{version.model.name}/"
    assert "Validated again by" in ada.get(model).content.decode()
    found = due(version)
    page = f"/revalidations/{found.case_id}/"
    assert "validation due" in ada.get("/models/").content.decode()
    assert page in victor.get("/").content.decode()
    assert "It waits for an independent validator." in ada.get(page).content.decode()
    typed = FOUND | {"independent": "on", "outcome": "validated", "tests": ""}
    answer = victor.post(f"{page}validate-again/", typed)
    assert answer.status_code == 422
    assert "Good." in answer.content.decode()
    typed["tests"] = "Four."
    assert victor.post(f"{page}validate-again/", typed).status_code == 302
    assert "Four." in ada.get(page).content.decode()
    assert "While in use: validated" in ada.get(f"{model}versions/1/").content.decode()
