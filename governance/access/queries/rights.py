"""Who may do what, and where. Everything else asks here."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from governance.access.models import (
    Delegation,
    Person,
    Portfolio,
    Role,
    RoleAssignment,
    RolePermission,
    Team,
    User,
)
from governance.access.permissions import SYSTEM_PERMISSIONS, Permission
from governance.access.reach import Scoped
from governance.access.scopes import ORGANISATION, Scope
from governance.actors import Actor, ActorKind
from governance.errors import NotAllowed, NotFound


def live(assignments: QuerySet[RoleAssignment]) -> QuerySet[RoleAssignment]:
    """Only what holds now, by the database's clock."""
    return assignments.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=Now()),
        revoked_at__isnull=True,
        starts_at__lte=Now(),
    )


def assignments_of(actor: Actor) -> QuerySet[RoleAssignment]:
    """The live assignments that reach an actor: by person and team, by service account, on loan.

    What somebody lent within an open delegation is among them; `acting_for` says whose it is.
    """
    if actor.account_id is None:
        return RoleAssignment.objects.none()
    usable = User.objects.filter(pk=actor.account_id, is_active=True, person__active=True)
    return live(RoleAssignment.objects.filter(Exists(usable), pk__in=_reaching(actor)))


def _reaching(actor: Actor) -> QuerySet[RoleAssignment, Any]:
    """Ids, found by one index each: an OR over these ways would read the whole table."""
    service = RoleAssignment.objects.filter(account=actor.account_id).order_by().values("pk")
    if actor.kind is not ActorKind.PERSON:
        return service
    others = (*held_by(actor.person_id), *lent_to(actor.person_id))
    return service.union(*(rows.order_by().values("pk") for rows in others))


def held_by(person_id: UUID | None) -> tuple[QuerySet[RoleAssignment], QuerySet[RoleAssignment]]:
    """What a person was given by name, and through teams, whether it holds now or not."""
    rows = RoleAssignment.objects.all()
    teams = Team.members.through.objects.filter(person=person_id).values("team")
    return rows.filter(person=person_id), rows.filter(team__in=teams)


def open_delegations(deputy: UUID | None = None) -> QuerySet[Delegation]:
    """Delegations whose window is open now, of givers who are still there."""
    rows = Delegation.objects.filter(
        revoked_at__isnull=True, starts_at__lte=Now(), ends_at__gt=Now(), giver__active=True
    )
    return rows.filter(deputy=deputy) if deputy else rows


def lent_to(person_id: UUID | None) -> tuple[QuerySet[RoleAssignment], ...]:
    """What others lend a person now. In a portfolio only what the giver was given within it.

    Emergency access is never on loan, and nothing is passed on: this reads what givers hold
    themselves.
    """
    delegations = open_delegations().filter(deputy=person_id)
    everywhere = delegations.filter(portfolio__isnull=True).values("giver")
    there = delegations.filter(
        Q(portfolio=OuterRef("portfolio")) | Q(portfolio=OuterRef("model__portfolio"))
    )
    rows = RoleAssignment.objects.exclude(source=RoleAssignment.Source.BREAK_GLASS)
    lenders = delegations.values("giver")
    return (
        rows.filter(person__in=everywhere),
        rows.filter(team__members__in=everywhere),
        rows.filter(Exists(there.filter(giver=OuterRef("person"))), person__in=lenders),
        rows.filter(Exists(there.filter(giver__teams=OuterRef("team"))), team__members__in=lenders),
    )


def covering(scope: Scope) -> Q:
    """Assignments whose scope covers a place: the organisation, its portfolio, the model itself."""
    covers = Q(scope_kind=RoleAssignment.ScopeKind.ORGANISATION)
    if scope.portfolio_id:
        covers |= Q(portfolio=scope.portfolio_id)
    if scope.model_id:
        covers |= Q(model=scope.model_id)
    return covers


def giving(permission: Permission) -> Q:
    """Assignments of a role that gives a permission."""
    return Q(Exists(RolePermission.objects.filter(role=OuterRef("role"), permission=permission)))


def can(actor: Actor, permission: Permission, thing: Scoped | None = None) -> bool:
    """Whether the actor may, at this moment, do this here. `thing` None: the organisation."""
    if actor.is_system:
        return permission in SYSTEM_PERMISSIONS
    if actor.token_permissions is not None and permission not in actor.token_permissions:
        return False
    scope = thing.access_scope() if thing else ORGANISATION
    return assignments_of(actor).filter(covering(scope), giving(permission)).exists()


