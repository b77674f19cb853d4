"""Giving a role, and what it opens at that moment."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from governance.access.models import GrantProposal, Person, Portfolio, RoleAssignment, Team, User
from governance.access.operations import Holder, add_portfolio, confirm_proposal, grant
from governance.access.permissions import SHIPPED_ROLES, Permission
from governance.access.queries import can, require, visible_to
from governance.audit.models import AuditEntry
from governance.errors import Duplicate, Invalid, NotAllowed
from governance.inventory.models import RegisteredModel
from tests import stories
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def model(module_db: None) -> RegisteredModel:
    return stories.registered_model()


def person(username: str) -> Person:
    return User.objects.get(username=username).person


def give(role: str, username: str, by: str = "alma", **parts: object) -> RoleAssignment:
    """Somebody is given a role."""
    facts = {"reason": "Asked for", "portfolio": stories.house()} | parts
    given = grant(role, Holder(person=person(username)), **facts, actor=actor_named(by))
    if isinstance(given, GrantProposal):
        return confirm_proposal(given.pk, actor=actor_named("admin2"))
    return given


def test_a_role_opens_what_it_names_and_nothing_else(model: RegisteredModel) -> None:
    """In its scope, at once, written down with who gave it and why."""
    sam = actor_named("sam")
    assert not visible_to(sam, RegisteredModel.objects.all()).exists()
    given = give("risk_officer", "sam")
    shipped = next(role for role in SHIPPED_ROLES if role.name == "risk_officer")
    assert {p for p in Permission if can(sam, p, model)} == shipped.permissions
    assert visible_to(sam, RegisteredModel.objects.all()).get() == model
    entry = AuditEntry.objects.get(action="assignment.granted", subject_id=given.pk)
    assert entry.subject_seq == 1


def test_a_role_in_one_portfolio_is_none_in_another(model: RegisteredModel) -> None:
    """Nor in the organisation."""
    other = add_portfolio(name="corporate", title="Corporate", actor=actor_named("alma"))
    give("risk_officer", "sam", portfolio=other)
    sam = actor_named("sam")
    assert can(sam, Permission.VERSION_APPROVE, other)
    assert not can(sam, Permission.VERSION_APPROVE, model)
    assert not can(sam, Permission.VERSION_APPROVE)
    assert not visible_to(sam, RegisteredModel.objects.all()).exists()
    assert visible_to(sam, Portfolio.objects.all()).get() == other


def test_a_role_everywhere_is_a_role_in_every_portfolio(model: RegisteredModel) -> None:
    """Also in those that come later."""
    give("auditor", "sam", portfolio=None)
    later = add_portfolio(name="later", title="Later", actor=actor_named("alma"))
    assert can(actor_named("sam"), Permission.LOG_VIEW, later)


def test_a_team_carries_its_role_to_its_members(model: RegisteredModel) -> None:
    """Each of them, as a person."""
    team = Team.objects.create(name="risk", title="Risk")
    team.members.add(person("sam"))
    grant(
        "model_validator",
        Holder(team=team),
        portfolio=stories.house(),
        reason="The whole team",
        actor=actor_named("alma"),
    )
    assert can(actor_named("sam"), Permission.VERSION_VALIDATE, model)


def test_a_role_with_an_end_ends(model: RegisteredModel) -> None:
    """By the database's clock, whatever lists still show."""
    give("risk_officer", "sam", ends_at=timezone.now() + timedelta(hours=1))
    sam = actor_named("sam")
    assert can(sam, Permission.VERSION_APPROVE, model)
    day = timedelta(days=1)
    RoleAssignment.objects.filter(person=sam.person_id).update(
        starts_at=F("starts_at") - day, ends_at=F("ends_at") - day
    )
    assert not can(sam, Permission.VERSION_APPROVE, model)


def test_an_account_that_is_switched_off_can_do_nothing(model: RegisteredModel) -> None:
    """Whatever its person was given."""
    User.objects.filter(username="rita").update(is_active=False)
    assert not can(actor_named("rita"), Permission.VERSION_APPROVE, model)


def test_nobody_raises_themselves(model: RegisteredModel) -> None:
    """A18: not directly, not through a team, not through a service account of theirs."""
    alma = actor_named("alma")
    team = Team.objects.create(name="us", title="Us")
    team.members.add(person("alma"))
    service = User.objects.create(username="bot", kind="service", person=person("alma"))
    for holder in (Holder(person=person("alma")), Holder(team=team), Holder(account=service)):
        with pytest.raises(NotAllowed, match="Nobody gives a role to themselves"):
            grant("risk_officer", holder, reason="x", actor=alma)


@pytest.mark.parametrize("who", ["dana", "victor", "rita", "hanna", "ada", "sam"])
def test_others_do_not_grant(model: RegisteredModel, who: str) -> None:
    """The refusal names the roles that may."""
    with pytest.raises(NotAllowed) as refused:
        give("auditor", "sam", by=who)
    assert "Administrator" in refused.value.remedy


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"ends_at": timezone.now() - timedelta(days=1)}, "ends_at"),
    ],
)
def test_a_grant_without_a_reason_or_with_a_past_end_is_refused(
    model: RegisteredModel, parts: dict[str, object], field: str
) -> None:
    """At its field."""
    with pytest.raises(Invalid) as refused:
        give("auditor", "sam", **parts)
    assert refused.value.field == field


def test_an_unknown_role_is_refused(model: RegisteredModel) -> None:
    """Nothing is made up."""
    with pytest.raises(Invalid, match="There is no role boss"):
        give("boss", "sam")


def test_the_same_role_twice_is_refused(model: RegisteredModel) -> None:
    """One live assignment a holder, role and scope."""
    with pytest.raises(Duplicate):
        give("risk_officer", "rita")


def test_a_superuser_is_nobody(model: RegisteredModel) -> None:
    """A44: Django's flag gives no right here."""
    User.objects.filter(username="sam").update(is_superuser=True, is_staff=True)
    sam = actor_named("sam")
    with pytest.raises(NotAllowed):
        require(sam, Permission.VERSION_APPROVE, model)
    assert not visible_to(sam, RegisteredModel.objects.all()).exists()
