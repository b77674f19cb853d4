"""All rights of somebody read at once say the same as `can`, thing by thing."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from governance.access.models import (
    Delegation,
    Person,
    Portfolio,
    RoleAssignment,
    Team,
    User,
)
from governance.access.permissions import Permission
from governance.access.queries import can, reach_of, visible_to
from governance.access.reach import Scoped
from governance.actors import Actor
from governance.inventory.models import RegisteredModel
from tests import stories
from tests.governance.access.tokens import token_actor_of
from workflows.management.cast import actor_named

ASKED = (
    Permission.MODEL_VIEW,
    Permission.VERSION_APPROVE,
    Permission.VERSION_RETIRE,
    Permission.ASSIGNMENT_GRANT,
)
CAST = ("dana", "olive", "victor", "rita", "hanna", "mo", "ada", "alma", "sam")


def things() -> tuple[None, Portfolio, Portfolio, RegisteredModel, RegisteredModel]:
    """The organisation, two portfolios, a model in each."""
    home = stories.registered_model()
    away, _made = Portfolio.objects.get_or_create(name="away", title="Away")
    other, _made = RegisteredModel.objects.get_or_create(
        name="other", title="Other", portfolio=away, owner=home.owner, tier=2
    )
    return None, home.portfolio, away, home, other


def agree(actor: Actor, places: Sequence[Scoped | None]) -> bool:
    """For permissions of every kind of role, here and there."""
    reach = reach_of(actor)
    return all(
        reach.allows(permission, thing) == can(actor, permission, thing)
        for permission in ASKED
        for thing in places
    )


def given(role: str, **facts: object) -> RoleAssignment:
    """An assignment as it stands, whoever may have given it."""
    return RoleAssignment.objects.create(role_id=role, reason="x", **facts)


@pytest.mark.both_databases
def test_what_is_read_at_once_is_what_is_asked_one_by_one() -> None:
    """For the whole cast, by name, by team, by model, by token; before and after its time."""
    places = _none, _home, away, model, other = things()
    sam = Person.objects.get(accounts__username="sam")
    team = Team.objects.create(name="night", title="Night shift")
    team.members.add(sam)
    now = timezone.now()
    given("risk_officer", team=team, scope_kind="portfolio", portfolio=away)
    given("model_owner", person=sam, scope_kind="model", model=model)
    hours = timedelta(hours=1)
    given("auditor", person=sam, scope_kind="organisation", starts_at=now + hours)
    past = {"starts_at": now - 2 * hours, "ends_at": now - hours}
    given("administrator", person=sam, scope_kind="organisation", **past)
    assert all(agree(actor_named(name), places) for name in CAST)
    assert agree(token_actor_of("sam", Permission.VERSION_APPROVE), places)
    assert agree(Actor.system("tick"), places)
    seen = visible_to(actor_named("sam"), RegisteredModel.objects.all())
    assert {row.pk for row in seen} == {model.pk, other.pk}
    assert [p.pk for p in visible_to(actor_named("sam"), Portfolio.objects.all())] == [away.pk]


@pytest.mark.django_db
def test_what_is_lent_is_within_reach_while_it_is_lent() -> None:
    """A deputy sees and may do what the giver may."""
    places = things()
    sam, rita = (Person.objects.get(accounts__username=name) for name in ("sam", "rita"))
    now = timezone.now()
    window = {"starts_at": now - timedelta(hours=1), "ends_at": now + timedelta(hours=1)}
    loan = Delegation.objects.create(giver=rita, deputy=sam, reason="Away.", **window)
    assert agree(actor_named("sam"), places)
    assert reach_of(actor_named("sam")).where(Permission.VERSION_APPROVE).portfolios
    loan.revoked_at = now
    loan.save()
    assert agree(actor_named("sam"), places)
    assert not reach_of(actor_named("sam")).places


@pytest.mark.django_db
def test_a_closed_account_reaches_nothing() -> None:
    """At once, whatever its person still holds."""
    places = things()
    rita = actor_named("rita")
    User.objects.filter(username="rita").update(is_active=False)
    assert not reach_of(rita).places
    assert agree(rita, places)


@pytest.mark.django_db
def test_rights_read_once_serve_a_whole_page(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    """One query for the rights, one for the rows, none for any question about them."""
    stories.registered_model()
    rita = actor_named("rita")
    with django_assert_num_queries(2):
        reach = reach_of(rita)
        for row in visible_to(reach, RegisteredModel.objects.all()):
            assert reach.allows(Permission.VERSION_APPROVE, row)
            assert not reach.allows(Permission.VERSION_SUBMIT, row)
