"""A role taken in an emergency: loud, short, reviewed by somebody else."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.access.models import BreakGlass, Portfolio, RoleAssignment
from governance.access.operations import (
    break_glass,
    review_break_glass,
)
from governance.access.permissions import Permission
from governance.access.queries import can, emergencies_open
from governance.errors import Conflict, Invalid, NotAllowed
from tests.governance.access.people import actions, person, portfolio
from tests.stories import people
from workflows.management.cast import actor_named

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def take(username: str = "hanna", role: str = "mlops_engineer", hours: int = 2) -> BreakGlass:
    """Somebody takes a role in the portfolio."""
    return break_glass(
        role, portfolio=portfolio(), reason="On fire", hours=hours, actor=actor_named(username)
    )


def pass_by(broken: BreakGlass) -> None:
    """Its hours are over."""
    RoleAssignment.objects.filter(pk=broken.assignment_id).update(
        starts_at=timezone.now() - timedelta(hours=3), ends_at=timezone.now() - timedelta(hours=1)
    )


def test_it_works_at_once_ends_by_itself_and_waits_for_a_review(house: Portfolio) -> None:
    """With actions of its own in the log."""
    hanna = actor_named("hanna")
    broken = take()
    assert can(hanna, Permission.PROMOTION_MERGE, house)
    assert emergencies_open().get() == broken
    pass_by(broken)
    assert not can(hanna, Permission.PROMOTION_MERGE, house)
    assert emergencies_open().get() == broken
    review_break_glass(broken.pk, note="Was right", actor=actor_named("alma"))
    assert not emergencies_open().exists()
    assert actions("assignment", broken.assignment_id) == ["glass.broken", "glass.reviewed"]


def test_it_is_not_taken_again_before_the_last_one_is_reviewed(house: Portfolio) -> None:
    """Nor reviewed by oneself, nor while it runs."""
    broken = take("alma")
    with pytest.raises(Conflict, match="not over yet"):
        review_break_glass(broken.pk, note="x", actor=actor_named("hanna"))
    pass_by(broken)
    with pytest.raises(NotAllowed, match="not reviewed yet"):
        take("alma")
    with pytest.raises(NotAllowed, match="Nobody reviews their own"):
        review_break_glass(broken.pk, note="x", actor=actor_named("alma"))
    with pytest.raises(Invalid):
        review_break_glass(broken.pk, note=" ", actor=actor_named("hanna"))
    review_break_glass(broken.pk, note="Was right", actor=actor_named("hanna"))
    take("alma")


@pytest.mark.parametrize("hours", [0, 5, -1])
def test_it_lasts_four_hours_at_most(house: Portfolio, hours: int) -> None:
    """And one at least."""
    with pytest.raises(Invalid):
        take(hours=hours)


@pytest.mark.parametrize("who", ["dana", "victor", "rita", "mo", "ada", "sam"])
def test_others_break_no_glass(house: Portfolio, who: str) -> None:
    """It needs a permission of its own."""
    with pytest.raises(NotAllowed):
        take(who)
    assert not RoleAssignment.objects.filter(source="break_glass").exists()


def test_what_clashes_is_marked_for_the_reviewer(house: Portfolio) -> None:
    """The emergency is the reason."""
    broken = take("hanna")
    assert broken.assignment.conflict_reason == "On fire"
    assert broken.person == person("hanna")
