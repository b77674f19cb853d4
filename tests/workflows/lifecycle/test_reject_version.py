"""No, for good: by the validator or by an approver."""

import pytest

from governance.errors import Duplicate, Invalid, NotAllowed, Stale, WrongState
from governance.inventory.models import ModelVersion
from tests import stories
from workflows.cases.models import Case, Task
from workflows.lifecycle.models import Decision
from workflows.lifecycle.operations import reject_version
from workflows.management.cast import actor_named
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def submitted(module_db: None) -> ModelVersion:
    return stories.submitted_version()


@pytest.fixture
def validated(submitted: ModelVersion, db: None) -> ModelVersion:
    return stories.validated(submitted)


def reject(version: ModelVersion, who: str, comment: str = "It leaks.", digest: str = "") -> None:
    """Somebody rejects what stands there now."""
    move = Move.VALIDATE if version.state == "submitted" else Move.APPROVE
    seen = digest or stories.digest(version, move)
    reject_version(version.pk, digest=seen, comment=comment, actor=actor_named(who))


def test_the_validator_rejects_a_submission(submitted: ModelVersion) -> None:
    """The version is at its end, its case closed, nobody is asked any more."""
    reject(submitted, "victor")
    assert stories.again(submitted).state == "rejected"
    case = Case.objects.get(version=submitted)
    assert (case.outcome, case.closed_at is not None) == ("rejected", True)
    assert not Task.objects.filter(state=Task.State.OPEN).exists()
    assert case.rounds.get().state == "rejected"


def test_one_rejection_ends_the_approval(validated: ModelVersion) -> None:
    """Although another officer has signed."""
    stories.sign(validated, "rita")
    reject(validated, "rolf")
    assert stories.again(validated).state == "rejected"
    with pytest.raises(WrongState):
        stories.sign(validated, "rolf")


def test_a_rejection_needs_a_reason(submitted: ModelVersion) -> None:
    """The developer must know what to do; nothing is decided without."""
    with pytest.raises(Invalid) as refused:
        reject(submitted, "victor", comment="  ")
    assert refused.value.field == "comment"
    assert stories.again(submitted).state == "submitted"
    assert not Decision.objects.exists()


def test_who_signed_cannot_reject_the_same_case(validated: ModelVersion) -> None:
    """One decision a person on one digest."""
    stories.sign(validated, "rita")
    with pytest.raises(Duplicate):
        reject(validated, "rita")
    assert stories.again(validated).state == "validated"


def test_a_page_that_is_out_of_date_rejects_nothing(submitted: ModelVersion) -> None:
    """A rejection binds to what was read, too."""
    with pytest.raises(Stale):
        reject(submitted, "victor", digest="0" * 64)
    assert stories.again(submitted).state == "submitted"


@pytest.mark.parametrize("who", ["dana", "olive", "rita", "alma", "ada"])
def test_only_a_validator_rejects_a_submission(submitted: ModelVersion, who: str) -> None:
    """Not its developer, and no risk officer before it is their turn."""
    with pytest.raises(NotAllowed):
        reject(submitted, who)


def test_the_validator_cannot_reject_at_the_approval(validated: ModelVersion) -> None:
    """Their turn is over."""
    with pytest.raises(NotAllowed):
        reject(validated, "victor")


def test_a_draft_is_not_rejected(submitted: ModelVersion) -> None:
    """Nobody is asked about it."""
    draft = stories.draft_version(model=submitted.model)
    with pytest.raises(WrongState, match="Nobody is being asked"):
        reject(draft, "victor", digest="0" * 64)
