"""Whoever an event concerns is told, once."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from governance.access.models import BreakGlass, User
from governance.access.operations import break_glass, open_review
from governance.actors import Actor
from governance.inventory.models import ModelVersion
from governance.outbox.models import OutboxJob
from governance.outbox.operations import claim
from tests import stories
from tests.governance.monitoring.alarm import raised_alert
from tests.workflows.notifications.told import newest, told
from workflows.cases.models import Task
from workflows.cases.operations import tell_people
from workflows.delivery.operations import reconcile, run_due
from workflows.lifecycle.operations import deploy_version, reject_version
from workflows.management.cast import actor_named
from workflows.notifications.models import Notice
from workflows.notifications.operations import notify
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db
NAME = "Credit default 1.0.0"


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Validated; the risk officers are asked to sign."""
    found = stories.validated_version()
    reconcile()
    return found


def test_a_task_is_told_to_those_in_whose_inbox_it_stands(version: ModelVersion) -> None:
    """And to nobody who played another part, or holds another role."""
    assert told("victor") == [("task", f"{NAME} waits for validation")]
    assert told("rita") == told("rolf") == [("task", f"{NAME} waits for your signature")]
    assert told("hanna") == told("sam") == []
    assert newest("rita").link == f"/models/{stories.MODEL}/versions/1/"
    assert newest("rita").due_at == Task.objects.get(verb="approve").due_at


def test_who_submitted_hears_how_it_goes_on(version: ModelVersion) -> None:
    """Each move, as it is in their language when they read it."""
    assert told("dana") == [("moved", f"{NAME} is validated now")]
    with translation.override("de"):
        assert told("dana") == [("moved", f"{NAME} ist jetzt validiert")]
    seen = stories.digest(version, Move.APPROVE)
    reject_version(version.pk, digest=seen, comment="Too old.", actor=actor_named("rita"))
    reconcile()
    assert told("dana")[-1] == ("moved", f"{NAME} is rejected now")


def test_a_job_that_runs_again_tells_nobody_again(version: ModelVersion) -> None:
    """The worker may have died after the commit."""
    job = OutboxJob.objects.get(
        topic="people.notify", key__startswith="task:", payload__about=_id()
    )
    OutboxJob.objects.filter(pk=job.pk).update(done_at=None, attempts=0)
    before = Notice.objects.count()
    held = claim(job.pk)
    assert held is not None
    assert notify(held) == {"told": 0, "posted": 0}
    assert Notice.objects.count() == before


def _id() -> str:
    return str(Task.objects.get(verb="approve").pk)


def test_who_has_signed_is_not_reminded(version: ModelVersion) -> None:
    """A notice about a task that somebody has done already would be noise."""
    stories.sign(version, "rita")
    tell_people("task", f"{_id()}")
    Notice.objects.all().delete()
    OutboxJob.objects.filter(payload__about=_id()).update(done_at=None, attempts=0)
    run_due()
    assert told("rita") == []
    assert told("rolf") == [("task", f"{NAME} waits for your signature")]


def test_an_alert_is_told_to_whoever_is_asked_to_look(version: ModelVersion) -> None:
    """With the figure, and the way to the alert."""
    for officer in ("rita", "rolf"):
        stories.sign(version, officer)
    deploy_version(version.pk, promotion_id=version.pk, actor=Actor.system("gitops"))
    alert = raised_alert(stories.again(version))
    notice = newest("olive")
    assert (notice.kind, notice.title) == ("alert", f"{NAME} left its bounds")
    assert notice.text == "AUC is 0.71, below the threshold 0.74"
    assert notice.link == f"/alerts/{alert.pk}/"


def test_reviewers_hear_of_an_access_review(version: ModelVersion) -> None:
    """Those only who have something to decide."""
    a_month = timezone.now() + timedelta(days=30)
    open_review(title="Autumn", due_at=a_month, actor=actor_named("alma"))
    reconcile()
    assert ("review", "The access review “Autumn” waits for you") in told("alma")
    assert not [kind for kind, _title in told("dana") if kind == "review"]


def test_emergency_access_is_told_to_those_who_may_review_it(version: ModelVersion) -> None:
    """But not to whoever took it."""
    break_glass("mlops_engineer", reason="Outage", hours=1, actor=actor_named("alma"))
    reconcile()
    assert BreakGlass.objects.get().person == User.objects.get(username="alma").person
    expected = ("emergency", "Alma Admin took the role MLOps engineer in an emergency")
    assert expected in told("admin1")
    assert expected not in told("alma")
    assert expected not in told("rita")
