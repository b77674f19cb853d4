"""Who may do what, where, and who may see what. Everything else asks here."""

import hashlib
from collections.abc import Iterable
from typing import Protocol, TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from governance.access.models import (
    ApiToken,
    Involvement,
    Person,
    Portfolio,
    Role,
    RoleAssignment,
    RolePermission,
    User,
)
from governance.access.permissions import SYSTEM_PERMISSIONS, Permission
from governance.access.projection import scopes_granting
from governance.access.scopes import ORGANISATION, Scope
from governance.access.separation import Part, Played, conflict
from governance.actors import Actor, ActorKind, Surface
from governance.errors import NotAllowed, NotFound

M = TypeVar("M", bound=Model)


class Scoped(Protocol):
    """Anything that can say where a permission on it is looked up."""

    def access_scope(self) -> Scope:
        """The place of this thing."""


def live(assignments: QuerySet[RoleAssignment]) -> QuerySet[RoleAssignment]:
    """Only what holds now, by the database's clock."""
    return assignments.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=Now()),
        revoked_at__isnull=True,
        starts_at__lte=Now(),
    )


def assignments_of(actor: Actor) -> QuerySet[RoleAssignment]:
    """The live assignments that reach an actor: by person and team, or by service account."""
    if actor.account_id is None:
        return RoleAssignment.objects.none()
    reach = Q(account=actor.account_id)
    if actor.kind is ActorKind.PERSON:
        reach |= Q(person=actor.person_id) | Q(team__members=actor.person_id)
    usable = User.objects.filter(pk=actor.account_id, is_active=True, person__active=True)
    return live(RoleAssignment.objects.filter(reach, Exists(usable)))


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


def role_held(actor: Actor, role: str, permission: Permission, thing: Scoped) -> bool:
    """Whether the actor holds a certain role here, and that role gives the permission."""
    held = assignments_of(actor).filter(covering(thing.access_scope()), giving(permission))
    return held.filter(role=role).exists()


def roles_giving(permission: Permission) -> QuerySet[Role]:
    """The roles that give a permission."""
    return Role.objects.filter(permissions__permission=permission)


def visible_to(actor: Actor, rows: QuerySet[M]) -> QuerySet[M]:
    """Narrows any list to what the actor may see. Every list, count, export and API route uses it.

    A model says by `scope` how it hangs on a registered model ("" for the registered model
    itself), or by `scope_portfolio` how it hangs on a portfolio (null there: seen by all).
    """
    if actor.is_system:
        return rows
    return rows.filter(_visible(actor, rows.model))


def _visible(actor: Actor, model: type[Model]) -> Q:
    everywhere, portfolios, models = visible_scopes(actor)
    if everywhere:
        return Q()
    path = getattr(model, "scope_portfolio", None)
    if path is not None:
        return Q(**{f"{path}__in": portfolios}) | Q(**{f"{path}__isnull": True})
    prefix = f"{model.scope}__" if model.scope else ""  # type: ignore[attr-defined]
    return Q(**{f"{prefix}portfolio__in": portfolios}) | Q(**{f"{prefix}pk__in": models})


def visible_scopes(actor: Actor) -> tuple[bool, set[UUID], set[UUID]]:
    """Where an actor may see models: (everywhere, portfolio ids, model ids)."""
    token = actor.token_permissions
    if actor.account_id is None or (token is not None and Permission.MODEL_VIEW not in token):
        return False, set(), set()
    return scopes_granting(actor.account_id, Permission.MODEL_VIEW)


def person_of(actor: Actor) -> UUID:
    """The person behind an actor.

    Raises:
        NotAllowed: the actor is the product itself, which never acts for a person.
    """
    if actor.person_id is None:
        raise NotAllowed(_("Only a person, or a service with an owner, can do this."))
    return actor.person_id


def played(version_id: UUID) -> list[Played]:
    """The parts that persons have played in a version."""
    rows = Involvement.objects.filter(version=version_id).values_list("person", "part")
    return [Played(person, Part(part)) for person, part in rows]


def require_separate(actor: Actor, wanted: Part, version_id: UUID) -> None:
    """Refuses who has already played a part that does not go with `wanted`.

    Raises:
        NotAllowed: the message names the earlier part.
    """
    earlier = conflict(actor.person_id, wanted, played(version_id))
    if earlier:
        raise NotAllowed(
            _("{name} is {earlier} of this version and so cannot be its {wanted}.").format(
                name=actor.name, earlier=part_words(earlier), wanted=part_words(wanted)
            ),
            remedy=_("Somebody who took no part in it must do this."),
        )


def part_words(part: Part) -> str:
    """A part as a person would say it."""
    return {
        Part.AUTHOR: _("an author"),
        Part.UPLOADER: _("an uploader"),
        Part.SUBMITTER: _("the submitter"),
        Part.VALIDATOR: _("the validator"),
        Part.APPROVER: _("an approver"),
        Part.MERGER: _("the merger"),
    }[part]


