"""The end of a version that another one has followed."""

import pytest

from governance.actors import Actor
from governance.errors import Conflict, Invalid, NotAllowed, WrongState
from governance.inventory.models import ModelVersion
from tests import stories
from workflows.cases.models import LiveChange
from workflows.lifecycle.operations import deploy_version, retire_version
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db
GITOPS = Actor.system("gitops")


@pytest.fixture(scope="module")
def superseded(module_db: None) -> ModelVersion:
    versions = [stories.approved_version(number, opened=False) for number in (1, 2)]
    for version in versions:
        deploy_version(version.pk, promotion_id=version.pk, actor=GITOPS)
    return stories.again(versions[0])


def retire(version: ModelVersion, who: str = "olive", reason: str = "Followed by 2.") -> None:
    """Somebody ends its life."""
    retire_version(version.pk, reason=reason, actor=actor_named(who))


@pytest.mark.parametrize("who", ["olive", "hanna"])
def test_owner_or_head_retire_a_superseded_version(superseded: ModelVersion, who: str) -> None:
    """Nothing can happen to it afterwards."""
    retire(superseded, who)
    assert stories.again(superseded).state == "retired"
    with pytest.raises(WrongState):
        retire(superseded, who)


def test_what_stands_nowhere_is_not_asked_for(superseded: ModelVersion) -> None:
    """The repository has told of no target that has it."""
    live = ModelVersion.objects.get(state="deployed")
    with pytest.raises(Conflict, match="Version 2 stands at no target"):
        retire(live)
    assert not LiveChange.objects.exists()


def test_a_retirement_needs_a_reason(superseded: ModelVersion) -> None:
    """Nothing happens without."""
    with pytest.raises(Invalid):
        retire(superseded, reason="")
    assert stories.again(superseded).state == "superseded"


@pytest.mark.parametrize("who", ["dana", "victor", "rita", "mo", "ada", "alma"])
def test_others_do_not_retire(superseded: ModelVersion, who: str) -> None:
    """It is the owner's decision."""
    with pytest.raises(NotAllowed):
        retire(superseded, who)
