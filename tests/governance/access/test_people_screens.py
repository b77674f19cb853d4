"""Who is there, who holds what, and who may look."""

import pytest

from governance.access.models import Person, Portfolio
from governance.access.operations import Holder
from tests.stories import people, signed_in
from workflows.management.cast import add_pipeline, give

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def portfolio(module_db: None) -> Portfolio:
    """The cast and a pipeline, set up once."""
    portfolio = people()
    add_pipeline(portfolio)
    return portfolio


def person(username: str) -> Person:
    return Person.objects.get(accounts__username=username)


def page(username: str, address: str) -> str:
    answer = signed_in(username).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_list_shows_people_with_their_roles(portfolio: Portfolio) -> None:
    """Each with accounts and what they hold, service accounts under who answers for them."""
    listed = page("alma", "/access/people/")
    assert "12 people." in listed
    assert "Risk officer" in listed
    assert "ci-credit" in listed


def test_the_list_is_narrowed_by_words_and_role(portfolio: Portfolio) -> None:
    """Both live in the address."""
    assert "Rita Risk" not in page("alma", "/access/people/?q=dana")
    officers = page("alma", "/access/people/?role=risk_officer")
    assert "Rita Risk" in officers
    assert "Dana Developer" not in officers
    assert "Nobody is found" in page("alma", "/access/people/?q=nobody")


@pytest.mark.parametrize("username", ["sam", "dana", "rita", "mo"])
@pytest.mark.parametrize("address", ["/access/people/", "/access/roles/"])
def test_who_may_not_see_people_is_told_so(
    portfolio: Portfolio, username: str, address: str
) -> None:
    """Refused in words, and no link leads there."""
    answer = signed_in(username).get(address)
    assert answer.status_code == 403
    assert "person:view" in answer.content.decode()
    assert 'href="/access/people/"' not in page(username, "/preferences/")


def test_an_auditor_reads_but_finds_no_button(portfolio: Portfolio) -> None:
    """What cannot be pressed is not offered."""
    seen = page("ada", f"/access/people/{person('dana').pk}/")
    assert "Named by the model risk committee" in seen
    for word in ("Give a role", "Take back…", "Issue a token", "Add a service account"):
        assert word not in seen


def test_a_portfolio_administrator_sees_their_portfolio_only(portfolio: Portfolio) -> None:
    """Roles in another portfolio are none of theirs; those of the whole organisation are."""
    other = Portfolio.objects.create(name="cards", title="Cards")
    give("portfolio_administrator", Holder(person=person("sam")), portfolio=other, reason="Cards")
    listed = page("sam", "/access/people/")
    assert "Administrator" in listed
    assert "Retail credit" not in listed
    assert "Named by the model risk committee" not in page(
        "sam", f"/access/people/{person('dana').pk}/"
    )


def test_the_matrix_shows_holders_and_permissions(portfolio: Portfolio) -> None:
    """And warns of roles that one person should not hold together."""
    assert "do not go together" not in page("ada", "/access/matrix/")
    dana = Holder(person=person("dana"))
    give("risk_officer", dana, portfolio=portfolio, reason="Test", conflict_reason="Test")
    seen = page("ada", "/access/matrix/?portfolio=retail-credit&conflicts=1")
    assert "do not go together" in seen
    assert "Dana Developer" in seen
    assert "Rita Risk" not in seen
    assert "version:approve" in page("ada", "/access/roles/")
    held = page("ada", f"/access/people/{person('dana').pk}/")
    assert "Dana Developer: Model developer does not go with Risk officer." in held


def test_an_unknown_person_is_not_found(portfolio: Portfolio) -> None:
    """Nor is anything said about them."""
    nobody = "00000000-0000-4000-8000-000000000000"
    assert signed_in("alma").get(f"/access/people/{nobody}/").status_code == 404
