"""Standing in for somebody within a window.

It lends what the giver holds and makes both one pair of eyes: separation of duties looks at the
two together, and they sign once.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.membership import follow, of_person
from governance.access.models import (
    Delegation,
    Involvement,
    Person,
    Portfolio,
    Role,
    RoleAssignment,
)
from governance.access.operations.assigning import place_of
from governance.access.permissions import Permission
from governance.access.queries.assignments import held_by, live
from governance.access.queries.conflicts import conflicts_of_people
from governance.access.queries.delegations import may_end
from governance.access.queries.parts import part_words
from governance.access.queries.rights import person_of
from governance.access.scopes import Scope
from governance.access.separation import MAKERS, Part
from governance.actors import ActingRole, Actor, ActorKind
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound

LONGEST_DAYS = 90
DECISIONS = frozenset({Permission.VERSION_VALIDATE, Permission.VERSION_APPROVE})
# States of a version in which somebody is asked to decide; the states live above us.
BEFORE_A_DECISION = ("submitted", "validated")


@transaction.atomic
def delegate(
    deputy: Person,
    *,
    portfolio: Portfolio | None = None,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
    actor: Actor,
) -> Delegation:
    """Lets another person act with one's own roles, in a portfolio or everywhere, for a while.

    Only what the giver holds in their own right is lent; what they hold as a deputy is not.

    Raises:
        NotAllowed: not a signed-in person, to oneself, or nothing of one's own to lend there.
        Invalid: no reason, or a window that is over, turned round or longer than 90 days.
        Conflict: the deputy is gone, roles would clash, the deputy made what one's role decides on
        now, or it would go round in a circle.
        Duplicate: the same person is deputy already in an overlapping window.
    """
    giver = _giver(deputy, actor)
    _refuse_bad_window(starts_at, ends_at, reason)
    lent = _lent(giver, portfolio)
    actor.grounds.roles = tuple(map(ActingRole, sorted({row.role_id for row in lent})))
    _refuse_overlap(giver, deputy, portfolio, starts_at, ends_at)
    _refuse_unfit(deputy, lent)
    delegation = Delegation.objects.create(
        giver_id=giver,
        deputy=deputy,
        portfolio=portfolio,
        reason=reason,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    follow(of_person(giver))
    _record(Action.DELEGATION_GIVEN, delegation, reason, actor)
    return delegation


@transaction.atomic
def revoke_delegation(delegation_id: UUID, *, reason: str, actor: Actor) -> Delegation:
    """Ends a delegation at once: by its giver, its deputy, or who may take roles back there.

    Raises:
        NotFound: no such delegation, or not one that the actor may know of. Invalid: no reason.
        Conflict: it has ended.
    """
    rows = Delegation.objects.select_for_update(of=("self",))
    delegation = rows.filter(pk=delegation_id).first()
    if delegation is None or not may_end(delegation, actor):
        raise NotFound(_("There is no such delegation."))
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")
    if delegation.revoked_at or delegation.ends_at <= timezone.now():
        raise Conflict(_("This delegation has ended."))
    delegation.revoked_at = timezone.now()
    delegation.save(update_fields=["revoked_at"])
    follow(of_person(delegation.giver_id))
    _record(Action.DELEGATION_REVOKED, delegation, reason, actor)
    return delegation


def _giver(deputy: Person, actor: Actor) -> UUID:
    if actor.kind is not ActorKind.PERSON or actor.token_id is not None:
        raise NotAllowed(_("Only a signed-in person names a deputy."))
    giver = person_of(actor)
    if giver == deputy.pk:
        raise NotAllowed(_("Nobody stands in for themselves."), remedy=_("Choose somebody else."))
    if not deputy.active:
        raise Conflict(_("{name} is deactivated.").format(name=deputy))
    return giver


def _refuse_bad_window(starts_at: datetime, ends_at: datetime, reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("A delegation needs a reason."), field="reason")
    if ends_at <= starts_at:
        raise Invalid(_("The window ends before it starts."), field="ends_at")
    if ends_at <= timezone.now():
        raise Invalid(_("The window is over."), field="ends_at")
    if ends_at - starts_at > timedelta(days=LONGEST_DAYS):
        raise Invalid(
            _("A delegation lasts {n} days at most.").format(n=LONGEST_DAYS),
            remedy=_("For longer, an administrator grants the role."),
            field="ends_at",
        )


def _lent(giver: UUID, portfolio: Portfolio | None) -> list[RoleAssignment]:
    if not (lent := _own(giver, portfolio)):
        raise NotAllowed(
            _("You hold nothing there in your own right that you could lend."),
            remedy=_("What somebody lent you cannot be passed on; they name another deputy."),
        )
    return lent


def _own(giver: UUID, portfolio: Portfolio | None) -> list[RoleAssignment]:
    rows = [row for ways in held_by(giver) for row in live(ways).select_related("role", "model")]
    rows = [row for row in rows if row.source != RoleAssignment.Source.BREAK_GLASS]
    return [row for row in rows if portfolio is None or _within(row, portfolio)]


def _within(row: RoleAssignment, portfolio: Portfolio) -> bool:
    place = row.model.portfolio_id if row.model else row.portfolio_id
    return place == portfolio.pk


def _refuse_overlap(
    giver: UUID, deputy: Person, portfolio: Portfolio | None, starts_at: datetime, ends_at: datetime
) -> None:
    meeting = Delegation.objects.filter(
        revoked_at__isnull=True, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if meeting.filter(giver=giver, deputy=deputy, portfolio=portfolio).exists():
        raise Duplicate(
            _("{name} is your deputy already, for a part of that time.").format(name=deputy),
            remedy=_("End that delegation first, or choose a time that does not overlap."),
            field="starts_at",
        )
    if circle := _circle(giver, deputy, list(meeting.select_related("giver", "deputy"))):
        raise Conflict(
            _("This would go round in a circle: {names}.").format(names=" → ".join(circle)),
            remedy=_("Choose a deputy who does not stand behind you, or end the other one."),
        )


def _circle(giver: UUID, deputy: Person, meeting: list[Delegation]) -> list[str]:
    """The names along the way from the deputy back to the giver; empty when there is none."""
    ways = [(deputy, [deputy.full_name])]
    seen = {deputy.pk}
    while ways:
        person, names = ways.pop()
        for row in meeting:
            if row.giver_id != person.pk or row.deputy_id in seen:
                continue
            if row.deputy_id == giver:
                return [row.deputy.full_name, *names, row.deputy.full_name]
            seen.add(row.deputy_id)
            ways.append((row.deputy, [*names, row.deputy.full_name]))
    return []


def _refuse_unfit(deputy: Person, lent: list[RoleAssignment]) -> None:
    clash = conflicts_of_people([deputy], [(row.role_id, place_of(row).scope) for row in lent])
    if clash:
        raise Conflict(
            " ".join(one.words for one in clash),
            remedy=_("Choose a deputy whose roles go with yours."),
        )
    if made := _made_by(deputy, lent):
        raise Conflict(
            _("{name} is {part} of {version}, on which your role decides.").format(
                name=deputy, part=part_words(Part(made.part)), version=made.version
            ),
            remedy=_("Choose somebody who had no part in it."),
        )


def _made_by(deputy: Person, lent: list[RoleAssignment]) -> Involvement | None:
    """What the deputy made that waits for a decision which the lent roles could take."""
    rows = Involvement.objects.filter(
        person=deputy, part__in=MAKERS, version__state__in=BEFORE_A_DECISION
    ).select_related("version__model")
    places = [place_of(row).scope for row in lent if _decides(row.role)]
    return next((row for row in rows if any(_covers(one, row) for one in places)), None)


def _decides(role: Role) -> bool:
    return role.permissions.filter(permission__in=DECISIONS).exists()


def _covers(place: Scope, made: Involvement) -> bool:
    model = made.version.model
    if place.model_id:
        return place.model_id == model.pk
    return place.portfolio_id in {None, model.portfolio_id}


def _record(action: Action, delegation: Delegation, reason: str, actor: Actor) -> None:
    record(
        action,
        actor=actor,
        subject=("delegation", delegation.pk),
        portfolio_id=delegation.portfolio_id,
        after={
            "giver": str(delegation.giver_id),
            "deputy": str(delegation.deputy_id),
            "portfolio": str(delegation.portfolio_id or ""),
            "starts_at": delegation.starts_at.isoformat(),
            "ends_at": delegation.ends_at.isoformat(),
        },
        personal={"reason": reason},
    )
