"""A role taken in an emergency: loud, short, reviewed by somebody else."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from governance.access.models import BreakGlass, Portfolio, RoleAssignment
from governance.access.operations import (
    ask_for_review,
    break_glass,
    grant,
    review_break_glass,
)
from governance.access.permissions import Permission
from governance.access.queries import can, duties_of, emergencies_around, emergencies_open
from governance.audit.models import AuditEntry
from governance.audit.queries import views_of
from governance.errors import Conflict, Invalid, NotAllowed
from governance.inventory.models import RegisteredModel
from tests.governance.access.people import actions, holder, person, portfolio
from tests.stories import people, signed_in
from workflows.delivery.operations import reconcile
from workflows.desk.queries import inbox_count
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


def test_whoever_may_review_it_is_told_and_asked(house: Portfolio) -> None:
    """In the log by a job, in the inbox while it runs, and counted once it is over."""
    broken = take("hanna")
    reconcile()
    assert actions("assignment", broken.assignment_id) == ["glass.broken", "glass.review_asked"]
    [told] = views_of(AuditEntry.objects.filter(action="glass.review_asked"))
    asked = set(told.line.details["reviewers"])
    assert str(person("alma").pk) in asked
    assert str(person("hanna").pk) not in asked
    ask_for_review(SimpleNamespace(payload={"broken_id": str(broken.pk)}))
    assert actions("assignment", broken.assignment_id).count("glass.review_asked") == 1
    [duty] = duties_of(actor_named("alma"))
    assert (duty.kind, duty.running) == ("emergency", broken.assignment.ends_at)
    assert inbox_count(actor_named("alma")) == 0
    pass_by(broken)
    assert inbox_count(actor_named("alma")) == 1
    assert "Emergency access of Hanna Head" in signed_in("alma").get("/").content.decode()
    assert duties_of(actor_named("hanna")) == []
    review_break_glass(broken.pk, note="Was right", actor=actor_named("alma"))
    assert duties_of(actor_named("alma")) == []


@pytest.mark.parametrize(
    ("who", "sees"), [("rita", True), ("hanna", True), ("alma", True), ("sam", False)]
)
def test_everybody_in_its_scope_sees_it_on_every_page_while_it_lasts(
    house: Portfolio, who: str, sees: bool
) -> None:
    """Whoever holds anything there; a stranger does not. It goes by itself."""
    broken = take("hanna")
    words = "The glass is broken: Hanna Head acts as MLOps engineer."
    for address in ("/", "/models/", "/preferences/"):
        assert (words in signed_in(who).get(address).content.decode()) is sees
    pass_by(broken)
    assert words not in signed_in(who).get("/").content.decode()


def test_in_the_whole_organisation_everybody_sees_it(house: Portfolio) -> None:
    """Also who holds nothing."""
    break_glass("auditor", reason="Fire", hours=1, actor=actor_named("alma"))
    assert "The glass is broken" in signed_in("sam").get("/").content.decode()


def test_a_role_for_one_model_is_enough_to_see_it(house: Portfolio) -> None:
    """Its portfolio is the scope."""
    bare = RegisteredModel.objects.create(
        portfolio=house, name="bare", title="Bare", tier=3, owner=person("dana")
    )
    grant("auditor", holder("sam"), model=bare, reason="x", actor=actor_named("alma"))
    take("hanna")
    assert [row.person for row in emergencies_around(actor_named("sam"))] == [person("hanna")]
