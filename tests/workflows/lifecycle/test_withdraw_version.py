"""A developer takes a version back that is not live."""

import pytest

from governance.errors import Invalid, NotAllowed, WrongState
from governance.inventory.models import ModelVersion
from governance.outbox.models import OutboxJob
from tests import stories
from workflows.cases.models import Case, Task
from workflows.delivery.operations import reconcile
from workflows.gitops.models import PullRequest
from workflows.lifecycle.operations import withdraw_version
from workflows.management.cast import actor_named
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def draft(module_db: None) -> ModelVersion:
    return stories.draft_version()


def withdraw(version: ModelVersion, who: str = "dana", reason: str = "Wrong data.") -> None:
    """Somebody takes it back."""
    withdraw_version(version.pk, reason=reason, actor=actor_named(who))


def test_a_draft_can_be_withdrawn(draft: ModelVersion) -> None:
    """There is no case yet that could be closed."""
    withdraw(draft)
    assert stories.again(draft).state == "withdrawn"


def test_withdrawing_a_submission_closes_all_that_is_open(draft: ModelVersion) -> None:
    """Case, round and tasks."""
    version = stories.submitted(draft)
    withdraw(version)
    case = Case.objects.get(version=version)
    assert (case.outcome, case.rounds.get().state) == ("withdrawn", "closed")
    assert not Task.objects.filter(state=Task.State.OPEN).exists()


def test_withdrawing_an_approved_version_closes_its_pull_request(draft: ModelVersion) -> None:
    """What was about to go live does not."""
    stories.validated(stories.submitted(draft))
    stories.sign(draft, "rita")
    stories.sign(draft, "rolf")
    stories.carried_out()
    withdraw(draft)
    reconcile()
    assert Promotion.objects.get(version=draft).state == "closed"
    assert PullRequest.objects.get().state == "closed"
    assert not OutboxJob.objects.filter(parked_at__isnull=False).exists()


def test_a_live_version_is_not_withdrawn(draft: ModelVersion) -> None:
    """It can only be followed by another one, or retired."""
    live = stories.deployed_version(2, model=draft.model)
    with pytest.raises(WrongState, match="To be withdrawn it must be a draft"):
        withdraw(live)


def test_a_withdrawal_needs_a_reason(draft: ModelVersion) -> None:
    """Nothing happens without."""
    with pytest.raises(Invalid) as refused:
        withdraw(draft, reason=" ")
    assert refused.value.field == "reason"
    assert stories.again(draft).state == "draft"


@pytest.mark.parametrize("who", ["victor", "rita", "mo", "ada", "alma"])
def test_others_do_not_withdraw(draft: ModelVersion, who: str) -> None:
    """It is the developers' to take back."""
    with pytest.raises(NotAllowed):
        withdraw(draft, who)
