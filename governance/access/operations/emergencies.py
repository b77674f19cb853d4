"""Breaking the glass: a role taken in an emergency. Loud, over within hours, reviewed afterwards.

It is the one way to raise oneself, so it has a permission and an action of its own, stands above
every page of its scope while it lasts, waits in the inbox of everybody who may review it until
somebody else has, and ends by itself. What somebody did to
a version binds here as everywhere, and a role younger than a case decides nothing in it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import BreakGlass, Person, Role, RoleAssignment
from governance.access.operations.assigning import Grant, Place, granted_facts, portfolio_of, write
from governance.access.permissions import Permission
from governance.access.queries.conflicts import Holder, conflicts_of_grant
from governance.access.queries.delegations import one_pair_of_eyes
from governance.access.queries.reviews import reviewers_of_glass
from governance.access.queries.rights import person_of, require, require_on
from governance.actors import Actor, ActorKind
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.audit.queries import entries_of
from governance.errors import Conflict, Invalid, NotAllowed, NotFound
from governance.outbox.operations import enqueue

if TYPE_CHECKING:
    from uuid import UUID

    from governance.access.models import Portfolio
    from governance.inventory.models import RegisteredModel
    from governance.outbox.claims import Claim

LONGEST_HOURS = 4
BROKEN = "glass.broken"


@transaction.atomic
def break_glass(
    role: str,
    *,
    portfolio: Portfolio | None = None,
    model: RegisteredModel | None = None,
    reason: str,
    hours: int,
    actor: Actor,
) -> BreakGlass:
    """Takes a role for oneself, for four hours at most.

    Raises:
        NotAllowed: not a signed-in person, the actor may not break the glass here, or an earlier
        emergency of theirs is not reviewed yet. Invalid: no reason, no such role, or not one to
        four hours. Duplicate: they hold the role there.
    """
    place = Place(portfolio, model)
    if actor.kind is not ActorKind.PERSON or actor.token_id is not None:
        raise NotAllowed(_("Only a signed-in person breaks the glass."))
    require(actor, Permission.GLASS_BREAK, place.thing)
    person = Person.objects.select_for_update().get(pk=person_of(actor))
    _refuse_unreviewed(person)
    _refuse_bad_emergency(role, reason, hours)
    clash = conflicts_of_grant(Holder(person=person), role, place.scope)
    broken = _take(role, person, place, reason, hours, clashes=bool(clash))
    rules = sorted({one.clash.rule.name for one in clash})
    _record(Action.GLASS_BROKEN, broken, {"hours": hours, "conflicts": rules}, reason, actor)
    enqueue(BROKEN, str(broken.pk), {"broken_id": str(broken.pk)})
    about = str(broken.pk)
    enqueue("people.notify", f"emergency:{about}", {"event": "emergency", "about": about})
    return broken


def _take(
    role: str, person: Person, place: Place, reason: str, hours: int, *, clashes: bool
) -> BreakGlass:
    """The grant to oneself, and the emergency that it stands in."""
    now = timezone.now()
    grant = Grant(
        role,
        Holder(person=person),
        place,
        reason,
        starts_at=now,
        ends_at=now + timedelta(hours=hours),
        conflict_reason=reason if clashes else "",
        source=RoleAssignment.Source.BREAK_GLASS,
    )
    assignment = write(grant, person.pk)
    return BreakGlass.objects.create(assignment=assignment, person=person, reason=reason)


@transaction.atomic
def ask_for_review(claim: Claim) -> dict[str, int]:
    """Handler of `glass.broken`: writes down who is asked to review it; their inboxes show it."""
    rows = BreakGlass.objects.select_for_update(of=("self",)).select_related("assignment__model")
    broken = rows.get(pk=claim.payload["broken_id"])
    told = entries_of("assignment", broken.assignment_id)
    if told.filter(action=Action.GLASS_REVIEW_ASKED).exists():
        return {}
    asked = reviewers_of_glass(broken)
    record(
        Action.GLASS_REVIEW_ASKED,
        actor=Actor.system("emergencies"),
        subject=("assignment", broken.assignment_id),
        portfolio_id=portfolio_of(broken.assignment),
        details={"reviewers": [str(person.pk) for person in asked]},
    )
    return {"reviewers": len(asked)}


@transaction.atomic
def review_break_glass(broken_id: UUID, *, note: str, actor: Actor) -> BreakGlass:
    """Says, as somebody else, what came of an emergency.

    Raises:
        NotFound: no such emergency. NotAllowed: the actor may not, or it was their own. Invalid:
        no note. Conflict: it is reviewed, or not over yet.
    """
    rows = BreakGlass.objects.select_for_update(of=("self",)).select_related("assignment__model")
    if (broken := rows.filter(pk=broken_id).first()) is None:
        raise NotFound(_("There is no such emergency access."))
    place = Place(broken.assignment.portfolio, broken.assignment.model)
    missing = _("There is no such emergency access.")
    require_on(actor, Permission.GLASS_REVIEW, place.thing, missing)
    if broken.person_id in one_pair_of_eyes(actor):
        raise NotAllowed(
            _("Nobody reviews their own emergency access."), remedy=_("Somebody else must.")
        )
    _refuse_bad_review(broken, note)
    broken.reviewed_by_id = person_of(actor)
    broken.reviewed_at = timezone.now()
    broken.review_note = note
    broken.save(update_fields=["reviewed_by", "reviewed_at", "review_note"])
    _record(Action.GLASS_REVIEWED, broken, {}, note, actor)
    return broken


def _refuse_unreviewed(person: Person) -> None:
    waiting = BreakGlass.objects.filter(person=person, reviewed_at__isnull=True)
    if waiting.exclude(assignment__ends_at__gt=timezone.now()).exists():
        raise NotAllowed(
            _("Your last emergency access is not reviewed yet."),
            remedy=_("Ask somebody who may review it to do so; then the glass breaks again."),
        )


def _refuse_bad_emergency(role: str, reason: str, hours: int) -> None:
    if not Role.objects.filter(pk=role).exists():
        raise Invalid(_("There is no role {role}.").format(role=role), field="role")
    if not reason.strip():
        raise Invalid(_("Say what the emergency is."), field="reason")
    if not 1 <= hours <= LONGEST_HOURS:
        raise Invalid(
            _("Emergency access lasts one to {n} hours.").format(n=LONGEST_HOURS), field="hours"
        )


def _refuse_bad_review(broken: BreakGlass, note: str) -> None:
    if broken.reviewed_at:
        raise Conflict(_("This emergency access is reviewed already."))
    over = broken.assignment.revoked_at or broken.assignment.ends_at
    if over and over > timezone.now():
        raise Conflict(
            _("It is not over yet."), remedy=_("Take the role back first, or wait for its end.")
        )
    if not note.strip():
        raise Invalid(_("Say what came of it."), field="note")


def _record(
    action: Action, broken: BreakGlass, details: dict[str, object], text: str, actor: Actor
) -> None:
    record(
        action,
        actor=actor,
        subject=("assignment", broken.assignment_id),
        portfolio_id=portfolio_of(broken.assignment),
        after=granted_facts(broken.assignment),
        details=details,
        personal={"reason": text},
    )
