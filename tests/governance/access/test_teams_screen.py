"""Teams and roles of the site's own, on screen."""

import pytest

from governance.access.models import Portfolio, Role, RoleAssignment, Team
from tests.governance.access.screens import person, seen, sent
from tests.stories import people, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def portfolio(module_db: None) -> Portfolio:
    """The cast, once."""
    return people()


@pytest.fixture
def team(portfolio: Portfolio) -> str:
    """A team that Alma added; its address."""
    typed = {"title": "Model development", "name": "model-development"}
    assert sent("alma", "/access/teams/add/", typed)[0] == 302
    return f"/access/teams/{Team.objects.get().pk}/"


def test_who_joins_holds_the_roles_and_who_leaves_loses_them(team: str) -> None:
    """Each with a reason."""
    role = {"role": "auditor", "place": "*", "holder": "person", "reason": "Together"}
    assert sent("alma", f"{team}grant/", role)[0] == 302
    sam = person("sam")
    join = {"person": str(sam.pk), "reason": "New here"}
    assert sent("alma", f"{team}members/add/", join | {"reason": ""})[0] == 422
    assert sent("alma", f"{team}members/add/", join)[0] == 302
    assert "Sam Stranger" in seen("sam", team)
    assert "Auditor" in seen("alma", "/access/teams/")
    assert "Model development" in seen("alma", f"/access/people/{sam.pk}/")
    leave = f"{team}members/{sam.pk}/remove/"
    assert sent("alma", leave, {"reason": ""})[0] == 422
    assert sent("alma", leave, {"reason": "Moved on"})[0] == 302
    assert sent("sam", leave, {"reason": "x"})[0] == 403


def test_a_team_is_there_once_and_only_administrators_change_it(team: str) -> None:
    """What was typed comes back."""
    typed = {"title": "Another one", "name": "model-development"}
    status, page = sent("alma", "/access/teams/add/", typed)
    assert (status, "Another one" in page) == (409, True)
    for username in ("sam", "ada"):
        assert sent(username, "/access/teams/add/", typed)[0] == 403
        assert sent(username, f"{team}members/add/", {})[0] == 403
        assert sent(username, f"{team}grant/", {})[0] == 403


def test_a_role_of_our_own_is_added_changed_and_deleted(portfolio: Portfolio) -> None:
    """One that gives a sensitive permission is sensitive, whatever was ticked."""
    typed = {"title": "Reader", "name": "reader", "permissions": ["model:view"]}
    assert sent("alma", "/access/roles/add/", typed | {"permissions": []})[0] == 422
    assert sent("alma", "/access/roles/add/", typed)[0] == 302
    more = {"title": "Signer", "permissions": ["model:view", "version:approve"]}
    assert sent("alma", "/access/roles/reader/", more)[0] == 302
    assert Role.objects.get(pk="reader").sensitive
    assert "Signer" in seen("ada", "/access/roles/reader/")
    assert sent("ada", "/access/roles/reader/", more)[0] == 403
    assert sent("alma", "/access/roles/reader/delete/")[0] == 302
    assert not Role.objects.filter(pk="reader").exists()


def test_a_role_in_use_is_not_deleted_and_its_holders_are_named(portfolio: Portfolio) -> None:
    """Shipped ones stay whatever happens."""
    typed = {"title": "Reader", "name": "reader", "permissions": ["model:view"]}
    sent("alma", "/access/roles/add/", typed)
    RoleAssignment.objects.create(
        role_id="reader", person=person("sam"), scope_kind="organisation", reason="Looks"
    )
    status, page = sent("alma", "/access/roles/reader/delete/")
    assert (status, "Sam Stranger" in page) == (409, True)
    assert sent("alma", "/access/roles/auditor/delete/")[0] == 409
    assert sent("alma", "/access/roles/auditor/", {"mfa_required": "on"})[0] == 302
    assert Role.objects.get(pk="auditor").mfa_required


@pytest.mark.parametrize(
    "address", ["/access/teams/00000000-0000-4000-8000-000000000000/", "/access/roles/king/"]
)
def test_what_is_not_there_is_not_found(portfolio: Portfolio, address: str) -> None:
    """Whoever asks."""
    assert signed_in("alma").get(address).status_code == 404


def test_the_matrix_is_narrowed_to_a_person(portfolio: Portfolio) -> None:
    """The words stay in the address."""
    page = seen("alma", "/access/matrix/?portfolio=retail-credit&q=rita")
    assert "Rita Risk" in page
    assert "Rolf Officer" not in page
