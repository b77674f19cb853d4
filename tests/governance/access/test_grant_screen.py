"""Giving roles and taking them back, on screen."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from governance.access.models import GrantProposal, Person, Portfolio, RoleAssignment
from governance.access.operations import confirm_proposal, importing
from governance.access.views.granting import end_of
from governance.audit.models import AuditEntry, AuditPersonalValue
from tests.stories import people, signed_in
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def portfolio(module_db: None) -> Portfolio:
    """The cast, once."""
    return people()


def person(username: str) -> Person:
    return Person.objects.get(accounts__username=username)


def give(by: str, to: str, **typed: str) -> tuple[int, str]:
    """Send the dialog; returns status and page."""
    words = {
        "role": "auditor",
        "place": "retail-credit",
        "holder": "person",
        "reason": "Asked by the bank",
    }
    answer = signed_in(by).post(f"/access/people/{person(to).pk}/grant/", words | typed)
    return answer.status_code, answer.content.decode()


def take(by: str, assignment: RoleAssignment, reason: str) -> int:
    address = f"/access/people/{assignment.person_id}/assignments/{assignment.pk}/revoke/"
    return signed_in(by).post(address, {"reason": reason}).status_code


def held(username: str, role: str) -> RoleAssignment:
    return RoleAssignment.objects.get(person=person(username), role=role)


def test_a_role_works_at_once_and_stands_in_the_log_with_its_reason(portfolio: Portfolio) -> None:
    """Sam could see nothing before."""
    assert signed_in("sam").get("/log/").status_code == 403
    assert give("alma", "sam")[0] == 302
    assert signed_in("sam").get("/log/").status_code == 200
    entry = AuditEntry.objects.get(
        action="assignment.granted", subject_id=held("sam", "auditor").pk
    )
    reason = AuditPersonalValue.objects.get(entry=entry, path="reason")
    assert reason.value == "Asked by the bank"


def test_a_role_may_end_with_a_day(portfolio: Portfolio) -> None:
    """The last day counts whole."""
    day = timezone.localdate() + timedelta(days=3)
    assert give("alma", "sam", ends_on=day.isoformat())[0] == 302
    ends = timezone.localtime(held("sam", "auditor").ends_at)
    assert (ends.date(), ends.hour) == (day + timedelta(days=1), 0)


@pytest.mark.parametrize(
    ("typed", "status", "words"),
    [
        ({"reason": ""}, 422, "Reason"),
        ({"role": "king"}, 422, "king"),
        ({"place": "elsewhere"}, 422, "elsewhere"),
        ({"place": ""}, 422, "Where"),
        ({"ends_on": "2020-01-01"}, 422, "lies in the past"),
        ({"holder": str(uuid4())}, 422, "is not one of the available choices"),
    ],
)
def test_what_is_wrong_comes_back_in_the_open_dialog(
    portfolio: Portfolio, typed: dict[str, str], status: int, words: str
) -> None:
    """Nothing is granted."""
    answered, page = give("alma", "sam", **typed)
    assert answered == status
    assert words in page
    assert 'id="grant" aria-labelledby="grant-h" data-open' in page
    assert not RoleAssignment.objects.filter(person=person("sam")).exists()


def test_the_same_role_is_given_once(portfolio: Portfolio) -> None:
    """The second grant says so."""
    give("alma", "sam")
    status, page = give("alma", "sam")
    assert (status, "held here already" in page) == (409, True)


@pytest.mark.parametrize("username", ["sam", "dana", "ada", "hanna"])
def test_who_may_not_grant_is_refused(portfolio: Portfolio, username: str) -> None:
    """An auditor may look at people and still not grant."""
    assert give(username, "olive")[0] == 403
    assert not RoleAssignment.objects.filter(person=person("olive"), role="auditor").exists()


def test_nobody_raises_themselves(portfolio: Portfolio) -> None:
    """Not even an administrator."""
    status, page = give("alma", "alma", role="risk_officer")
    assert (status, "Nobody gives a role to themselves." in page) == (403, True)
    assert (
        "Give a role"
        not in signed_in("alma").get(f"/access/people/{person('alma').pk}/").content.decode()
    )


def test_a_portfolio_administrator_grants_in_their_portfolio_only(portfolio: Portfolio) -> None:
    """Neither elsewhere nor everywhere."""
    Portfolio.objects.create(name="cards", title="Cards")
    give("alma", "sam", role="portfolio_administrator")
    confirm_proposal(GrantProposal.objects.get(outcome="open").pk, actor=actor_named("admin2"))
    assert give("sam", "olive")[0] == 302
    assert give("sam", "rolf", place="cards")[0] == 422
    assert give("sam", "rolf", place="*")[0] == 422


def test_a_role_that_does_not_go_with_another_says_so(portfolio: Portfolio) -> None:
    """A hint beside the choice; the rule itself binds each version anyway."""
    page = signed_in("alma").get(f"/access/people/{person('dana').pk}/").content.decode()
    assert "Risk officer (does not go with Model developer)" in page


def test_a_role_taken_back_ends_at_once(portfolio: Portfolio) -> None:
    """With the reason, by whoever may."""
    assert take("ada", held("rita", "risk_officer"), "No longer") == 403
    assert take("alma", held("rita", "risk_officer"), " ") == 422
    assert take("alma", held("rita", "risk_officer"), "Has left") == 302
    assert held("rita", "risk_officer").revoked_reason == "Has left"
    page = signed_in("alma").get(f"/access/people/{person('rita').pk}/").content.decode()
    assert "Has left" in page


def test_a_role_is_taken_back_once(portfolio: Portfolio) -> None:
    """The second press changes nothing."""
    take("alma", held("rita", "risk_officer"), "Has left")
    assert take("alma", held("rita", "risk_officer"), "Again") == 409
    assert held("rita", "risk_officer").revoked_reason == "Has left"


def test_two_administrators_stay(portfolio: Portfolio) -> None:
    """One of a single portfolio is no replacement: nobody could grant anything elsewhere."""
    give("alma", "sam", role="administrator")
    confirm_proposal(GrantProposal.objects.get(outcome="open").pk, actor=actor_named("admin2"))
    assert take("alma", held("admin1", "administrator"), "Set up") == 302
    assert take("alma", held("admin2", "administrator"), "Last but one") == 409


def test_an_assignment_that_is_not_there_is_not_found(portfolio: Portfolio) -> None:
    """Whoever asks."""
    address = f"/access/people/{person('rita').pk}/assignments/{uuid4()}/revoke/"
    assert signed_in("alma").post(address, {"reason": "x"}).status_code == 404


def test_a_role_may_end_on_the_very_last_day() -> None:
    """No day comes after it, in a form or in a file."""
    assert end_of(date.max)
    assert importing._after(importing._day("9999-12-31", field="ends"))
