"""Who may do what, and where. Everything else asks here."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from governance.access.models import Person, Portfolio, Role, RoleAssignment
from governance.access.permissions import SYSTEM_PERMISSIONS, Permission
from governance.access.queries.assignments import covering, live
from governance.access.queries.reaching import held_now, reach_of
from governance.access.reach import Holding, Places, Scoped, acting
from governance.access.scopes import ORGANISATION, Scope
from governance.actors import Actor
from governance.errors import NotAllowed, NotFound
from governance.reading import ReadEach

PLACE = ("portfolio", "model")


def can(actor: Actor, permission: Permission, thing: Scoped | None = None) -> bool:
    """Whether the actor may, at this moment, do this here. `thing` None: the organisation."""
    if actor.is_system:
        return permission in SYSTEM_PERMISSIONS
    return reach_of(actor).allows(permission, thing)


def asks_second_factor(actor: Actor) -> bool:
    """Whether a role that the actor holds, also on loan, may only be used with a second factor."""
    return any(one.second_factor for one in held_now(actor).holdings)


def can_anywhere(actor: Actor, permission: Permission) -> bool:
    """Whether the actor may do this in some place at least, so that a page has use for them."""
    return reach_of(actor).where(permission) != Places()


def require_anywhere(actor: Actor, permission: Permission) -> None:
    """Lets the actor pass who may do this in some place at least; lists are narrowed besides.

    Raises:
        NotAllowed: no live assignment gives the permission anywhere.
    """
    if found := [] if actor.is_system else _giving(actor, permission):
        actor.grounds.roles = acting(found)
    else:
        require(actor, permission)


def let_pass(actor: Actor, permission: Permission, thing: Scoped | None = None) -> bool:
    """`can`, for an operation: by which roles it let them pass is what its entries will say."""
    if actor.is_system:
        return permission in SYSTEM_PERMISSIONS
    scope = thing.access_scope() if thing else ORGANISATION
    actor.grounds.roles = acting(one for one in _giving(actor, permission) if one.covers(scope))
    return bool(actor.grounds.roles)


def require(actor: Actor, permission: Permission, thing: Scoped | None = None) -> None:
    """Lets the actor pass or says in words what is missing.

    Raises:
        NotAllowed: no live assignment gives the permission in the scope of `thing`.
    """
    if not let_pass(actor, permission, thing):
        scope = thing.access_scope() if thing else ORGANISATION
        raise NotAllowed(
            _("{name} may not do this in {place}: {permission} is missing.").format(
                name=actor.name, place=_(scope.title), permission=permission
            ),
            remedy=_("One of these roles gives it: {roles}. An administrator can grant it.").format(
                roles=", ".join(str(role) for role in roles_giving(permission))
            ),
        )


def _giving(actor: Actor, permission: Permission) -> list[Holding]:
    """What gives an actor a permission, wherever; as far as a token leaves it."""
    token = actor.token_permissions
    left = token is None or permission in token
    return held_now(actor).giving(permission) if left else []


def require_on(actor: Actor, permission: Permission, thing: Scoped | None, missing: str) -> None:
    """`require` for what was asked for by its id: to outsiders of its place it is not there.

    Raises:
        NotFound: the actor holds nothing there, and learns in the words of `missing` no more than
        of an id that nothing has. NotAllowed: they hold something, but nothing that permits this.
    """
    if thing is not None and not can(actor, permission, thing) and not _holds_here(actor, thing):
        raise NotFound(missing)
    require(actor, permission, thing)


def _holds_here(actor: Actor, thing: Scoped) -> bool:
    return bool(held_now(actor).covering(thing.access_scope()))


def roles_held(actor: Actor, permission: Permission, thing: Scoped) -> set[str]:
    """The roles that the actor holds here and that give the permission."""
    held = held_now(actor)
    here = held.covering(thing.access_scope())
    return {one.role for one in here if held.gives_to(one, permission)}


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
    return holdings_at(thing.access_scope())


@ReadEach
def holdings_at(scopes: Collection[Scope]) -> dict[Scope, dict[UUID, frozenset[str]]]:
    """The same of a place."""
    covers = Q(scope_kind=RoleAssignment.ScopeKind.ORGANISATION)
    covers |= Q(portfolio__in={one.portfolio_id for one in scopes if one.portfolio_id})
    covers |= Q(model__in={one.model_id for one in scopes if one.model_id})
    rows = live(RoleAssignment.objects.filter(covers)).order_by()
    direct = rows.filter(person__active=True).values_list("person", "role", *PLACE)
    teams = rows.filter(team__members__active=True).values_list("team__members", "role", *PLACE)
    held: dict[tuple[UUID | None, UUID | None], list[tuple[UUID, str]]] = defaultdict(list)
    for person, role, portfolio, model in (*direct, *teams):
        held[portfolio, model].append((person, role))
    return {scope: _roles_by_person(held, scope) for scope in scopes}


def _roles_by_person(
    held: Mapping[tuple[UUID | None, UUID | None], list[tuple[UUID, str]]], scope: Scope
) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = defaultdict(set)
    for place in {(None, None), (scope.portfolio_id, None), (None, scope.model_id)}:
        for person, role in held.get(place, ()):
            found[person].add(role)
    return {person: frozenset(roles) for person, roles in found.items()}


def portfolios_where(actor: Actor, permission: Permission) -> QuerySet[Portfolio]:
    """The portfolios in which an actor may do something, for forms."""
    places = reach_of(actor).where(permission)
    if places.everywhere:
        return Portfolio.objects.all()
    return Portfolio.objects.filter(pk__in=places.portfolios)


def live_assignments() -> QuerySet[RoleAssignment]:
    """All assignments that hold now, with what a screen shows of them."""
    return live(RoleAssignment.objects.all()).select_related(
        "role", "person", "team", "account", "portfolio", "model", "granted_by"
    )


def roles() -> QuerySet[Role]:
    """All roles with their permissions."""
    return Role.objects.prefetch_related("permissions")
