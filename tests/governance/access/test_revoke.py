"""Taking a role back."""

import pytest

from governance.access.models import RoleAssignment, Team, User
from governance.access.operations import Holder, revoke
from governance.access.permissions import Permission
from governance.access.queries import can, visible_to
from governance.errors import Conflict, Invalid, NotAllowed, NotFound
from governance.inventory.models import RegisteredModel
from tests import stories
from workflows.management import cast
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def model(module_db: None) -> RegisteredModel:
    return stories.registered_model()


def take(username: str, by: str = "alma", reason: str = "Left the team") -> RoleAssignment:
    """The first role of somebody is taken back."""
    held = RoleAssignment.objects.filter(person__accounts__username=username).earliest("granted_at")
    return revoke(held.pk, reason=reason, actor=actor_named(by))


def test_a_role_taken_back_is_gone_at_once(model: RegisteredModel) -> None:
    """From decisions and from lists; the assignment stays to be read."""
    taken = take("rita")
    rita = actor_named("rita")
    assert not can(rita, Permission.VERSION_APPROVE, model)
    assert not visible_to(rita, RegisteredModel.objects.all()).exists()
    assert (taken.revoked_by.full_name, taken.revoked_reason) == ("Alma Admin", "Left the team")


def test_the_same_role_through_a_team_stays(model: RegisteredModel) -> None:
    """What was given twice must be taken twice."""
    rita = User.objects.get(username="rita").person
    team = Team.objects.create(name="risk", title="Risk")
    team.members.add(rita)
    cast.give("risk_officer", Holder(team=team), portfolio=stories.house(), reason="x")
    take("rita")
    assert can(actor_named("rita"), Permission.VERSION_APPROVE, model)
    assert visible_to(actor_named("rita"), RegisteredModel.objects.all()).exists()


def test_it_is_taken_once_and_with_a_reason(model: RegisteredModel) -> None:
    """Each refusal in words."""
    with pytest.raises(Invalid):
        take("rita", reason="")
    take("rita")
    with pytest.raises(Conflict, match="revoked before"):
        take("rita")


def test_two_administrators_must_stay(model: RegisteredModel) -> None:
    """One alone could neither be stopped nor helped, and could grant nothing sensitive."""
    take("alma", by="admin1")
    for username in ("admin1", "admin2"):
        with pytest.raises(Conflict, match="Fewer than two administrators"):
            take(username, by="admin1")


@pytest.mark.parametrize("who", ["rita", "hanna", "ada", "dana", "sam"])
def test_others_take_nothing(model: RegisteredModel, who: str) -> None:
    """Not even the own role; to who sees nothing of the portfolio there is none."""
    with pytest.raises(NotFound if who == "sam" else NotAllowed):
        take("rita", by=who)
