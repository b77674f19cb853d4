"""Policies as people read them."""

import pytest

from governance.access.models import Portfolio
from governance.access.operations import add_portfolio
from tests.stories import house, registered_model, signed_in
from workflows.management.cast import actor_named
from workflows.policies.models import Policy, PolicyVersion

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def portfolio(module_db: None) -> Portfolio:
    """The cast, and one model of tier 1."""
    registered_model()
    return house()


def page(username: str, address: str, status: int = 200) -> str:
    answer = signed_in(username).get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_the_list_says_what_each_tier_asks_for(portfolio: Portfolio) -> None:
    """Three tiers ship; even a stranger may know the rules of the house."""
    policies = page("sam", "/policies/")
    for words in ("Tier 1, material models", "2 risk officers", "1 risk officer", "required gates"):
        assert words in policies


def test_a_policy_reads_like_a_document(portfolio: Portfolio) -> None:
    """Who is asked, until when, with a signature; gates with their bounds."""
    policy = page("rita", "/policies/tier-1/")
    for words in (
        "Independent validator",
        "2 different people, nobody who took part in building it",
        "within 5 business days",
        "each signs with password or second factor",
        "≥ 0.7",
        "≥ −0.01",
        "90 days",
    ):
        assert words in policy


def test_an_unknown_policy_is_not_found(portfolio: Portfolio) -> None:
    """In words."""
    assert "There is no policy tier-9 in force" in page("rita", "/policies/tier-9/", 404)


def test_a_policy_of_a_place_is_read_by_those_who_see_the_place(portfolio: Portfolio) -> None:
    """A portfolio that Rita does not see has rules that she does not find."""
    elsewhere = add_portfolio(name="markets", title="Markets", actor=actor_named("admin1"))
    shipped = PolicyVersion.objects.get(policy__name="tier-1")
    own = Policy.objects.create(name="markets-1", title="Markets", tier=1, portfolio=elsewhere)
    own.versions.create(number=1, state="in_force", definition=shipped.definition)
    assert "markets-1" not in page("rita", "/policies/")
    page("rita", "/policies/markets-1/", 404)
    page("ada", "/policies/markets-1/")
