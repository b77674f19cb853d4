"""Standing in for somebody, within a window."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.access.models import Delegation, RoleAssignment
from governance.access.operations import (
    add_portfolio,
    follow_windows,
    revoke,
    revoke_delegation,
)
from governance.access.permissions import Permission
from governance.access.queries import acting_for, can, require_separate, why
from governance.access.separation import Part
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound
from governance.inventory.models import RegisteredModel
from tests import stories
from tests.governance.access.people import actions, held, holder, lend, person, soon
from workflows.lifecycle.operations import withdraw_version
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db
APPROVE = Permission.VERSION_APPROVE


@pytest.fixture(scope="module")
def model(module_db: None) -> RegisteredModel:
    return stories.registered_model()


def in_group(username: str, role: str) -> bool:
    return person(username).accounts.get().groups.filter(name__startswith=f"{role}@").exists()


def shift(delegation: Delegation, **parts: float) -> None:
    """Time passes for one delegation."""
    Delegation.objects.filter(pk=delegation.pk).update(
        starts_at=delegation.starts_at - timedelta(**parts),
        ends_at=delegation.ends_at - timedelta(**parts),
    )


def test_a_deputy_may_what_the_giver_may_within_the_window(model: RegisteredModel) -> None:
    """A22: neither before nor after, to the second; whose right it is can be asked."""
    sam = actor_named("sam")
    lent = lend("rita", "sam", starts_at=soon(days=1), ends_at=soon(days=2))
    assert not can(sam, APPROVE, model)
    shift(lent, days=1, seconds=1)
    assert can(sam, APPROVE, model)
    assert acting_for(sam, "risk_officer", model) == person("rita")
    assert why(person("sam"), APPROVE, model).paths[0].lent_by == person("rita")
    shift(lent, days=3)
    assert not can(sam, APPROVE, model)
    assert actions("delegation", lent.pk) == ["delegation.given"]


def test_groups_follow_the_windows(model: RegisteredModel) -> None:
    """By the clock; calling again changes nothing."""
    lent = lend("rita", "sam")
    assert in_group("sam", "risk_officer")
    shift(lent, days=7, seconds=1)
    assert follow_windows() >= 1
    assert not in_group("sam", "risk_officer")
    assert in_group("rita", "risk_officer")


def test_what_is_lent_cannot_be_passed_on(model: RegisteredModel) -> None:
    """Not even to somebody fit for it."""
    lend("rita", "sam")
    with pytest.raises(NotAllowed, match="in your own right"):
        lend("sam", "hanna")
    assert not can(actor_named("mo"), APPROVE, model)


def test_a_delegation_never_goes_round_in_a_circle(model: RegisteredModel) -> None:
    """A20: the refusal names who stands behind whom."""
    lend("rita", "rolf")
    with pytest.raises(Conflict, match="Rolf Officer → Rita Risk → Rolf Officer"):
        lend("rolf", "rita")
    lend("rolf", "hanna")
    with pytest.raises(Conflict, match="in a circle"):
        lend("hanna", "rita")


def test_roles_that_clash_are_not_lent(model: RegisteredModel) -> None:
    """A21: a developer or an administrator does not stand in for a risk officer."""
    for deputy in ("dana", "alma", "victor", "mo"):
        with pytest.raises(Conflict, match="does not go with"):
            lend("rita", deputy)


def test_a_deputy_of_an_author_is_no_other_pair_of_eyes(model: RegisteredModel) -> None:
    """A21: whatever roles they hold themselves."""
    version = stories.draft_version()
    Delegation.objects.create(
        giver=person("dana"),
        deputy=person("rita"),
        reason="x",
        starts_at=soon(days=-1),
        ends_at=soon(days=1),
    )
    with pytest.raises(NotAllowed, match="stands in for Dana Developer, who is an author"):
        require_separate(actor_named("rita"), Part.APPROVER, version.pk)


def test_it_ends_when_it_is_taken_back_or_the_role_is(model: RegisteredModel) -> None:
    """By the giver, the deputy or an administrator; by nobody else."""
    lent, sam = lend("rita", "sam"), actor_named("sam")
    with pytest.raises(NotFound):
        revoke_delegation(lent.pk, reason="x", actor=actor_named("dana"))
    revoke_delegation(lent.pk, reason="Back", actor=actor_named("rita"))
    assert not can(sam, APPROVE, model)
    assert not in_group("sam", "risk_officer")
    with pytest.raises(Conflict):
        revoke_delegation(lent.pk, reason="x", actor=sam)
    lend("rita", "sam")
    revoke(held("rita").pk, reason="x", actor=actor_named("alma"))
    assert not can(sam, APPROVE, model)


def test_within_a_portfolio_only_what_was_given_there_is_lent(model: RegisteredModel) -> None:
    """Neither what was given elsewhere nor for the whole organisation."""
    other = add_portfolio(name="cards", title="Cards", actor=actor_named("alma"))
    with pytest.raises(NotAllowed, match="hold nothing there"):
        lend("rita", "sam", portfolio=other)
    with pytest.raises(NotAllowed, match="hold nothing there"):
        lend("ada", "sam", portfolio=stories.house())
    lend("rita", "sam", portfolio=stories.house())
    assert can(actor_named("sam"), APPROVE, model)
    assert not can(actor_named("sam"), APPROVE, other)


def test_emergency_access_is_not_lent(model: RegisteredModel) -> None:
    """It is for one person and a few hours."""
    lend("rita", "sam")
    RoleAssignment.objects.filter(person=person("rita")).update(source="break_glass")
    assert not can(actor_named("sam"), APPROVE, model)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"ends_at": timezone.now() - timedelta(days=9)}, "ends_at"),
        (
            {
                "starts_at": timezone.now() - timedelta(days=9),
                "ends_at": timezone.now() - timedelta(days=8),
            },
            "ends_at",
        ),
        ({"ends_at": timezone.now() + timedelta(days=91)}, "ends_at"),
    ],
)
def test_a_bad_window_is_refused(
    model: RegisteredModel, parts: dict[str, object], field: str
) -> None:
    """Turned round, over, or longer than an absence."""
    with pytest.raises(Invalid) as refused:
        lend("rita", "sam", **parts)
    assert refused.value.field == field


def test_the_same_deputy_in_an_overlapping_window_is_refused(model: RegisteredModel) -> None:
    """One after the other is fine."""
    lend("rita", "sam")
    with pytest.raises(Duplicate):
        lend("rita", "sam", ends_at=soon(days=20))
    lend("rita", "sam", starts_at=soon(days=8), ends_at=soon(days=9))


def test_nobody_stands_in_for_themselves(model: RegisteredModel) -> None:
    """Nor somebody who has left."""
    with pytest.raises(NotAllowed):
        lend("rita", "rita")
    gone = person("sam")
    type(gone).objects.filter(pk=gone.pk).update(active=False)
    with pytest.raises(Conflict, match="deactivated"):
        lend("rita", "sam")


def test_nobody_names_as_deputy_who_made_what_they_decide_on(model: RegisteredModel) -> None:
    """A21: even if the submitter holds no role any more; when nothing waits, they may."""
    version = stories.submitted_version(model=model, checked=False)
    revoke(held("dana").pk, reason="Moved", actor=actor_named("alma"))
    with pytest.raises(Conflict, match="on which your role decides"):
        lend("rita", "dana")
    lend("mo", "dana")
    withdraw_version(version.pk, reason="x", actor=actor_named("olive"))
    lend("rita", "dana")


def test_who_looks_after_a_portfolio_ends_what_is_lent_there(model: RegisteredModel) -> None:
    """Their page offers it there, and not for what is lent everywhere."""
    give("portfolio_administrator", holder("sam"), portfolio=stories.house(), reason="x")
    here = lend("rita", "hanna", portfolio=stories.house())
    everywhere = lend("rita", "rolf")
    page = stories.signed_in("sam").get(f"/access/people/{person('rita').pk}/")
    words = page.content.decode()
    assert f"/access/delegations/{here.pk}/revoke/" in words
    assert f"/access/delegations/{everywhere.pk}/revoke/" not in words
    revoke_delegation(here.pk, reason="x", actor=actor_named("sam"))
    with pytest.raises(NotFound):
        revoke_delegation(everywhere.pk, reason="x", actor=actor_named("sam"))