def holders_of(role: str, thing: Scoped) -> QuerySet[Person]:
    """The active people who hold a role in the scope of a thing, each once."""
    held = live(RoleAssignment.objects.filter(covering(thing.access_scope()), role=role))
    mine = held.filter(Q(person=OuterRef("pk")) | Q(team__members=OuterRef("pk")))
    return Person.objects.filter(Exists(mine), active=True)


def person_actor(user: User, *, session: str = "", surface: Surface = Surface.SCREEN) -> Actor:
    """The actor behind a signed-in account. How it signed in stands in the session's record."""
    return Actor(
        name=user.get_full_name(),
        kind=ActorKind.PERSON if user.kind == User.Kind.PERSON else ActorKind.SERVICE,
        surface=surface,
        person_id=user.person_id,
        account_id=user.pk,
        session=session,
        amr=("session",),
    )


def token_actor(secret: str) -> Actor | None:
    """The actor behind a token, or None when it is unknown, ended, revoked or its owner is gone."""
    digest = hashlib.sha256(secret.encode()).hexdigest()
    token = (
        ApiToken.objects.select_related("account__person")
        .filter(
            digest=digest,
            revoked_at__isnull=True,
            expires_at__gt=Now(),
            account__is_active=True,
            account__person__active=True,
        )
        .first()
    )
    return _actor_of(token) if token else None


def _actor_of(token: ApiToken) -> Actor:
    account = token.account
    kind = ActorKind.PERSON if account.kind == User.Kind.PERSON else ActorKind.SERVICE
    return Actor(
        name=account.get_full_name(),
        kind=kind,
        surface=Surface.API,
        person_id=account.person_id,
        account_id=account.pk,
        amr=("token",),
        token_id=token.pk,
        token_permissions=frozenset(token.permissions),
    )


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


# Screens ---------------------------------------------------------------------------------------
def people_found(words: str = "", role: str = "") -> QuerySet[Person]:
    """Everybody by name, narrowed by words in name, e-mail or account, and by a role held now."""
    rows = Person.objects.prefetch_related("accounts")
    if words:
        accounts = User.objects.filter(person=OuterRef("pk"), username__icontains=words)
        rows = rows.filter(
            Q(full_name__icontains=words) | Q(email__icontains=words) | Exists(accounts)
        )
    if role:
        held = live(RoleAssignment.objects.filter(role=role))
        rows = rows.filter(Exists(held.filter(_held_by(OuterRef("pk")))))
    return rows


def _held_by(one: OuterRef | UUID | None = None, *, any_of: Iterable[UUID] = ()) -> Q:
    """Assignments of people, of teams of theirs, or of service accounts they answer for."""
    lookup, people = ("", one) if one is not None else ("__in", any_of)
    paths = ("person", "team__members", "account__person")
    return Q(*((f"{path}{lookup}", people) for path in paths), _connector=Q.OR)


def person_by_id(person_id: UUID) -> Person:
    """One person.

    Raises:
        NotFound: there is none.
    """
    if (found := Person.objects.filter(pk=person_id).first()) is None:
        raise NotFound(_("There is no such person."))
    return found


def assignments_seen(actor: Actor, *, of: Iterable[UUID] | None = None) -> QuerySet[RoleAssignment]:
    """Assignments, past ones too, in the places where the actor may see people; newest first."""
    known = ("role", "person", "team", "account__person", "portfolio", "model", "granted_by")
    rows = RoleAssignment.objects.select_related(*known)
    if of is not None:
        rows = rows.filter(_held_by(any_of=of)).distinct()
    if can(actor, Permission.PERSON_VIEW):
        return rows
    seen = portfolios_where(actor, Permission.PERSON_VIEW)
    everywhere = Q(scope_kind=RoleAssignment.ScopeKind.ORGANISATION)
    return rows.filter(everywhere | Q(portfolio__in=seen) | Q(model__portfolio__in=seen))


def involvements_seen(actor: Actor, person_id: UUID) -> QuerySet[Involvement]:
    """What a person took part in, as far as the actor may see people there; newest first."""
    rows = Involvement.objects.filter(person=person_id).select_related("version__model")
    seen = portfolios_where(actor, Permission.PERSON_VIEW)
    return rows.filter(version__model__portfolio__in=seen).order_by("-since")


def accounts_with_tokens(person_id: UUID) -> QuerySet[User]:
    """A person's own accounts and the service accounts they answer for, with their tokens."""
    rows = User.objects.filter(person=person_id).prefetch_related("api_tokens__created_by")
    return rows.order_by("kind", "username")


def service_account(account_id: UUID) -> User:
    """A service account by its id.

    Raises:
        NotFound: there is none; the account of a person is none.
    """
    rows = User.objects.filter(pk=account_id, kind=User.Kind.SERVICE).select_related("person")
    if (found := rows.first()) is None:
        raise NotFound(_("There is no such service account."))
    return found


def permissions_of(account: User) -> list[str]:
    """All that the roles of a service account give it somewhere: the most a token can permit."""
    held = live(RoleAssignment.objects.filter(account=account))
    given = RolePermission.objects.filter(role__in=held.values("role"))
    return sorted(set(given.values_list("permission", flat=True)))
