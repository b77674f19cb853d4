"""Roles of a site's own: added, changed for everybody at once, deleted when nobody needs them."""

import pytest

from governance.access.models import Portfolio, Role
from governance.access.operations import add_role, change_role, delete_role, revoke
from governance.access.permissions import SHIPPED_ROLES, Permission
from governance.access.queries import can
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound
from tests.governance.access.people import held, holder
from tests.stories import people
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def new_role(*permissions: str, name: str = "reader", by: str = "alma") -> Role:
    return add_role(
        name=name,
        title="Reader",
        permissions=permissions or ["model:view"],
        actor=actor_named(by),
    )


def test_a_role_of_the_site_gives_what_it_names(house: Portfolio) -> None:
    """And what it gains later, to everybody who holds it, at once; its loss too."""
    new_role()
    give("reader", holder("sam"), portfolio=house, reason="x")
    sam, alma = actor_named("sam"), actor_named("alma")
    assert can(sam, Permission.MODEL_VIEW, house)
    change_role("reader", permissions=["model:view", "log:view"], actor=alma)
    assert can(sam, Permission.LOG_VIEW, house)
    change_role("reader", permissions=["log:view"], actor=alma)
    assert not can(sam, Permission.MODEL_VIEW, house)


def test_the_groups_of_a_changed_role_follow(house: Portfolio) -> None:
    """guardian's rows are what the role gives."""
    new_role("model:view", "log:view")
    give("reader", holder("sam"), portfolio=house, reason="x")
    change_role("reader", permissions=["log:view"], actor=actor_named("alma"))
    rows = house.portfoliogrouppermission_set.filter(group__name=f"reader@{house.pk}")
    assert list(rows.values_list("permission__codename", flat=True)) == ["log:view"]


def test_a_role_that_can_raise_others_is_sensitive(house: Portfolio) -> None:
    """Whatever was asked for."""
    assert new_role("version:approve").sensitive
    assert not new_role("model:view", name="other").sensitive


def test_holders_get_no_sensitive_permission_unseen(house: Portfolio) -> None:
    """It would go round the second administrator."""
    new_role()
    give("reader", holder("sam"), portfolio=house, reason="x")
    with pytest.raises(Conflict, match="version:approve"):
        change_role("reader", permissions=["version:approve"], actor=actor_named("alma"))


def test_nobody_adds_to_a_role_they_hold(house: Portfolio) -> None:
    """A18: raising a role is raising oneself."""
    new_role(by="admin1")
    give("reader", holder("alma"), reason="x")
    with pytest.raises(NotAllowed, match="that they hold"):
        change_role("reader", permissions=["model:view", "kpi:record"], actor=actor_named("alma"))


@pytest.mark.parametrize("role", [role.name for role in SHIPPED_ROLES])
def test_a_role_that_ships_stays_as_it_ships(house: Portfolio, role: str) -> None:
    """Only whether it needs a second factor is chosen."""
    alma = actor_named("alma")
    with pytest.raises(Conflict, match="ships"):
        change_role(role, permissions=["model:view"], actor=alma)
    with pytest.raises(Conflict, match="ships"):
        delete_role(role, actor=alma)
    assert change_role(role, mfa_required=True, actor=alma).mfa_required


def test_a_role_in_use_is_not_deleted_and_the_refusal_names_who_holds_it(
    house: Portfolio,
) -> None:
    """Later it stays for the history; one that nobody ever held goes."""
    new_role()
    give("reader", holder("sam"), portfolio=house, reason="x")
    alma = actor_named("alma")
    with pytest.raises(Conflict, match="Sam Stranger"):
        delete_role("reader", actor=alma)
    revoke(held("sam").pk, reason="x", actor=alma)
    with pytest.raises(Conflict, match="history"):
        delete_role("reader", actor=alma)
    new_role(name="unused")
    delete_role("unused", actor=alma)
    assert not Role.objects.filter(pk="unused").exists()


def test_what_is_no_role_is_refused(house: Portfolio) -> None:
    """Each in words."""
    with pytest.raises(Invalid, match="no permission model:eat"):
        new_role("model:eat")
    with pytest.raises(Invalid):
        new_role(name="not a name")
    new_role()
    with pytest.raises(Duplicate):
        new_role()
    with pytest.raises(NotFound):
        change_role("king", title="King", actor=actor_named("alma"))


@pytest.mark.parametrize("who", ["dana", "rita", "hanna", "ada", "sam"])
def test_others_make_no_roles(house: Portfolio, who: str) -> None:
    """Administrators do."""
    with pytest.raises(NotAllowed):
        new_role(by=who)


def test_no_role_hides_behind_another_page(house: Portfolio) -> None:
    """The page to add roles has the address that a role of that name would have."""
    with pytest.raises(Invalid, match="No role can be called add"):
        new_role(name="add")
    assert not Role.objects.filter(name="add").exists()
