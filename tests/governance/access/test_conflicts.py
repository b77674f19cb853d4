"""Roles that one person should not hold together: warned of, explained, reported."""

import pytest

from governance.access.models import ConflictRule, Portfolio, Team
from governance.access.operations import (
    Holder,
    add_conflict_rule,
    add_portfolio,
    add_role,
    grant,
    remove_conflict_rule,
)
from governance.access.queries import conflicts_of_grant, conflicts_report, excluded_by
from governance.access.separation import MAKERS, Part
from governance.access.shipped import PART_RULES
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed
from tests.governance.access.people import held, holder, person
from tests.stories import people
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def test_the_rules_are_rows_and_the_rows_are_read(house: Portfolio) -> None:
    """Whoever made a version neither checks, signs nor merges it."""
    assert ConflictRule.objects.filter(kind="part").count() == len(PART_RULES)
    assert excluded_by()[Part.APPROVER] == MAKERS | {Part.VALIDATOR}
    ConflictRule.objects.filter(name="author-approver").delete()
    assert Part.AUTHOR not in excluded_by()[Part.APPROVER]


def test_a_grant_that_clashes_says_so_before_and_wants_a_reason(house: Portfolio) -> None:
    """With the reason it is given, and the reason stays with it."""
    dana = holder("dana")
    [clash] = conflicts_of_grant(dana, "model_validator", house.access_scope())
    assert "Model validator does not go with Model developer" in clash.words
    alma = actor_named("alma")
    with pytest.raises(Invalid, match="does not go with") as refused:
        grant("model_validator", dana, portfolio=house, reason="Both", actor=alma)
    assert refused.value.field == "conflict_reason"
    facts = {"portfolio": house, "reason": "Both", "conflict_reason": "Small team"}
    grant("model_validator", dana, **facts, actor=alma)
    assert held("dana", "model_validator").conflict_reason == "Small team"
    [row] = conflicts_report(actor_named("ada"))
    assert (row.person, row.conflict_reason) == (person("dana"), "Small team")


def test_roles_in_places_that_do_not_meet_do_not_clash(house: Portfolio) -> None:
    """Another portfolio is another matter; the organisation meets every place."""
    other = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    assert not conflicts_of_grant(holder("dana"), "model_validator", other.access_scope())
    assert conflicts_of_grant(holder("alma"), "risk_officer", other.access_scope())


def test_a_team_clashes_for_each_of_its_members(house: Portfolio) -> None:
    """What the team holds, the member holds."""
    team = Team.objects.create(name="risk", title="Risk")
    team.members.set([person("dana"), person("sam")])
    found = conflicts_of_grant(Holder(team=team), "risk_officer", house.access_scope())
    assert [clash.person for clash in found] == [person("dana")]


def test_a_role_of_the_site_is_caught_by_what_it_permits(house: Portfolio) -> None:
    """A rule names permissions, so a role under another name does not slip through."""
    alma = actor_named("alma")
    add_role(name="signer", title="Signer", permissions=["version:approve"], actor=alma)
    assert conflicts_of_grant(holder("victor"), "signer", house.access_scope())


def test_a_site_adds_rules_and_takes_its_own_away(house: Portfolio) -> None:
    """What ships stays."""
    alma = actor_named("alma")
    facts = {"kind": "role", "first": "auditor", "second": "mlops_engineer", "reason": "House rule"}
    add_conflict_rule(name="auditor-mlops", **facts, actor=alma)
    assert conflicts_of_grant(holder("mo"), "auditor", house.access_scope())
    with pytest.raises(Duplicate):
        add_conflict_rule(name="again", **facts, actor=alma)
    remove_conflict_rule("auditor-mlops", reason="x", actor=alma)
    assert not conflicts_of_grant(holder("mo"), "auditor", house.access_scope())
    with pytest.raises(Conflict, match="ships"):
        remove_conflict_rule("author-approver", reason="x", actor=alma)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"first": "king"}, "first"),
        ({"second": "auditor"}, "second"),
        ({"kind": "mood"}, "kind"),
        ({"reason": " "}, "reason"),
        ({"name": "no good"}, "name"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(
    house: Portfolio, parts: dict[str, str], field: str
) -> None:
    """At its field."""
    facts = {
        "name": "rule",
        "kind": "role",
        "first": "auditor",
        "second": "mlops_engineer",
        "reason": "x",
    }
    with pytest.raises(Invalid) as refused:
        add_conflict_rule(**(facts | parts), actor=actor_named("alma"))
    assert refused.value.field == field


@pytest.mark.parametrize("who", ["dana", "rita", "ada"])
def test_others_change_no_rule(house: Portfolio, who: str) -> None:
    """Not even to add one."""
    with pytest.raises(NotAllowed):
        remove_conflict_rule("author-approver", reason="x", actor=actor_named(who))


def test_nobody_who_sees_no_people_reads_the_report(house: Portfolio) -> None:
    """It names people."""
    give("model_validator", holder("dana"), portfolio=house, reason="x", conflict_reason="x")
    with pytest.raises(NotAllowed):
        conflicts_report(actor_named("sam"))
