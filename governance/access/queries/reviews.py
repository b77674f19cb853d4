"""Access reviews, proposals and emergencies that wait for somebody."""

from collections.abc import Iterable
from datetime import timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from governance.access.models import (
    AccessReview,
    AccessReviewItem,
    BreakGlass,
    GrantProposal,
    Person,
    Portfolio,
    RoleAssignment,
)
from governance.access.permissions import Permission
from governance.access.queries.assignments import covering, giving, live
from governance.access.queries.conflicts import Holder
from governance.access.queries.rights import can, live_assignments, portfolios_where
from governance.access.scopes import ORGANISATION, Scope
from governance.actors import Actor

REMIND_BEFORE = timedelta(days=3)


def to_review(portfolio: Portfolio | None) -> list[RoleAssignment]:
    """The live assignments of a portfolio and its models, or all; emergencies have their own."""
    rows = live_assignments().exclude(source=RoleAssignment.Source.BREAK_GLASS)
    if portfolio is not None:
        rows = rows.filter(Q(portfolio=portfolio) | Q(model__portfolio=portfolio))
    return list(rows.order_by("granted_at", "pk"))


def reviewers_for(assignment: RoleAssignment) -> list[Person]:
    """Who may take an assignment back and does not hold it: the nearest administrators first."""
    thing = assignment.model or assignment.portfolio
    scope = thing.access_scope() if thing else ORGANISATION
    holder = Holder(assignment.person, assignment.team, assignment.account)
    holders = [person.pk for person in holder.people()]
    nearest = [scope, ORGANISATION] if scope.portfolio_id else [ORGANISATION]
    for place in nearest:
        found = _who_takes_back(place).exclude(pk__in=holders)
        if people := list(found.order_by("full_name")):
            return people
    return []


def _who_takes_back(scope: Scope) -> QuerySet[Person]:
    """By a role in this very place; for the organisation by one that holds everywhere."""
    rows = live(RoleAssignment.objects.filter(giving(Permission.ASSIGNMENT_REVOKE)))
    rows = rows.exclude(source=RoleAssignment.Source.BREAK_GLASS)
    everywhere = RoleAssignment.ScopeKind.ORGANISATION
    if scope.portfolio_id:
        rows = rows.filter(covering(scope)).exclude(scope_kind=everywhere)
    else:
        rows = rows.filter(scope_kind=everywhere)
    mine = rows.filter(Q(person=OuterRef("pk")) | Q(team__members=OuterRef("pk")))
    return Person.objects.filter(Exists(mine), active=True)


def due_reviews() -> list[UUID]:
    """Open reviews whose deadline is over."""
    rows = AccessReview.objects.filter(closed_at__isnull=True, due_at__lte=timezone.now())
    return list(rows.values_list("pk", flat=True))


def unreminded() -> list[UUID]:
    """Open reviews near their deadline of which nobody was reminded, with something undecided.

    Near is three days before, or half of the time for shorter ones.
    """
    now = timezone.now()
    waiting = AccessReviewItem.objects.filter(review=OuterRef("pk"), verdict="open")
    rows = AccessReview.objects.filter(
        Exists(waiting),
        closed_at__isnull=True,
        reminded_at__isnull=True,
        due_at__range=(now, now + REMIND_BEFORE),
    )
    return [row.pk for row in rows if now - row.opened_at >= row.due_at - now]


def away(reviewers: Iterable[UUID]) -> set[UUID]:
    """Which of these reviewers are deactivated, or may take back nothing any more."""
    rows = live(RoleAssignment.objects.filter(giving(Permission.ASSIGNMENT_REVOKE)))
    mine = rows.filter(Q(person=OuterRef("pk")) | Q(team__members=OuterRef("pk")))
    gone = Person.objects.filter(~Exists(mine) | Q(active=False), pk__in=set(reviewers))
    return set(gone.values_list("pk", flat=True))


def reviews_seen(actor: Actor) -> QuerySet[AccessReview]:
    """Reviews where the actor may open them, newest first."""
    rows = AccessReview.objects.select_related("portfolio", "opened_by")
    if can(actor, Permission.ACCESS_REVIEW_OPEN):
        return rows
    return rows.filter(portfolio__in=portfolios_where(actor, Permission.ACCESS_REVIEW_OPEN))


def items_for(actor: Actor) -> QuerySet[AccessReviewItem]:
    """What waits for the actor's word in open reviews, nearest deadline first.

    Also what was asked of somebody who has left: then whoever else may take it back decides.
    """
    rows = AccessReviewItem.objects.filter(
        Q(reviewer=actor.person_id) | Q(reviewer__active=False),
        ~Q(assignment__person=actor.person_id),
        verdict=AccessReviewItem.Verdict.OPEN,
        review__closed_at__isnull=True,
        assignment__revoked_at__isnull=True,
    )
    known = ("review", "assignment__role", "assignment__person", "assignment__team")
    more = ("assignment__account__person", "assignment__portfolio", "assignment__model")
    return rows.select_related(*known, *more).order_by("review__due_at", "pk")


def proposals_seen(actor: Actor) -> QuerySet[GrantProposal]:
    """Grants that wait for a second administrator, where the actor may grant; oldest first."""
    rows = GrantProposal.objects.filter(outcome=GrantProposal.Outcome.OPEN).select_related(
        "role", "person", "team", "account__person", "portfolio", "model", "proposed_by"
    )
    if not can(actor, Permission.ASSIGNMENT_GRANT):
        places = portfolios_where(actor, Permission.ASSIGNMENT_GRANT)
        rows = rows.filter(Q(portfolio__in=places) | Q(model__portfolio__in=places))
    return rows.order_by("proposed_at")


def emergencies_open() -> QuerySet[BreakGlass]:
    """Emergency accesses that run, or that nobody has reviewed yet; newest first."""
    rows = BreakGlass.objects.filter(reviewed_at__isnull=True)
    return rows.select_related("person", "assignment__role", "assignment__portfolio")


def reviewers_of_glass(broken: BreakGlass) -> list[Person]:
    """Who may review an emergency: by a role that holds there, and never their own."""
    row = broken.assignment
    thing = row.model or row.portfolio
    scope = thing.access_scope() if thing else ORGANISATION
    rows = live(RoleAssignment.objects.filter(covering(scope), giving(Permission.GLASS_REVIEW)))
    mine = rows.filter(Q(person=OuterRef("pk")) | Q(team__members=OuterRef("pk")))
    others = Person.objects.filter(Exists(mine), active=True).exclude(pk=broken.person_id)
    return list(others.order_by("full_name"))


def emergencies_running() -> list[BreakGlass]:
    """Emergency accesses that hold at this moment, the last first to end."""
    rows = BreakGlass.objects.filter(
        assignment__revoked_at=None, assignment__ends_at__gt=Now(), assignment__starts_at__lte=Now()
    )
    known = ("person", "assignment__role", "assignment__portfolio", "assignment__model")
    return list(rows.select_related(*known).order_by("assignment__ends_at"))
