"""Somebody goes: every way in is closed at once. Somebody comes back."""

import pytest

from governance.access.models import Portfolio
from governance.access.operations import deactivate_person, grant, reactivate_person, revoke
from governance.access.permissions import Permission
from governance.access.queries import blocked_by_lone_administrator, can, token_actor
from governance.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.governance.access.people import actions, held, holder, person
from tests.stories import people, signed_in
from workflows.management.cast import actor_named, add_pipeline

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def go(username: str, by: str = "alma", reason: str = "Has left") -> None:
    deactivate_person(person(username).pk, reason=reason, actor=actor_named(by))


def test_who_is_deactivated_can_do_nothing_and_is_thrown_out(house: Portfolio) -> None:
    """A39: the page that is open answers with the sign-in."""
    browser = signed_in("rita")
    assert browser.get("/").status_code == 200
    go("rita")
    assert browser.get("/").status_code == 302
    assert not can(actor_named("rita"), Permission.VERSION_APPROVE, house)
    assert held("rita").revoked_at is None
    assert not person("rita").accounts.get().groups.exists()


def test_the_tokens_of_services_die_with_their_owner(house: Portfolio) -> None:
    """And live again when the owner is back."""
    secret = add_pipeline(house)
    go("dana")
    assert token_actor(secret) is None
    reactivate_person(person("dana").pk, reason="Back", actor=actor_named("alma"))
    assert token_actor(secret) is not None
    assert actions("person", person("dana").pk)[-2:] == [
        "person.deactivated",
        "person.reactivated",
    ]


def test_who_comes_back_holds_what_was_not_taken(house: Portfolio) -> None:
    """Assignments stayed; a revoked one is gone."""
    go("rita")
    revoke(held("rita").pk, reason="x", actor=actor_named("alma"))
    go("rolf")
    for username in ("rita", "rolf"):
        reactivate_person(person(username).pk, reason="Back", actor=actor_named("alma"))
    assert can(actor_named("rolf"), Permission.VERSION_APPROVE, house)
    assert not can(actor_named("rita"), Permission.VERSION_APPROVE, house)


def test_one_alone_locks_nobody_out(house: Portfolio) -> None:
    """Two administrators stay, and nobody closes their own accounts."""
    go("admin1")
    with pytest.raises(Conflict, match="Fewer than two"):
        go("admin2")
    with pytest.raises(NotAllowed):
        go("alma")
    assert blocked_by_lone_administrator() is None


def test_a_site_with_one_administrator_says_what_is_blocked(house: Portfolio) -> None:
    """And that one names another without a second, which stands in the log."""
    held("admin2", "administrator").delete()
    held("admin1", "administrator").delete()
    blocked = blocked_by_lone_administrator()
    assert blocked is not None
    assert blocked.administrators == 1
    assert "Name another administrator" in blocked.remedy
    grant("administrator", holder("sam"), reason="Second", actor=actor_named("alma"))
    assert blocked_by_lone_administrator() is None


@pytest.mark.parametrize("who", ["dana", "rita", "ada", "sam"])
def test_others_deactivate_nobody(house: Portfolio, who: str) -> None:
    """Administrators do."""
    with pytest.raises(NotAllowed):
        go("mo", by=who)


def test_what_is_wrong_is_said(house: Portfolio) -> None:
    """No reason, nobody there, twice."""
    with pytest.raises(Invalid):
        go("mo", reason=" ")
    with pytest.raises(NotFound):
        deactivate_person(house.pk, reason="x", actor=actor_named("alma"))
    go("mo")
    with pytest.raises(Conflict, match="already"):
        go("mo")
