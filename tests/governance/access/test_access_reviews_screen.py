"""Access reviews on screen: opened, decided row by row, closed by the clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.access.models import AccessReview, AccessReviewItem, Portfolio
from governance.access.operations import close_due_reviews
from tests.governance.access.screens import person, seen, sent
from tests.stories import people, signed_in

pytestmark = pytest.mark.django_db
REVIEWS = "/access/reviews/"


@pytest.fixture(scope="module")
def portfolio(module_db: None) -> Portfolio:
    """The cast, once."""
    return people()


@pytest.fixture
def review(portfolio: Portfolio) -> AccessReview:
    """Alma opened one over the portfolio, due in ten days."""
    day = (timezone.localdate() + timedelta(days=10)).isoformat()
    typed = {"title": "Autumn 2026", "place": "retail-credit", "due_on": day}
    assert sent("alma", f"{REVIEWS}open/", typed)[0] == 302
    return AccessReview.objects.get()


def asked(review: AccessReview, username: str) -> AccessReviewItem:
    """The first open row of one reviewer."""
    rows = review.items.filter(reviewer=person(username), verdict="open")
    return rows.order_by("pk")[0]


def decide(by: str, item: AccessReviewItem, **typed: str) -> tuple[int, str]:
    """Send one row."""
    return sent(by, f"{REVIEWS}{item.review_id}/{item.pk}/decide/", typed)


def test_rows_are_kept_or_removed_one_by_one(review: AccessReview) -> None:
    """Nothing is preset; removing ends the grant at once."""
    page = seen("alma", f"{REVIEWS}{review.pk}/")
    assert "Autumn 2026" in page
    assert 'value="keep" required checked' not in page
    item = asked(review, "alma")
    assert decide("alma", item, verdict="keep", reason="Works on it")[0] == 302
    gone = asked(review, "alma")
    assert decide("alma", gone, verdict="remove", reason="Has moved")[0] == 302
    gone.assignment.refresh_from_db()
    assert gone.assignment.revoked_reason == "Has moved"
    assert "Has moved" in seen("alma", f"{REVIEWS}{review.pk}/?show=removed")
    assert "2 of" in seen("alma", REVIEWS)


def test_a_row_without_a_decision_or_a_reason_comes_back(review: AccessReview) -> None:
    """With what was typed."""
    item = asked(review, "alma")
    assert decide("alma", item, reason="Why not")[0] == 422
    status, page = decide("alma", item, verdict="remove", reason="")
    assert (status, 'value="remove" required checked' in page) == (422, True)


def test_only_who_was_asked_decides(review: AccessReview) -> None:
    """To strangers the review is not there."""
    item = asked(review, "alma")
    assert decide("admin1", item, verdict="keep", reason="x")[0] == 403
    for username in ("sam", "dana", "ada"):
        assert decide(username, item, verdict="keep", reason="x")[0] == 404
        assert signed_in(username).get(f"{REVIEWS}{review.pk}/").status_code == 404
        assert signed_in(username).get(REVIEWS).status_code == 403
        assert sent(username, f"{REVIEWS}open/", {})[0] == 403


def test_a_closed_review_shows_what_came_of_it(review: AccessReview) -> None:
    """What nobody kept is removed."""
    AccessReview.objects.update(
        opened_at=timezone.now() - timedelta(days=9), due_at=timezone.now() - timedelta(hours=1)
    )
    assert close_due_reviews() == 1
    page = seen("alma", f"{REVIEWS}{review.pk}/")
    assert "Closed on" in page
    assert "0 kept" in page


def test_a_deadline_in_the_past_is_refused(portfolio: Portfolio) -> None:
    """What was typed stays."""
    typed = {"title": "Late", "place": "retail-credit", "due_on": "2020-01-01"}
    status, page = sent("alma", f"{REVIEWS}open/", typed)
    assert (status, 'value="Late"' in page) == (422, True)
