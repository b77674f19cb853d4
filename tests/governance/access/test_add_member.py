"""Teams: joining gives, leaving takes, at once."""

import pytest

from governance.access.models import Portfolio, Team
from governance.access.operations import Holder, add_member, add_team, remove_member
from governance.access.permissions import Permission
from governance.access.queries import can
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound
from tests.governance.access.people import actions, person
from tests.stories import people
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


@pytest.fixture
def team(house: Portfolio) -> Team:
    """Validators of the portfolio."""
    made = add_team(name="second-line", title="Second line", actor=actor_named("alma"))
    give("model_validator", Holder(team=made), portfolio=house, reason="x")
    return made


def join(team: Team, username: str, by: str = "alma", **parts: str) -> None:
    add_member(team.pk, person(username), **({"reason": "New"} | parts), actor=actor_named(by))


def test_a_member_holds_what_the_team_holds_and_loses_it_on_leaving(
    team: Team, house: Portfolio
) -> None:
    """At once both times; the log has both."""
    sam, alma = actor_named("sam"), actor_named("alma")
    join(team, "sam")
    assert can(sam, Permission.VERSION_VALIDATE, house)
    assert sam_is_in_group(house)
    remove_member(team.pk, person("sam"), reason="Left", actor=alma)
    assert not can(sam, Permission.VERSION_VALIDATE, house)
    assert not sam_is_in_group(house)
    assert actions("team", team.pk) == ["team.added", "team.member_added", "team.member_removed"]


def sam_is_in_group(house: Portfolio) -> bool:
    account = person("sam").accounts.get()
    return account.groups.filter(name=f"model_validator@{house.pk}").exists()


def test_nobody_joins_by_themselves(team: Team) -> None:
    """It would be a grant to oneself."""
    with pytest.raises(NotAllowed, match="themselves"):
        join(team, "alma")


def test_a_clash_needs_a_reason(team: Team) -> None:
    """As for any grant."""
    with pytest.raises(Invalid, match="does not go with"):
        join(team, "dana")
    join(team, "dana", conflict_reason="Short of people")
    with pytest.raises(Duplicate):
        join(team, "dana", conflict_reason="Short of people")


def test_a_team_with_a_sensitive_role_takes_nobody_in(team: Team, house: Portfolio) -> None:
    """Joining would go round the second administrator."""
    give("risk_officer", Holder(team=team), portfolio=house, reason="x")
    with pytest.raises(Conflict, match="takes two administrators"):
        join(team, "sam")


def test_what_is_wrong_is_said(team: Team) -> None:
    """No reason, no team, no member, no name."""
    alma, sam = actor_named("alma"), person("sam")
    with pytest.raises(Invalid):
        join(team, "sam", reason="")
    with pytest.raises(NotFound):
        add_member(sam.pk, sam, reason="x", actor=alma)
    with pytest.raises(NotFound, match="no member"):
        remove_member(team.pk, sam, reason="x", actor=alma)
    with pytest.raises(Duplicate):
        add_team(name="second-line", title="x", actor=alma)
    with pytest.raises(Invalid):
        add_team(name="no good", title="x", actor=alma)


@pytest.mark.parametrize("who", ["dana", "rita", "ada", "sam"])
def test_others_change_no_team(team: Team, who: str) -> None:
    """Administrators do."""
    with pytest.raises(NotAllowed):
        join(team, "mo", by=who)
