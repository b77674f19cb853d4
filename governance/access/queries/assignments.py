"""Role assignments as rows: which hold now, whom they reach, what they cover and give."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Now

from governance.access.models import Delegation, RoleAssignment, RolePermission, Team
from governance.access.permissions import Permission
from governance.access.scopes import Scope


def live(assignments: QuerySet[RoleAssignment]) -> QuerySet[RoleAssignment]:
    """Only what holds now, by the database's clock."""
    return assignments.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=Now()),
        revoked_at__isnull=True,
        starts_at__lte=Now(),
    )


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

    Each row names its `delegation`, the first of several. Emergency access is never on loan, and
    nothing is passed on: this reads what givers hold themselves.
    """
    delegations = open_delegations().filter(deputy=person_id).order_by("starts_at", "pk")
    everywhere = delegations.filter(portfolio__isnull=True)
    there = delegations.filter(
        Q(portfolio=OuterRef("portfolio")) | Q(portfolio=OuterRef("model__portfolio"))
    )
    rows = RoleAssignment.objects.exclude(source=RoleAssignment.Source.BREAK_GLASS)
    givers = delegations.order_by().values("giver")
    by_name, by_team = rows.filter(person__in=givers), rows.filter(team__members__in=givers)
    return (
        _through(everywhere.filter(giver=OuterRef("person")), by_name),
        _through(everywhere.filter(giver__teams=OuterRef("team")), by_team),
        _through(there.filter(giver=OuterRef("person")), by_name),
        _through(there.filter(giver__teams=OuterRef("team")), by_team),
    )


def _through(
    delegations: QuerySet[Delegation], rows: QuerySet[RoleAssignment]
) -> QuerySet[RoleAssignment]:
    """Those rows that a delegation lends, each with the first one."""
    lent = rows.annotate(delegation=Subquery(delegations.values("pk")[:1]))
    return lent.filter(delegation__isnull=False)


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
