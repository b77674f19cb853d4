"""Grants of sensitive roles wait for a second administrator, on screen."""

import pytest

from governance.access.models import GrantProposal, Portfolio, RoleAssignment
from tests.governance.access.screens import person, seen, sent
from tests.stories import people

pytestmark = pytest.mark.django_db
LIST = "/access/proposals/"


@pytest.fixture(scope="module")
def portfolio(module_db: None) -> Portfolio:
    """The cast, once."""
    return people()


def propose(to: str = "sam", role: str = "risk_officer", **typed: str) -> tuple[int, str]:
    """Alma fills in the dialog on somebody's page."""
    words = {
        "role": role,
        "place": "retail-credit",
        "holder": "person",
        "reason": "Asked by the bank",
    }
    return sent("alma", f"/access/people/{person(to).pk}/grant/", words | typed)


def test_a_sensitive_role_waits_and_another_administrator_confirms(portfolio: Portfolio) -> None:
    """Who proposed it finds no button."""
    assert propose()[0] == 302
    assert not RoleAssignment.objects.filter(person=person("sam")).exists()
    assert "is proposed by Alma Admin and not in force" in seen(
        "alma", f"/access/people/{person('sam').pk}/"
    )
    proposal = GrantProposal.objects.get(person=person("sam"))
    assert "another administrator decides" in seen("alma", LIST)
    assert sent("alma", f"{LIST}{proposal.pk}/confirm/")[0] == 403
    assert "Confirm the grant" in seen("admin1", LIST)
    assert sent("admin1", f"{LIST}{proposal.pk}/confirm/")[0] == 302
    assert RoleAssignment.objects.filter(person=person("sam"), role="risk_officer").exists()
    assert "Nothing waits" in seen("admin1", LIST)


def test_a_proposal_is_declined_with_a_reason(portfolio: Portfolio) -> None:
    """Without one the dialog stands open; then nothing is given."""
    propose()
    proposal = GrantProposal.objects.get(person=person("sam"))
    status, page = sent("admin1", f"{LIST}{proposal.pk}/decline/", {"reason": ""})
    assert (status, "data-open" in page) == (422, True)
    assert sent("admin1", f"{LIST}{proposal.pk}/decline/", {"reason": "Not now"})[0] == 302
    assert sent("admin1", f"{LIST}{proposal.pk}/confirm/")[0] == 409


def test_a_grant_that_clashes_says_so_and_needs_a_reason(portfolio: Portfolio) -> None:
    """Beside the role, in the dialog, and before the second administrator."""
    dana = f"/access/people/{person('dana').pk}/"
    assert "Model validator (does not go with Model developer)" in seen("alma", dana)
    status, page = propose("dana")
    assert (status, "does not go with" in page, "Asked by the bank" in page) == (422, True, True)
    assert propose("dana", conflict_reason="Small bank")[0] == 302
    listed = seen("admin1", LIST)
    assert "Even so: Small bank" in listed
    assert "Risk officer does not go with Model developer" in listed


@pytest.mark.parametrize("username", ["sam", "dana", "rita", "ada"])
def test_others_neither_see_nor_decide(portfolio: Portfolio, username: str) -> None:
    """Refused in words; to who sees nothing of the portfolio it is not there."""
    propose()
    proposal = GrantProposal.objects.get(person=person("sam"))
    refused = 404 if username == "sam" else 403
    assert sent(username, f"{LIST}{proposal.pk}/confirm/")[0] == refused
    assert sent(username, f"{LIST}{proposal.pk}/decline/", {"reason": "x"})[0] == refused
    assert proposal.outcome == GrantProposal.Outcome.OPEN


def test_with_one_administrator_the_page_says_what_is_blocked(portfolio: Portfolio) -> None:
    """And how to mend it."""
    assert "some things are blocked" not in seen("alma", LIST)
    rows = RoleAssignment.objects.filter(role="administrator").exclude(person=person("alma"))
    rows.update(revoked_at=portfolio.created_at)
    page = seen("alma", LIST)
    assert "Only 1 administrator: some things are blocked." in page
    assert "Name another administrator" in page


def test_a_role_for_one_model_names_a_model_of_that_place(portfolio: Portfolio) -> None:
    """An unknown one comes back at its field."""
    status, page = propose(role="auditor", model="no-such-model")
    assert (status, "There is no model no-such-model." in page) == (422, True)


def test_accounts_are_closed_and_opened_with_a_reason(portfolio: Portfolio) -> None:
    """Nobody closes their own; strangers may not."""
    dana = f"/access/people/{person('dana').pk}/"
    assert sent("ada", f"{dana}deactivate/", {"reason": "x"})[0] == 403
    assert sent("alma", f"{dana}deactivate/", {"reason": " "})[0] == 422
    assert sent("alma", f"{dana}deactivate/", {"reason": "Has left"})[0] == 302
    assert "Dana Developer is deactivated." in seen("alma", dana)
    assert sent("alma", f"{dana}reactivate/", {"reason": "Is back"})[0] == 302
    assert person("dana").active
    alma = f"/access/people/{person('alma').pk}/"
    assert sent("alma", f"{alma}deactivate/", {"reason": "x"})[0] == 403
