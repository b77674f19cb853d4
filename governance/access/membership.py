"""Which accounts are in the groups behind assignments: those that an assignment reaches now.

An assignment reaches the accounts of its person or of its team's members, of the deputies whom
these people named, or the one service account. Calling `follow` again changes nothing; windows
that open or close are followed by the clock (`follow_windows`), while `can` reads them each time.
"""

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.models import Group
from django.db.models import Q, QuerySet
from django.utils import timezone

from governance.access.models import Delegation, RoleAssignment, User
from governance.access.projection import group_of, name_of


def follow(assignments: Iterable[RoleAssignment], *, left: Iterable[UUID] = ()) -> None:
    """Puts everybody whom assignments reach into their groups, and takes the others out.

    `left`: people who were behind these assignments until now, such as former team members.
    """
    for assignment in assignments:
        _settle(assignment, group_of(assignment), set(left))


def _settle(assignment: RoleAssignment, group: Group, left: set[UUID]) -> None:
    """Only the accounts that this assignment may concern are looked at, however big the group."""
    concerned = _people_behind(assignment, ended=True) | left
    concerned |= set(_deputies(left).values_list("deputy", flat=True))
    known = set(_accounts(assignment, concerned).values_list("pk", flat=True))
    reached: set[UUID] = set()
    for same in _standing(assignment, concerned):
        people = _people_behind(same, ended=False)
        usable = _accounts(same, people).filter(is_active=True, person__active=True)
        reached |= known & set(usable.values_list("pk", flat=True))
    members = group.user_set
    present = set(members.filter(pk__in=known).values_list("pk", flat=True))
    members.add(*User.objects.filter(pk__in=reached - present))
    members.remove(*User.objects.filter(pk__in=present - reached))


def _standing(assignment: RoleAssignment, people: set[UUID]) -> QuerySet[RoleAssignment]:
    """Assignments of the same role in the same place that may reach the same accounts."""
    now, givers = timezone.now(), Delegation.objects.filter(deputy__in=people).values("giver")
    concerns = Q(account=assignment.account_id) if assignment.account_id else Q(pk__in=())
    for path in ("person", "team__members"):
        concerns |= Q(**{f"{path}__in": people}) | Q(**{f"{path}__in": givers})
    return (
        RoleAssignment.objects.filter(
            concerns,
            Q(ends_at__isnull=True) | Q(ends_at__gt=now),
            starts_at__lte=now,
            role=assignment.role_id,
            scope_kind=assignment.scope_kind,
            portfolio=assignment.portfolio_id,
            model=assignment.model_id,
            revoked_at__isnull=True,
        )
        .select_related("team", "account")
        .distinct()
    )


def _people_behind(assignment: RoleAssignment, *, ended: bool) -> set[UUID]:
    """Holders and their deputies; with `ended` those of past delegations, too."""
    if assignment.account_id:
        return set()
    holders = {assignment.person_id} if assignment.person_id else _members(assignment)
    delegations = _deputies(holders)
    if not ended:
        now = timezone.now()
        delegations = delegations.filter(_lends(assignment), revoked_at__isnull=True)
        delegations = delegations.filter(starts_at__lte=now, ends_at__gt=now, giver__active=True)
    return holders | set(delegations.values_list("deputy", flat=True))


def _deputies(people: set[UUID]) -> QuerySet[Delegation]:
    return Delegation.objects.filter(giver__in=people)


def _members(assignment: RoleAssignment) -> set[UUID]:
    return set(assignment.team.members.values_list("pk", flat=True)) if assignment.team else set()


def _lends(assignment: RoleAssignment) -> Q:
    """Delegations that lend this assignment: those for everywhere, or for its portfolio."""
    if assignment.source == RoleAssignment.Source.BREAK_GLASS:
        return Q(pk__in=())
    place = assignment.model.portfolio_id if assignment.model else assignment.portfolio_id
    return Q(portfolio__isnull=True) | (Q(portfolio=place) if place else Q(pk__in=()))


def _accounts(assignment: RoleAssignment, people: set[UUID]) -> QuerySet[User]:
    if assignment.account_id:
        return User.objects.filter(pk=assignment.account_id)
    return User.objects.filter(person__in=people, kind=User.Kind.PERSON)


def of_person(person_id: UUID) -> QuerySet[RoleAssignment]:
    """Every assignment that may reach the accounts of a person, or of their deputies."""
    given = Q(person=person_id) | Q(team__members=person_id) | Q(account__person=person_id)
    lent = Delegation.objects.filter(deputy=person_id).values("giver")
    given |= Q(person__in=lent) | Q(team__members__in=lent)
    return RoleAssignment.objects.filter(given, revoked_at__isnull=True).distinct()


def members_by_group() -> dict[str, set[UUID]]:
    """For each group the accounts that should be in it now, from the assignments alone."""
    now = timezone.now()
    rows = RoleAssignment.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now), starts_at__lte=now, revoked_at__isnull=True
    )
    found: dict[str, set[UUID]] = {}
    for row in rows.select_related("team", "account", "model"):
        usable = _accounts(row, _people_behind(row, ended=False))
        usable = usable.filter(is_active=True, person__active=True)
        found.setdefault(name_of(row), set()).update(usable.values_list("pk", flat=True))
    return found
