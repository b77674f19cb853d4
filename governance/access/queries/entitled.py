"""Who could take part in many things at once. The number of queries does not grow with them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from governance.access.models import RoleAssignment
from governance.access.queries.assignments import live, open_delegations
from governance.access.queries.parts import excluded_by, played
from governance.access.queries.seniority import joined_team
from governance.access.reach import Holding
from governance.access.scopes import Scope
from governance.access.separation import Part, Played, conflict

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.access.permissions import Permission

ROW = ("role__permissions__permission", "role", "portfolio", "model", "granted_at", "team")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody is wanted for: a permission on a version, and the part that it makes them play.

    `before`: only what was granted until then counts.
    """

    version: UUID
    scope: Scope
    permission: Permission
    part: Part | None = None
    before: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entitled:
    """An active person and the roles in which they could do it."""

    person: UUID
    name: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One role that gives a permission to one person somewhere."""

    person: UUID
    name: str
    permission: str
    held: Holding


def entitled_to(wanted: Sequence[Wanted]) -> list[list[Entitled]]:
    """For each what is wanted, the people who could do it in their own right, by name.

    Who stands in for somebody takes their place and adds nobody, so what is lent is left out.
    """
    rows = _entitlements({one.permission for one in wanted})
    parts = played.of({one.version for one in wanted if one.part})
    givers = _givers({who.person_id for found in parts.values() for who in found})
    return [_entitled(one, rows, parts.get(one.version, []), givers) for one in wanted]


def _entitlements(permissions: Collection[Permission]) -> list[Entitlement]:
    rows = live(RoleAssignment.objects.filter(role__permissions__permission__in=permissions))
    rows = rows.order_by()
    by_name = _given(rows.filter(person__active=True), "person")
    by_team = _given(rows.filter(team__members__active=True), "team__members")
    return [
        Entitlement(who, name, gives, _holding(who, role, portfolio, model, since, team))
        for who, name, gives, role, portfolio, model, since, team in by_name.union(
            by_team, all=True
        )
    ]


def _given(
    rows: QuerySet[RoleAssignment], person: str
) -> QuerySet[RoleAssignment, tuple[UUID, str, str, str, UUID, UUID, datetime, UUID]]:
    return rows.values_list(person, f"{person}__full_name", *ROW)


def _holding(
    person: UUID,
    role: str,
    portfolio: UUID | None,
    model: UUID | None,
    granted_at: datetime,
    team: UUID | None,
) -> Holding:
    """By a team since somebody joined it, as far as the log tells."""
    joined = joined_team(team).get(person) if team else None
    since = max(granted_at, joined or granted_at)
    return Holding(role, Scope(portfolio, model), team, since, second_factor=False)


def _givers(people: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """By deputy those of these people whom they stand in for now: one pair of eyes."""
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    rows = open_delegations().filter(giver__in=people) if people else ()
    for row in rows:
        found[row.deputy_id].append(row.giver_id)
    return dict(found)


def _entitled(
    one: Wanted,
    rows: Sequence[Entitlement],
    parts: Sequence[Played],
    givers: Mapping[UUID, Sequence[UUID]],
) -> list[Entitled]:
    held: defaultdict[tuple[str, UUID], set[str]] = defaultdict(set)
    for row in rows:
        old = one.before is None or row.held.granted_at <= one.before
        if row.permission == one.permission and old and row.held.covers(one.scope):
            held[row.name, row.person].add(row.held.role)
    return [
        Entitled(person, name, frozenset(held[name, person]))
        for name, person in sorted(held)
        if not _is_barred(one, (person, *givers.get(person, ())), parts)
    ]


def _is_barred(one: Wanted, eyes: Sequence[UUID], parts: Sequence[Played]) -> bool:
    if one.part is None:
        return False
    return any(conflict(who, one.part, parts, excluded_by()) for who in eyes)
