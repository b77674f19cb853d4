"""Conflicts on screen: the report, and the rules, added and taken away with a reason."""

import pytest

from governance.access.models import ConflictRule, Portfolio
from governance.access.operations import add_portfolio
from governance.audit.models import AuditEntry
from governance.audit.queries import views_of
from tests.governance.access.people import holder
from tests.governance.access.screens import seen, sent
from tests.stories import people, signed_in
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db
CONFLICTS = "/access/conflicts/"
RULE = {
    "name": "auditor-mlops",
    "kind": "role",
    "first": "auditor",
    "second": "mlops_engineer",
    "reason": "House rule",
}


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def test_the_report_names_who_holds_both_and_why(house: Portfolio) -> None:
    """And can be narrowed to a portfolio."""
    assert "No conflict" in seen("ada", CONFLICTS)
    give("risk_officer", holder("dana"), portfolio=house, reason="x", conflict_reason="Tiny bank")
    add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    page = seen("ada", CONFLICTS)
    assert "Dana Developer: Model developer does not go with Risk officer." in page
    assert "Tiny bank" in page
    assert "No conflict" in seen("ada", f"{CONFLICTS}?portfolio=cards")


def test_a_rule_is_added_and_taken_away_with_a_reason(house: Portfolio) -> None:
    """What is wrong comes back at its field; the log keeps rule and reasons."""
    status, page = sent("alma", f"{CONFLICTS}rules/add/", RULE | {"first": "king"})
    assert (status, "There is no king." in page, "House rule" in page) == (422, True, True)
    assert sent("alma", f"{CONFLICTS}rules/add/", RULE)[0] == 302
    assert "House rule" in seen("ada", CONFLICTS)
    remove = f"{CONFLICTS}rules/auditor-mlops/remove/"
    assert sent("alma", remove, {"reason": ""})[0] == 422
    assert ConflictRule.objects.filter(pk="auditor-mlops").exists()
    assert sent("alma", remove, {"reason": "No longer needed"})[0] == 302
    assert not ConflictRule.objects.filter(pk="auditor-mlops").exists()
    [entry] = views_of(AuditEntry.objects.filter(action="conflict_rule.removed"))
    assert entry.personal["reason"] == "No longer needed"


def test_a_rule_that_ships_stays(house: Portfolio) -> None:
    """There is no button for it, and sending it anyway is refused in words."""
    assert 'data-dialog="remove_author-approver"' not in seen("alma", CONFLICTS)
    status, page = sent("alma", f"{CONFLICTS}rules/author-approver/remove/", {"reason": "x"})
    assert (status, "ships with the product and stays" in page) == (409, True)


@pytest.mark.parametrize("who", ["dana", "rita", "ada"])
def test_others_change_no_rule(house: Portfolio, who: str) -> None:
    """Whether or not they may read the report."""
    assert sent(who, f"{CONFLICTS}rules/add/", RULE)[0] == 403
    assert sent(who, f"{CONFLICTS}rules/author-approver/remove/", {"reason": "x"})[0] == 403
    assert signed_in(who).get(CONFLICTS).status_code == (200 if who == "ada" else 403)
