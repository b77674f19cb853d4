"""Access reviews: every assignment is kept or removed, by somebody who does not hold it."""

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from governance.access.models import AccessReview, AccessReviewItem, Portfolio, Team
from governance.access.operations import (
    Holder,
    close_due_reviews,
    deactivate_person,
    decide_item,
    open_review,
    remind_reviewer,
    remind_reviewers,
    revoke,
)
from governance.access.permissions import Permission
from governance.access.queries import can, duties_of, items_for
from governance.audit.models import AuditEntry
from governance.errors import Conflict, Invalid, NotAllowed
from governance.outbox.models import OutboxJob
from tests.governance.access.people import actions, held, holder, person, soon
from tests.stories import people, signed_in
from workflows.delivery.operations import reconcile
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def house(module_db: None) -> Portfolio:
    return people()


def ask(
    where: Portfolio | None = None, by: str = "alma", due: datetime | None = None
) -> AccessReview:
    """Somebody opens a review that is due in two weeks."""
    return open_review(
        title="Autumn", portfolio=where, due_at=due or soon(days=14), actor=actor_named(by)
    )


def due(review: AccessReview) -> None:
    """The deadline is over."""
    AccessReview.objects.filter(pk=review.pk).update(
        opened_at=soon(days=-15), due_at=soon(seconds=-1)
    )


def line(review: AccessReview, username: str, role: str = "") -> AccessReviewItem:
    return review.items.get(assignment=held(username, role))


def decide(item: AccessReviewItem, *, keep: bool, reason: str = "Looked at") -> None:
    actor = actor_named(item.reviewer.accounts.get().username)
    decide_item(item.pk, keep=keep, reason=reason, actor=actor)


def test_every_assignment_has_a_reviewer_who_does_not_hold_it(house: Portfolio) -> None:
    """Those of the portfolio go to its own administrator first."""
    team = Team.objects.create(name="line", title="Line")
    team.members.add(person("sam"))
    give("model_validator", Holder(team=team), portfolio=house, reason="x")
    give("portfolio_administrator", holder("sam"), portfolio=house, reason="x", conflict_reason="x")
    review = ask()
    assert review.items.count() == 13
    for item in review.items.all():
        assert (
            item.reviewer
            not in Holder(
                item.assignment.person, item.assignment.team, item.assignment.account
            ).people()
        )
    assert line(review, "dana").reviewer == person("sam")
    assert line(review, "sam").reviewer != person("sam")


def test_kept_stays_and_removed_goes_at_once(house: Portfolio) -> None:
    """With the reason in the log; a word can be changed until the review closes."""
    review = ask(house)
    decide(line(review, "rita"), keep=True)
    decide(line(review, "rolf"), keep=True)
    decide(line(review, "rolf"), keep=False, reason="Moved on")
    assert can(actor_named("rita"), Permission.VERSION_APPROVE, house)
    assert not can(actor_named("rolf"), Permission.VERSION_APPROVE, house)
    assert actions("access_review", review.pk) == [
        "access_review.opened",
        *["access_review.decided"] * 3,
    ]


def test_what_nobody_decided_is_removed_at_the_deadline(house: Portfolio) -> None:
    """What was kept stays; running the clock twice is once."""
    review = ask(house)
    decide(line(review, "rita"), keep=True)
    assert close_due_reviews() == 0
    due(review)
    assert (close_due_reviews(), close_due_reviews()) == (1, 0)
    assert can(actor_named("rita"), Permission.VERSION_APPROVE, house)
    assert not can(actor_named("rolf"), Permission.VERSION_APPROVE, house)
    assert review.items.filter(verdict="remove").count() == 6
    entry = AuditEntry.objects.get(action="access_review.closed")
    assert b'"removed":6' in bytes(entry.line)


def test_a_forgotten_review_leaves_two_administrators(house: Portfolio) -> None:
    """Nobody is locked out by a deadline."""
    review = ask()
    due(review)
    close_due_reviews()
    keepers = review.items.filter(verdict="keep", assignment__role="administrator")
    assert keepers.count() == 2
    assert can(
        actor_named(keepers[0].assignment.person.accounts.get().username), Permission.ROLE_ADD
    )


