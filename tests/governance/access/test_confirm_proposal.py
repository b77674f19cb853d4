"""Sensitive roles take two administrators."""

import pytest

from governance.access.models import GrantProposal, Portfolio, RoleAssignment
from governance.access.operations import confirm_proposal, decline_proposal, grant
from governance.access.permissions import Permission
from governance.access.queries import (
    HistoryFilter,
    can,
    events_of,
    history_of_grants,
    proposals_seen,
)
from governance.audit.models import AuditEntry
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound
from tests.governance.access.people import actions, held, holder, lend, person, portfolio
from tests.stories import people
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def propose(role: str = "risk_officer", to: str = "sam", by: str = "admin1") -> GrantProposal:
    """An administrator asks for a sensitive role for somebody."""
    made = grant(role, holder(to), portfolio=portfolio(), reason="Short", actor=actor_named(by))
    assert isinstance(made, GrantProposal)
    return made


def test_a_sensitive_role_waits_for_a_second_administrator(house: Portfolio) -> None:
    """Until then it gives nothing; afterwards at once. Both names are in the log."""
    proposal, sam = propose(), actor_named("sam")
    assert not can(sam, Permission.VERSION_APPROVE, house)
    assert proposals_seen(actor_named("admin2")).get() == proposal
    assignment = confirm_proposal(proposal.pk, actor=actor_named("admin2"))
    assert can(sam, Permission.VERSION_APPROVE, house)
    assert assignment.granted_by == person("admin1")
    assert actions("proposal", proposal.pk) == ["grant.proposed", "grant.confirmed"]
    entry = AuditEntry.objects.get(action="assignment.granted", subject_id=assignment.pk)
    assert entry.actor_id == person("admin2").pk


def test_nobody_confirms_their_own_proposal(house: Portfolio) -> None:
    """Nor does who would hold the role, nor anybody who may not grant."""
    proposal = propose()
    for username, refusal in (("admin1", NotAllowed), ("rita", NotAllowed), ("sam", NotFound)):
        with pytest.raises(refusal):
            confirm_proposal(proposal.pk, actor=actor_named(username))
    second = propose("portfolio_administrator", "alma")
    with pytest.raises(NotAllowed, match="Nobody gives a role to themselves"):
        confirm_proposal(second.pk, actor=actor_named("alma"))


def test_a_deputy_of_the_proposer_is_no_second_administrator(house: Portfolio) -> None:
    """Both are one pair of eyes, whichever way round."""
    lend("admin1", "ada")
    proposal = propose(by="admin1")
    with pytest.raises(NotAllowed, match="Who proposed a grant"):
        confirm_proposal(proposal.pk, actor=actor_named("ada"))


def test_a_declined_proposal_gives_nothing_and_says_why(house: Portfolio) -> None:
    """It stands in the history and cannot be confirmed any more."""
    proposal, second = propose(), actor_named("admin2")
    with pytest.raises(Invalid):
        decline_proposal(proposal.pk, reason=" ", actor=second)
    decline_proposal(proposal.pk, reason="Not needed", actor=second)
    with pytest.raises(Conflict, match="decided already"):
        confirm_proposal(proposal.pk, actor=second)
    [event] = events_of(history_of_grants(second, HistoryFilter(kind="declined")))
    assert (event.verb, event.row, event.entry is None) == ("declined", proposal, False)


def test_it_is_proposed_once(house: Portfolio) -> None:
    """And not at all when it is held."""
    propose()
    with pytest.raises(Duplicate, match="proposed already"):
        propose(by="alma")
    with pytest.raises(Duplicate, match="held here already"):
        propose(to="rita")


def test_a_clash_that_came_after_the_proposal_is_seen_at_the_confirmation(
    house: Portfolio,
) -> None:
    """What was fit when it was proposed need not be fit now."""
    proposal = propose()
    give("model_validator", holder("sam"), portfolio=house, reason="Meanwhile")
    with pytest.raises(Conflict, match="does not go with"):
        confirm_proposal(proposal.pk, actor=actor_named("admin2"))


def test_who_may_grant_in_one_portfolio_sees_its_proposals_only(house: Portfolio) -> None:
    """And confirms them, if they are another than the proposer."""
    give("portfolio_administrator", holder("sam"), portfolio=house, reason="x")
    here, first = propose(to="ada"), actor_named("admin1")
    grant("administrator", holder("victor"), reason="x", conflict_reason="x", actor=first)
    assert proposals_seen(actor_named("sam")).get() == here
    confirm_proposal(here.pk, actor=actor_named("sam"))
    assert held("ada", "risk_officer").proposal == here


def test_an_unknown_proposal_is_not_found(house: Portfolio) -> None:
    """Nor is anything said about it."""
    with pytest.raises(NotFound):
        confirm_proposal(house.pk, actor=actor_named("admin2"))
    assert not RoleAssignment.objects.filter(person=person("sam")).exists()
