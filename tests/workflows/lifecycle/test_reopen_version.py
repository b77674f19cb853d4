"""An approval falls before its version is live, because what it was given for has changed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.actors import Actor
from governance.errors import NotAllowed, WrongState
from governance.evaluation.queries import comparison_of
from governance.inventory.models import ModelVersion
from tests import stories
from workflows.cases.models import Case, Task
from workflows.cases.queries import tasks_for
from workflows.delivery.operations import run_due
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.operations import deploy_version, reopen_fallen, reopen_version
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("schedule")


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.approved_version(opened=False)


def test_a_fallen_approval_is_asked_for_again(version: ModelVersion) -> None:
    """A new round, a new task; nobody is asked to merge any more."""
    reopen_version(version.pk, reason="the route changed", actor=SYSTEM)
    assert stories.again(version).state == "validated"
    rounds = Case.objects.get(version=version).rounds.filter(move="approve")
    assert [(r.number, r.state) for r in rounds.order_by("number")] == [(1, "closed"), (2, "open")]
    open_tasks = Task.objects.filter(state=Task.State.OPEN)
    assert list(open_tasks.values_list("verb", flat=True)) == [Task.Verb.APPROVE]


def test_who_signed_before_is_asked_again(version: ModelVersion) -> None:
    """A signature of the fallen round does not keep the task from their inbox."""
    reopen_version(version.pk, reason="the route changed", actor=SYSTEM)
    for officer in ("rita", "rolf"):
        assert tasks_for(actor_named(officer)).get().verb == Task.Verb.APPROVE
        stories.sign(version, officer)
        assert not tasks_for(actor_named(officer)).exists()
    assert stories.again(version).state == "approved"


def test_a_reopened_version_is_compared_with_the_champion_of_the_moment(
    version: ModelVersion,
) -> None:
    """Another one may have gone live while this one was approved."""
    rival = stories.approved_version(2, model=version.model, opened=False)
    deploy_version(rival.pk, promotion_id=rival.pk, actor=SYSTEM)
    reopen_version(version.pk, reason="x", actor=SYSTEM)
    run_due("slow")
    assert comparison_of(version.pk).champion == rival


def test_an_approval_whose_time_ran_out_falls_by_the_clock(version: ModelVersion) -> None:
    """Only those whose time is over."""
    assert reopen_fallen() == 0
    rounds = ApprovalRound.objects.filter(version=version, move="approve")
    rounds.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert reopen_fallen() == 1
    assert stories.again(version).state == "validated"
    assert reopen_fallen() == 0


def test_what_can_give_no_files_any_more_falls_and_keeps_no_other(version: ModelVersion) -> None:
    """Its digest cannot even be computed: that is a change like any other."""
    other = stories.approved_version(2, model=version.model, opened=False)
    rounds = ApprovalRound.objects.filter(move="approve", state="passed")
    rounds.filter(version=other).update(expires_at=timezone.now() - timedelta(seconds=1))
    version.artifacts.update(role="other")
    assert reopen_fallen() == 2
    assert {stories.again(one).state for one in (version, other)} == {"validated"}


def test_a_fault_over_one_approval_keeps_no_other_from_falling(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is logged, and tried again with the next tick."""
    other = stories.approved_version(2, model=version.model, opened=False)
    rounds = ApprovalRound.objects.filter(move="approve", state="passed")
    rounds.update(expires_at=timezone.now() - timedelta(seconds=1))
    asked = iter([ZeroDivisionError, None, None])

    def breaks_once(*args: object, **parts: object) -> object:
        if error := next(asked):
            raise error
        return reopen_version(*args, **parts)

    monkeypatch.setattr("workflows.lifecycle.operations.deployment.reopen_version", breaks_once)
    assert [reopen_fallen(), reopen_fallen()] == [1, 1]
    assert {stories.again(one).state for one in (version, other)} == {"validated"}


def test_nobody_reopens_by_hand(version: ModelVersion) -> None:
    """A person rejects or withdraws instead."""
    with pytest.raises(NotAllowed):
        reopen_version(version.pk, reason="x", actor=actor_named("alma"))


def test_what_is_not_approved_has_no_approval_to_lose(version: ModelVersion) -> None:
    """The move starts from approved."""
    reopen_version(version.pk, reason="x", actor=SYSTEM)
    with pytest.raises(WrongState, match="To be reopened it must be approved"):
        reopen_version(version.pk, reason="x", actor=SYSTEM)