def asks_second_factor(actor: Actor) -> bool:
    """Whether a role that the actor holds, also on loan, may only be used with a second factor."""
    return assignments_of(actor).filter(role__mfa_required=True).exists()


def can_anywhere(actor: Actor, permission: Permission) -> bool:
    """Whether the actor may do this in some place at least, so that a page has use for them."""
    if actor.token_permissions is not None and permission not in actor.token_permissions:
        return False
    return assignments_of(actor).filter(giving(permission)).exists()


def require_anywhere(actor: Actor, permission: Permission) -> None:
    """Lets the actor pass who may do this in some place at least; lists are narrowed besides.

    Raises:
        NotAllowed: no live assignment gives the permission anywhere.
    """
    if not can_anywhere(actor, permission):
        require(actor, permission)


def require(actor: Actor, permission: Permission, thing: Scoped | None = None) -> None:
    """Lets the actor pass or says in words what is missing.

    Raises:
        NotAllowed: no live assignment gives the permission in the scope of `thing`.
    """
    if not can(actor, permission, thing):
        scope = thing.access_scope() if thing else ORGANISATION
        raise NotAllowed(
            _("{name} may not do this in {place}: {permission} is missing.").format(
                name=actor.name, place=_(scope.title), permission=permission
            ),
            remedy=_("One of these roles gives it: {roles}. An administrator can grant it.").format(
                roles=", ".join(str(role) for role in roles_giving(permission))
            ),
        )


def require_on(actor: Actor, permission: Permission, thing: Scoped | None, missing: str) -> None:
    """`require` for what was asked for by its id: to outsiders of its place it is not there.

    Raises:
        NotFound: the actor holds nothing there, and learns in the words of `missing` no more than
        of an id that nothing has. NotAllowed: they hold something, but nothing that permits this.
    """
    if thing is not None and not can(actor, permission, thing):
        here = covering(thing.access_scope())
        if not assignments_of(actor).filter(here).exists():
            raise NotFound(missing)
    require(actor, permission, thing)


def roles_held(actor: Actor, permission: Permission, thing: Scoped) -> set[str]:
    """The roles that the actor holds here and that give the permission."""
    held = assignments_of(actor).filter(covering(thing.access_scope()), giving(permission))
    return set(held.order_by().values_list("role", flat=True))


def roles_giving(permission: Permission) -> QuerySet[Role]:
    """The roles that give a permission."""
    return Role.objects.filter(permissions__permission=permission)


def person_of(actor: Actor) -> UUID:
    """The person behind an actor.

    Raises:
        NotAllowed: the actor is the product itself, which never acts for a person.
    """
    if actor.person_id is None:
        raise NotAllowed(_("Only a person, or a service with an owner, can do this."))
    return actor.person_id


def holders_of(
    roles: Collection[str], thing: Scoped, *, before: datetime | None = None
) -> QuerySet[Person]:
    """The active people who hold one of these roles in the scope of a thing, each once.

    `before`: only by what was granted until then.
    """
    held = live(RoleAssignment.objects.filter(covering(thing.access_scope()), role__in=roles))
    held = held.filter(granted_at__lte=before) if before else held
    mine = held.filter(Q(person=OuterRef("pk")) | Q(team__members=OuterRef("pk")))
    return Person.objects.filter(Exists(mine), active=True)


def holdings_in(thing: Scoped) -> dict[UUID, frozenset[str]]:
    """Every active person with a live role in the scope of a thing, and which roles those are."""
    rows = live(RoleAssignment.objects.filter(covering(thing.access_scope()))).order_by()
    direct = rows.filter(person__active=True).values_list("person", "role")
    teams = rows.filter(team__members__active=True).values_list("team__members", "role")
    held: dict[UUID, set[str]] = defaultdict(set)
    for person, role in (*direct, *teams):
        held[person].add(role)
    return {person: frozenset(found) for person, found in held.items()}


def portfolios_where(actor: Actor, permission: Permission) -> QuerySet[Portfolio]:
    """The portfolios in which an actor may do something, for forms."""
    held = assignments_of(actor).filter(giving(permission))
    if held.filter(scope_kind=RoleAssignment.ScopeKind.ORGANISATION).exists():
        return Portfolio.objects.all()
    return Portfolio.objects.filter(pk__in=held.values("portfolio"))


def live_assignments() -> QuerySet[RoleAssignment]:
    """All assignments that hold now, with what a screen shows of them."""
    return live(RoleAssignment.objects.all()).select_related(
        "role", "person", "team", "account", "portfolio", "model", "granted_by"
    )


def roles() -> QuerySet[Role]:
    """All roles with their permissions."""
    return Role.objects.prefetch_related("permissions")
