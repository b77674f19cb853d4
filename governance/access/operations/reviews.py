"""Access reviews: every assignment before somebody who answers for it, to be kept or removed.

What nobody decided by the deadline is removed, but for what would leave too few administrators.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import AccessReview, AccessReviewItem, Person, RoleAssignment
from governance.access.operations.assigning import (
    holder_of,
    place_of,
    portfolio_of,
    record_grant,
    take_back,
)
from governance.access.permissions import Permission
from governance.access.queries.delegations import one_pair_of_eyes
from governance.access.queries.reviews import away, due_reviews, reviewers_for, to_review
from governance.access.queries.rights import person_of, require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Invalid, NotAllowed, NotFound
from governance.one_by_one import one_by_one
from governance.outbox.operations import enqueue

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.access.models import Portfolio

CLOCK = Actor.system("access reviews")
Verdict = AccessReviewItem.Verdict


@transaction.atomic
def open_review(
    *, title: str, due_at: datetime, portfolio: Portfolio | None = None, actor: Actor
) -> AccessReview:
    """Opens a review of all live assignments in a portfolio, or of all there are.

    Each goes to somebody who may take roles back there and does not hold it: administrators of
    the portfolio first, then those of the organisation; whoever has fewest so far.

    Raises:
        NotAllowed: the actor may not here. Invalid: no title, or a deadline in the past.
        Conflict: nothing to review, or nobody could review an assignment; the message names it.
    """
    require(actor, Permission.ACCESS_REVIEW_OPEN, portfolio)
    if not title.strip():
        raise Invalid(_("A review needs a title."), field="title")
    if due_at <= timezone.now():
        raise Invalid(_("The deadline lies in the past."), field="due_at")
    shared = _share_out(to_review(portfolio))
    review = AccessReview.objects.create(
        title=title, portfolio=portfolio, opened_by_id=person_of(actor), due_at=due_at
    )
    AccessReviewItem.objects.bulk_create(
        [AccessReviewItem(review=review, assignment=row, reviewer=who) for row, who in shared]
    )
    details = {"assignments": len(shared), "due_at": due_at.isoformat(), "title": title}
    _record(Action.ACCESS_REVIEW_OPENED, review, details, actor)
    about = f"{review.pk}:opened"
    enqueue("people.notify", f"access_review:{about}", {"event": "access_review", "about": about})
    return review


def _share_out(assignments: list[RoleAssignment]) -> list[tuple[RoleAssignment, Person]]:
    if not assignments:
        raise Conflict(_("Nobody holds anything there."))
    load: Counter[UUID] = Counter()
    shared = []
    for assignment in assignments:
        found = reviewers_for(assignment)
        if not found:
            raise Conflict(
                _("Nobody could review {role} of {name}.").format(
                    role=assignment.role,
                    name=assignment.person or assignment.team or assignment.account,
                ),
                remedy=_("Name another administrator first."),
            )
        chosen = min(found, key=lambda person: (load[person.pk], person.full_name))
        load[chosen.pk] += 1
        shared.append((assignment, chosen))
    return shared


@transaction.atomic
def decide_item(item_id: UUID, *, keep: bool, reason: str, actor: Actor) -> AccessReviewItem:
    """Keeps an assignment, or removes it at once; a word can be changed until the review closes.

    Raises:
        NotFound: no such item. NotAllowed: another one was asked, the actor holds it themselves,
        or may not take roles back there any more. Invalid: no reason. Conflict: the review is
        closed, the assignment has ended, or fewer than two administrators would be left.
    """
    item = _locked(item_id)
    place = place_of(item.assignment)
    _refuse_wrong_reviewer(item, actor)
    require(actor, Permission.ASSIGNMENT_REVOKE, place.thing)
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")
    if item.review.closed_at:
        raise Conflict(_("The review is closed."))
    if item.assignment.revoked_at:
        raise Conflict(_("This assignment has ended."))
    _decide(item, Verdict.KEEP if keep else Verdict.REMOVE, reason, actor)
    return item


def _locked(item_id: UUID) -> AccessReviewItem:
    rows = AccessReviewItem.objects.select_for_update(of=("self",))
    rows = rows.select_related("review", "reviewer", "assignment")
    if (item := rows.filter(pk=item_id).first()) is None:
        raise NotFound(_("There is no such assignment under review."))
    return item


def _refuse_wrong_reviewer(item: AccessReviewItem, actor: Actor) -> None:
    """The reviewer decides; when they are gone or may not any more, whoever else could."""
    holders = {person.pk for person in holder_of(item.assignment).people()}
    if holders & one_pair_of_eyes(actor):
        raise NotAllowed(_("Nobody reviews what they hold themselves."))
    if item.reviewer_id != actor.person_id and not away([item.reviewer_id]):
        raise NotAllowed(
            _("{name} was asked about this assignment.").format(name=item.reviewer),
            remedy=_("Ask them; it is removed at the deadline if nobody decides."),
        )


def _decide(item: AccessReviewItem, verdict: Verdict, reason: str, actor: Actor) -> None:
    if verdict is Verdict.REMOVE:
        assignment = RoleAssignment.objects.select_for_update().get(pk=item.assignment_id)
        take_back(assignment, reason, actor.person_id)
        record_grant(
            Action.ASSIGNMENT_REVOKED, assignment, reason, actor, review=str(item.review_id)
        )
    item.verdict, item.reason, item.decided_at = verdict, reason, timezone.now()
    item.save(update_fields=["verdict", "reason", "decided_at"])
    record(
        Action.ACCESS_REVIEW_DECIDED,
        actor=actor,
        subject=("access_review", item.review_id),
        portfolio_id=portfolio_of(item.assignment),
        after={"assignment": str(item.assignment_id), "verdict": verdict.value},
        personal={"reason": reason},
    )


def close_due_reviews() -> int:
    """Closes reviews whose deadline is over, removes what nobody decided; returns how many."""
    return one_by_one(due_reviews(), _close)


@transaction.atomic
def _close(review_id: UUID) -> bool:
    review = AccessReview.objects.select_for_update(of=("self",)).get(pk=review_id)
    if review.closed_at:
        return False
    counts = Counter(_settle(item) for item in review.items.filter(verdict=Verdict.OPEN))
    review.closed_at = timezone.now()
    review.save(update_fields=["closed_at"])
    _record(Action.ACCESS_REVIEW_CLOSED, review, dict(counts), CLOCK)
    return True


def _settle(item: AccessReviewItem) -> str:
    """What becomes of an assignment that nobody decided on."""
    if item.assignment.revoked_at:
        return "ended_before"
    try:
        with transaction.atomic():
            _decide(item, Verdict.REMOVE, _("Nobody kept it in the access review."), CLOCK)
    except Conflict as refusal:
        _decide(item, Verdict.KEEP, refusal.message, CLOCK)
        return "kept_of_necessity"
    return "removed"


def _record(action: Action, review: AccessReview, details: dict[str, object], actor: Actor) -> None:
    record(
        action,
        actor=actor,
        subject=("access_review", review.pk),
        portfolio_id=review.portfolio_id,
        details=details,
    )
