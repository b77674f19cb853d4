"""Registering a model on screen."""

import pytest

from governance.access.models import Portfolio
from governance.inventory.models import RegisteredModel
from tests.stories import house, registered_model, signed_in

pytestmark = pytest.mark.django_db
FACTS = {
    "title": "Cards",
    "name": "cards",
    "portfolio": "retail-credit",
    "tier": "2",
    "purpose": "Scores card holders each month.",
}


@pytest.fixture(scope="module")
def portfolio(module_db: None) -> Portfolio:
    """Where Dana works."""
    return house()


def test_a_developer_registers_a_model_and_owns_it(portfolio: Portfolio) -> None:
    """The answer is the model's page."""
    answer = signed_in("dana").post("/models/register/", FACTS, follow=True)
    assert answer.redirect_chain == [("/models/cards/", 302)]
    assert "Cards is registered." in answer.content.decode()
    model = RegisteredModel.objects.get(name="cards")
    assert (model.owner.full_name, model.portfolio, model.tier) == ("Dana Developer", portfolio, 2)


def test_nothing_typed_is_lost_when_a_name_is_taken(portfolio: Portfolio) -> None:
    """409, the reason under the field, and every word still there."""
    registered_model("cards", "Cards of old")
    answer = signed_in("dana").post("/models/register/", FACTS)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "The model name cards is taken." in page
    assert FACTS["purpose"] in page


def test_what_is_missing_is_named_beside_its_field(portfolio: Portfolio) -> None:
    """422; the summary above links to the fields."""
    answer = signed_in("dana").post(
        "/models/register/", {**FACTS, "title": "", "name": "two words"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "2 things need your attention" in page
    assert 'value="two words"' in page
    assert not RegisteredModel.objects.filter(name="two words").exists()


@pytest.mark.parametrize("username", ["rita", "ada", "sam"])
def test_who_may_not_register_is_refused_with_the_reason(
    portfolio: Portfolio, username: str
) -> None:
    """Neither the form nor its answer is theirs."""
    browser = signed_in(username)
    assert browser.get("/models/register/").status_code == 403
    assert browser.post("/models/register/", FACTS).status_code == 403
    assert not RegisteredModel.objects.filter(name="cards").exists()


def test_no_model_hides_behind_another_page(portfolio: Portfolio) -> None:
    """The page to register models has the address that a model of that name would have."""
    answer = signed_in("dana").post("/models/register/", {**FACTS, "name": "register"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No model can be called register: another page has that address." in page
    assert FACTS["purpose"] in page
    assert not RegisteredModel.objects.filter(name="register").exists()
