"""A model enters the inventory."""

import pytest

from governance.access.models import Portfolio
from governance.access.operations import add_portfolio
from governance.audit.models import AuditEntry
from governance.errors import Duplicate, Invalid, NotAllowed, NotFound
from governance.inventory.models import RegisteredModel
from governance.inventory.operations import register_model
from tests import stories
from workflows.management.cast import PORTFOLIO, actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def portfolio(module_db: None) -> Portfolio:
    return stories.house()


def register(who: str = "dana", **parts: object) -> RegisteredModel:
    """Somebody registers a model, as a rule a good one."""
    facts = {"name": "cards", "title": "Cards", "portfolio": PORTFOLIO, "tier": 2} | parts
    return register_model(**facts, actor=actor_named(who))


def test_who_registers_owns_it_at_first(portfolio: Portfolio) -> None:
    """And it stands in the log of its portfolio."""
    model = register()
    assert (model.owner.full_name, model.tier) == ("Dana Developer", 2)
    entry = AuditEntry.objects.get(action="model.registered")
    assert (entry.subject_id, entry.portfolio_id) == (model.pk, portfolio.pk)


def test_a_name_is_given_once(portfolio: Portfolio) -> None:
    """Also across portfolios, since manifests are named after it."""
    register()
    with pytest.raises(Duplicate, match="cards is taken"):
        register(title="Other")
    assert RegisteredModel.objects.count() == 1


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"name": "two words"}, "name"),
        ({"name": "ünï"}, "name"),
        ({"name": "../etc"}, "name"),
        ({"title": ""}, "title"),
        ({"tier": 0}, "tier"),
    ],
)
def test_what_cannot_be_a_model_is_refused_at_its_field(
    portfolio: Portfolio, parts: dict[str, object], field: str
) -> None:
    """Names become paths in repositories."""
    with pytest.raises(Invalid) as refused:
        register(**parts)
    assert refused.value.field == field
    assert not RegisteredModel.objects.exists()


def test_a_portfolio_of_others_is_not_found(portfolio: Portfolio) -> None:
    """Nor one that nobody has."""
    add_portfolio(name="corporate", title="Corporate", actor=actor_named("alma"))
    for name in ("corporate", "no-such"):
        with pytest.raises(NotFound, match="that you can see"):
            register(portfolio=name)


@pytest.mark.parametrize("who", ["victor", "rita", "mo", "ada", "alma"])
def test_others_do_not_register(portfolio: Portfolio, who: str) -> None:
    """It is the developers' and owners'."""
    with pytest.raises(NotAllowed):
        register(who)
