"""Groups of the identity provider on screen: who mapped them, where, and taking them away."""

import pytest

from governance.access.models import GroupMapping, Portfolio
from governance.access.operations import add_group_mapping, add_portfolio
from governance.audit.models import AuditEntry
from tests.governance.access.people import holder, person
from tests.governance.access.screens import seen, sent
from tests.stories import people, signed_in
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db
GROUPS = "/access/groups/"
QUANTS = {"group": "quants", "role": "model_developer", "place": "retail-credit"}


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def test_a_group_is_mapped_by_somebody_and_taken_away(house: Portfolio) -> None:
    """The author stands beside it, and both acts stand in the log."""
    assert "No group is mapped" in seen("alma", GROUPS)
    assert sent("alma", f"{GROUPS}add/", QUANTS)[0] == 302
    mapping = GroupMapping.objects.get()
    assert mapping.added_by == person("alma")
    page = seen("alma", GROUPS)
    assert "quants" in page
    assert "by Alma Admin" in page
    assert sent("alma", f"{GROUPS}{mapping.pk}/remove/")[0] == 302
    told = AuditEntry.objects.filter(subject_type="group_mapping").order_by("subject_seq")
    assert list(told.values_list("action", "actor_id")) == [
        ("group_mapping.added", person("alma").pk),
        ("group_mapping.removed", person("alma").pk),
    ]
    assert not GroupMapping.objects.exists()


def test_what_cannot_be_mapped_comes_back_with_what_was_typed(house: Portfolio) -> None:
    """Twice the same, no group, a role that takes two administrators."""
    assert sent("alma", f"{GROUPS}add/", QUANTS)[0] == 302
    status, page = sent("alma", f"{GROUPS}add/", QUANTS)
    assert (status, "gives this role here already" in page) == (409, True)
    assert sent("alma", f"{GROUPS}add/", QUANTS | {"group": " "})[0] == 422
    assert sent("alma", f"{GROUPS}add/", QUANTS | {"role": "risk_officer"})[0] == 422
    assert 'value="risk_officer"' not in seen("alma", GROUPS)


def test_an_administrator_of_one_portfolio_maps_there_only(house: Portfolio) -> None:
    """Elsewhere they see nothing, and sending it anyway is refused."""
    cards = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    give("portfolio_administrator", holder("sam"), portfolio=cards, reason="x")
    add_group_mapping("quants", "model_developer", portfolio=house, actor=actor_named("alma"))
    assert "quants" not in seen("sam", GROUPS)
    assert sent("sam", f"{GROUPS}add/", QUANTS)[0] == 422
    assert sent("sam", f"{GROUPS}add/", QUANTS | {"place": "cards"})[0] == 302
    foreign = GroupMapping.objects.get(portfolio=house)
    assert sent("sam", f"{GROUPS}{foreign.pk}/remove/")[0] in {403, 404}
    assert GroupMapping.objects.filter(pk=foreign.pk).exists()


@pytest.mark.parametrize("who", ["dana", "rita", "ada"])
def test_others_have_no_such_page(house: Portfolio, who: str) -> None:
    """Nor do they map anything."""
    assert signed_in(who).get(GROUPS).status_code == 403
    assert sent(who, f"{GROUPS}add/", QUANTS)[0] == 403
