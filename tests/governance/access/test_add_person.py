"""Adding people, service accounts and portfolios on screen."""

import pytest
from django.test import Client

from governance.access.models import Person, Portfolio, User
from tests.stories import people, signed_in
from workflows.management.cast import PASSWORD

pytestmark = pytest.mark.django_db

NINA = {
    "full_name": "Nina New",
    "email": "nina@example.org",
    "username": "nina",
    "password": "a-long-first-word",
}


@pytest.fixture(scope="module")
def portfolio(module_db: None) -> Portfolio:
    """The cast, once."""
    return people()


def test_an_added_person_can_sign_in_and_sees_nothing(portfolio: Portfolio) -> None:
    """No role, no rights."""
    answer = signed_in("alma").post("/access/people/add/", NINA)
    nina = Person.objects.get(email="nina@example.org")
    assert answer["Location"] == f"/access/people/{nina.pk}/"
    client = Client()
    signed = client.post("/accounts/login/", {"login": "nina", "password": NINA["password"]})
    assert signed.status_code == 302
    assert client.get("/access/people/").status_code == 403


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"password": "short"}, 422, "too short"),
        ({"email": "rita@example.org"}, 409, "is there already"),
        ({"username": "rita"}, 409, "is taken"),
        ({"full_name": ""}, 422, "1 thing needs your attention"),
    ],
)
def test_what_is_wrong_stands_at_the_form(
    portfolio: Portfolio, wrong: dict[str, str], status: int, words: str
) -> None:
    """What was typed is kept; nobody is added."""
    answer = signed_in("alma").post("/access/people/add/", NINA | wrong)
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert "nina" in answer.content.decode()
    assert not Person.objects.filter(full_name="Nina New").exists()


@pytest.mark.parametrize("username", ["sam", "ada", "dana"])
@pytest.mark.parametrize("address", ["/access/people/add/", "/access/portfolios/add/"])
def test_others_may_not_add(portfolio: Portfolio, username: str, address: str) -> None:
    """Neither look at the form nor send it."""
    client = signed_in(username)
    assert client.get(address).status_code == 403
    assert client.post(address, NINA | {"title": "Cards", "name": "cards"}).status_code == 403


def test_a_portfolio_is_added_once(portfolio: Portfolio) -> None:
    """The second time its name is taken."""
    client = signed_in("alma")
    cards = {"title": "Cards", "name": "cards"}
    assert client.post("/access/portfolios/add/", cards).status_code == 302
    assert client.post("/access/portfolios/add/", cards).status_code == 409
    assert Portfolio.objects.filter(name="cards").count() == 1


def test_a_service_account_has_somebody_who_answers_for_it(portfolio: Portfolio) -> None:
    """It cannot sign in."""
    dana = Person.objects.get(accounts__username="dana")
    address = f"/access/people/{dana.pk}/service-accounts/add/"
    assert signed_in("alma").post(address, {"username": "nightly"}).status_code == 302
    account = User.objects.get(username="nightly")
    assert (account.kind, account.person) == ("service", dana)
    login = Client().post("/accounts/login/", {"login": "nightly", "password": PASSWORD})
    assert login.status_code == 200
    assert signed_in("ada").post(address, {"username": "second"}).status_code == 403