def test_only_who_was_asked_decides(house: Portfolio) -> None:
    """Unless they have left: then whoever could have been asked."""
    review = ask(house)
    item = line(review, "rita")
    others = {"admin1", "admin2", "alma"} - {item.reviewer.accounts.get().username}
    for who in (*others, "rita", "sam"):
        with pytest.raises(NotAllowed):
            decide_item(item.pk, keep=True, reason="x", actor=actor_named(who))
    first, second = sorted(others)
    deactivate_person(item.reviewer_id, reason="Left", actor=actor_named(first))
    decide_item(item.pk, keep=True, reason="x", actor=actor_named(second))


def test_reviewers_are_reminded_once_before_the_deadline(house: Portfolio) -> None:
    """Three days before; not at the beginning. Each by a job of their own, which may run twice."""
    review = ask(house)
    assert remind_reviewers() == 0
    near(review)
    asked = set(review.items.values_list("reviewer", flat=True))
    decided = line(review, "rita")
    decide(decided, keep=True)
    assert (remind_reviewers(), remind_reviewers()) == (1, 0)
    jobs = list(OutboxJob.objects.filter(topic="access_review.remind"))
    assert {job.payload["reviewer_id"] for job in jobs} == {str(key) for key in asked}
    for _again in range(2):
        for job in jobs:
            remind_reviewer(SimpleNamespace(payload=job.payload))
    assert not review.items.filter(verdict="open", reminded_at=None).exists()
    decided.refresh_from_db()
    assert decided.reminded_at is None
    assert actions("access_review", review.pk).count("access_review.reminded") == len(asked)


def near(review: AccessReview) -> None:
    """Two days before the deadline."""
    now = timezone.now()
    AccessReview.objects.filter(pk=review.pk).update(
        opened_at=now - timedelta(days=12), due_at=now + timedelta(days=2)
    )


def test_the_inbox_says_what_waits_and_that_one_was_reminded(house: Portfolio) -> None:
    """The clock and a worker do it; who is not asked sees nothing."""
    review = ask(house)
    item = line(review, "rita")
    username = item.reviewer.accounts.get().username
    assert [duty.kind for duty in duties_of(actor_named(username))] == ["review"]
    near(review)
    remind_reviewers()
    reconcile()
    [duty] = duties_of(actor_named(username))
    assert (duty.number, duty.reminded_at is None) == (
        review.items.filter(reviewer=item.reviewer).count(),
        False,
    )
    inbox = signed_in(username).get("/").content.decode()
    assert "Access review: Autumn" in inbox
    assert "You were reminded on" in inbox
    assert duties_of(actor_named("dana")) == []


def test_who_lost_the_right_is_stood_in_for(house: Portfolio) -> None:
    """A reviewer who may take nothing back any more blocks nobody."""
    give("portfolio_administrator", holder("sam"), portfolio=house, reason="x")
    review = ask(house)
    item = line(review, "dana")
    assert item.reviewer == person("sam")
    with pytest.raises(NotAllowed, match="was asked"):
        decide_item(item.pk, keep=True, reason="x", actor=actor_named("alma"))
    revoke(held("sam").pk, reason="Moved", actor=actor_named("alma"))
    decide_item(item.pk, keep=True, reason="x", actor=actor_named("alma"))


def test_a_reviewer_sees_what_waits_for_them(house: Portfolio) -> None:
    """Until it is decided or has ended."""
    review = ask(house)
    item = line(review, "rita")
    reviewer = actor_named(item.reviewer.accounts.get().username)
    assert item in items_for(reviewer)
    decide(item, keep=True)
    assert item not in items_for(reviewer)


def test_a_review_without_anybody_to_decide_is_refused(house: Portfolio) -> None:
    """It would remove the only administrator."""
    for username in ("admin1", "admin2"):
        held(username).delete()
    with pytest.raises(Conflict, match="Nobody could review Administrator of Alma Admin"):
        ask()


@pytest.mark.parametrize("who", ["dana", "rita", "hanna", "ada", "sam"])
def test_others_open_no_review(house: Portfolio, who: str) -> None:
    """Administrators do."""
    with pytest.raises(NotAllowed):
        ask(house, by=who)


def test_what_is_wrong_is_said(house: Portfolio) -> None:
    """A deadline that is over, no reason, a review that is closed."""
    with pytest.raises(Invalid):
        ask(house, due=soon(days=-1))
    review = ask(house)
    item = line(review, "rita")
    with pytest.raises(Invalid):
        decide(item, keep=True, reason=" ")
    due(review)
    AccessReview.objects.update(closed_at=timezone.now())
    with pytest.raises(Conflict, match="closed"):
        decide(item, keep=True)
