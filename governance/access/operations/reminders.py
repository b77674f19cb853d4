"""Reviewers are reminded before the deadline, each by a job of their own, once."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.access.models import AccessReview, AccessReviewItem
from governance.access.queries.reviews import unreminded
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.one_by_one import one_by_one
from governance.outbox.claims import Claim
from governance.outbox.operations import enqueue

REMIND = "access_review.remind"
CLOCK = Actor.system("access reviews")
OPEN = AccessReviewItem.Verdict.OPEN


def remind_reviewers() -> int:
    """Asks for a reminder of everybody who has not decided, near the deadline; once a review.

    Returns how many reviews it was.
    """
    return one_by_one(unreminded(), _ask_to_remind)


@transaction.atomic
def _ask_to_remind(review_id: UUID) -> bool:
    review = AccessReview.objects.select_for_update(of=("self",)).get(pk=review_id)
    if review.closed_at or review.reminded_at:
        return False
    review.reminded_at = timezone.now()
    review.save(update_fields=["reminded_at"])
    waiting = review.items.filter(verdict=OPEN)
    for reviewer in sorted(set(waiting.values_list("reviewer", flat=True))):
        payload = {"review_id": str(review.pk), "reviewer_id": str(reviewer)}
        enqueue(REMIND, f"{review.pk}:{reviewer}", payload)
    about = f"{review.pk}:reminded"
    enqueue("people.notify", f"access_review:{about}", {"event": "access_review", "about": about})
    return True


@transaction.atomic
def remind_reviewer(claim: Claim) -> dict[str, int]:
    """Handler of `access_review.remind`: what is open is marked and stands out in their inbox."""
    review_id, reviewer = (UUID(claim.payload[key]) for key in ("review_id", "reviewer_id"))
    review = AccessReview.objects.select_for_update(of=("self",)).get(pk=review_id)
    waiting = review.items.filter(reviewer=reviewer, verdict=OPEN, reminded_at=None)
    if review.closed_at or not (number := waiting.update(reminded_at=timezone.now())):
        return {"grants": 0}
    record(
        Action.ACCESS_REVIEW_REMINDED,
        actor=CLOCK,
        subject=("access_review", review.pk),
        portfolio_id=review.portfolio_id,
        details={"reviewers": [str(reviewer)], "grants": number},
    )
    return {"grants": number}
