"""Why somebody may or may not do something, and who could do it today."""

import pytest

from governance.access.models import Portfolio, Team
from governance.access.operations import Holder, add_member, add_team, revoke
from governance.access.permissions import Permission
from governance.access.queries import (
    HistoryFilter,
    events_of,
    history_of_grants,
    short_grants,
    who_could,
    why,
)
from governance.access.separation import Part
from governance.errors import NotAllowed
from governance.inventory.models import ModelVersion
from tests import stories
from tests.governance.access.people import held, holder, lend, person
from workflows.lifecycle.queries import case_of, who_could_decide
from workflows.management.cast import actor_named, give
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db
APPROVE = Permission.VERSION_APPROVE


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.validated_version()


def test_the_path_of_a_grant_is_named(version: ModelVersion) -> None:
    """By name, through a team, on loan."""
    own = why(person("rita"), APPROVE, version)
    assert (own.may, own.paths[0].assignment) == (True, held("rita"))
    team = add_team(name="line", title="Second line", actor=actor_named("alma"))
    give("model_validator", Holder(team=team), portfolio=stories.house(), reason="x")
    add_member(team.pk, person("sam"), reason="x", actor=actor_named("alma"))
    [path] = why(person("sam"), Permission.VERSION_VALIDATE, version).paths
    assert path.team == "Second line"
    lend("rolf", "hanna")
    lenders = [p.lent_by for p in why(person("hanna"), APPROVE, version).paths]
    assert lenders == [None, person("rolf")]
    assert isinstance(team, Team)


def test_what_is_missing_is_said_with_the_roles_that_give_it(version: ModelVersion) -> None:
    """And where else it is held."""
    answer = why(person("sam"), APPROVE, version)
    assert (answer.may, answer.paths) == (False, ())
    assert "Risk officer" in answer.reasons[0]
    other = Portfolio.objects.create(name="cards", title="Cards")
    give("risk_officer", holder("sam"), portfolio=other, reason="x")
    answer = why(person("sam"), APPROVE, version)
    assert "is held, but in Cards" in answer.reasons[0]


def test_the_rule_that_forbids_is_named_with_the_part_that_was_played(
    version: ModelVersion,
) -> None:
    """Whatever roles are held."""
    give("risk_officer", holder("dana"), reason="x", conflict_reason="x")
    answer = why(person("dana"), APPROVE, version)
    assert answer.paths
    assert not answer.may
    assert answer.involvement is not None
    assert answer.involvement.part == Part.AUTHOR
    assert "is an author of this version" in answer.reasons[0]


def test_who_could_approve_today_with_the_reason_for_the_others(version: ModelVersion) -> None:
    """Risk officers, one of whom took part; and a warning when too few are left."""
    give("risk_officer", holder("victor"), reason="x", conflict_reason="x")
    found = who_could(APPROVE, version, roles={"risk_officer"}, needed=2)
    assert {one.person for one in found.able} == {person("rita"), person("rolf")}
    assert not found.warning
    [victor] = [one for one in found.candidates if not one.may]
    assert "is the validator of this version" in victor.reasons[0]
    person("rolf").accounts.update(is_active=False)
    type(person("rolf")).objects.filter(full_name="Rolf Officer").update(active=False)
    found = who_could(APPROVE, version, roles={"risk_officer"}, needed=2)
    assert found.warning == "Only 1 of the 2 people who are needed can do this today."
    revoke(held("rita").pk, reason="x", actor=actor_named("alma"))
    assert who_could(APPROVE, version, roles={"risk_officer"}).warning == (
        "Nobody can do this today."
    )


def test_a_role_younger_than_the_case_does_not_count(version: ModelVersion) -> None:
    """A17: nor does who has signed already."""
    give("risk_officer", holder("sam"), portfolio=stories.house(), reason="x")
    case = case_of(version)
    assert case is not None
    found = who_could_decide(version, case, Move.APPROVE)
    assert {one.person for one in found.able} == {person("rita"), person("rolf")}
    [sam] = [one for one in found.candidates if not one.may]
    assert sam.reasons == ("The role was given after the case was opened.",)
    stories.sign(version, "rita")
    found = who_could_decide(version, case, Move.APPROVE)
    assert ({one.person for one in found.able}, found.warning) == ({person("rolf")}, "")


def test_the_history_tells_what_was_given_and_taken_and_what_went_fast(
    version: ModelVersion,
) -> None:
    """A19: a role that was given to act once stands out."""
    given = give("auditor", holder("sam"), reason="For a day")
    revoke(given.pk, reason="Done", actor=actor_named("alma"))
    ada = actor_named("ada")
    events = events_of(history_of_grants(ada, HistoryFilter(person=person("sam").pk)))
    assert [(event.verb, event.reason) for event in events] == [
        ("revoked", "Done"),
        ("granted", "For a day"),
    ]
    assert short_grants(ada).get() == given
    with pytest.raises(NotAllowed):
        history_of_grants(actor_named("dana"))
