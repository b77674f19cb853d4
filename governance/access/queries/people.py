"""People, their accounts and their assignments, as screens read them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from governance.access.models import (
    ApiToken,
    Involvement,
    Person,
    RoleAssignment,
    RolePermission,
    User,
)
from governance.access.permissions import Permission
from governance.access.queries.assignments import live
from governance.access.queries.rights import can, portfolios_where
from governance.actors import Actor
from governance.errors import NotFound


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


def tokens_seen(actor: Actor, *, words: str = "", ended: bool = False) -> QuerySet[ApiToken]:
    """Tokens of service accounts that hold a role where the actor may see people; newest first.

    With a right in the whole organisation all of them. `ended` shows those that are no longer
    good: over, revoked, or of an account or owner that is closed.
    """
    good = Q(
        revoked_at=None, expires_at__gt=Now(), account__is_active=True, account__person__active=True
    )
    rows = ApiToken.objects.filter(~good if ended else good)
    rows = rows.select_related("account__person", "created_by").order_by("-created_at")
    if words:
        names = ("name", "prefix", "account__username", "account__person__full_name")
        rows = rows.filter(Q(*((f"{name}__icontains", words) for name in names), _connector=Q.OR))
    if can(actor, Permission.PERSON_VIEW):
        return rows
    seen = portfolios_where(actor, Permission.PERSON_VIEW)
    there = RoleAssignment.objects.filter(account=OuterRef("account"))
    return rows.filter(Exists(there.filter(Q(portfolio__in=seen) | Q(model__portfolio__in=seen))))


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
