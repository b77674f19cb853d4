"""What of access waits for somebody: grants under review, proposals, emergencies. For inboxes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.apps import apps
from django.utils import timezone

from governance.access.models import BreakGlass, GrantProposal, RoleAssignment
from governance.access.permissions import Permission
from governance.access.queries.conflicts import Holder
from governance.access.queries.delegations import one_pair_of_eyes
from governance.access.queries.reaching import reach_of
from governance.access.queries.reviews import emergencies_open, emergencies_running, items_for
from governance.access.queries.visibility import visible_to
from governance.access.reach import Places, Reach
from governance.access.scopes import ORGANISATION, Scope
from governance.actors import Actor


@dataclass(frozen=True, slots=True)
class Duty:
    """Something of access that waits for one person. `kind` is review, proposal or emergency.

    `number` is how much of it there is, `key` the review or the emergency; `running` is when an
    emergency ends that cannot be reviewed before; `reminded_at` when the reminder went out.
    """

    kind: str
    title: str
    number: int
    since: datetime
    key: UUID | None = None
    due_at: datetime | None = None
    reminded_at: datetime | None = None
    running: datetime | None = None


def duties_of(actor: Actor) -> list[Duty]:
    """What of access waits for an actor now. No query besides their rights for who has none."""
    reach = reach_of(actor)
    return [*_emergencies(actor, reach), *_reviews(actor, reach), *_proposals(actor, reach)]


def _emergencies(actor: Actor, reach: Reach) -> list[Duty]:
    places = reach.where(Permission.GLASS_REVIEW)
    if places == Places() or not (rows := _to_review(places)):
        return []
    eyes = one_pair_of_eyes(actor)
    return [_emergency(row) for row in rows if row.person_id not in eyes]


def _to_review(places: Places) -> list[BreakGlass]:
    rows = emergencies_open().select_related("assignment__model")
    return [row for row in rows if places.cover(_scope(row.assignment))]


def _emergency(row: BreakGlass) -> Duty:
    end = row.assignment.revoked_at or row.assignment.ends_at
    running = end if end and end > timezone.now() else None
    name = row.person.full_name
    return Duty("emergency", name, 1, row.started_at, key=row.pk, running=running)


def _scope(row: RoleAssignment | GrantProposal) -> Scope:
    thing = row.model or row.portfolio
    return thing.access_scope() if thing else ORGANISATION


def _reviews(actor: Actor, reach: Reach) -> list[Duty]:
    places = reach.where(Permission.ASSIGNMENT_REVOKE)
    if places == Places():
        return []
    waiting: dict[UUID, Duty] = {}
    items = items_for(actor).select_related(None)  # the bar of every page asks: no more than needed
    for item in items.select_related("review", "assignment__portfolio", "assignment__model"):
        if not places.cover(_scope(item.assignment)):
            continue
        review, known = item.review, waiting.get(item.review_id)
        waiting[review.pk] = Duty(
            "review",
            review.title,
            known.number + 1 if known else 1,
            review.opened_at,
            key=review.pk,
            due_at=review.due_at,
            reminded_at=item.reminded_at or (known.reminded_at if known else None),
        )
    return list(waiting.values())


def _proposals(actor: Actor, reach: Reach) -> list[Duty]:
    places = reach.where(Permission.ASSIGNMENT_GRANT)
    if places == Places() or not (rows := _proposed(places)):
        return []
    eyes = one_pair_of_eyes(actor)
    others = [row for row in rows if row.proposed_by_id not in eyes and not _behind(row, eyes)]
    if not others:
        return []
    return [Duty("proposal", "", len(others), min(row.proposed_at for row in others))]


def _proposed(places: Places) -> list[GrantProposal]:
    known = ("person", "team", "account__person", "portfolio", "model")
    rows = GrantProposal.objects.filter(outcome=GrantProposal.Outcome.OPEN).select_related(*known)
    return [row for row in rows if places.cover(_scope(row))]


def _behind(row: GrantProposal, eyes: set[UUID]) -> bool:
    return bool(eyes & {one.pk for one in Holder(row.person, row.team, row.account).people()})


def emergencies_around(actor: Actor) -> list[BreakGlass]:
    """Emergencies that run now in a place where the actor holds anything."""
    running = emergencies_running()
    if not running:
        return []
    reach = reach_of(actor)
    return [row for row in running if _concerns(row, actor, reach)]


def _concerns(row: BreakGlass, actor: Actor, reach: Reach) -> bool:
    scope = _scope(row.assignment)
    if scope == ORGANISATION or row.person_id == actor.person_id:
        return True
    if any(places.cover(scope) for places in reach.places.values()):
        return True
    models = apps.get_model("governance", "RegisteredModel").objects.all()
    there = (
        models.filter(pk=scope.model_id)
        if scope.model_id
        else models.filter(portfolio=scope.portfolio_id)
    )
    return visible_to(reach, there).exists()
