"""Why somebody may or may not do something, in words, with the path of grants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _

from governance.access.models import Delegation, Involvement, Person, Role, RoleAssignment, Team
from governance.access.permissions import Permission
from governance.access.queries.assignments import (
    covering,
    giving,
    live,
    open_delegations,
)
from governance.access.queries.parts import excluded_by, part_words, played
from governance.access.queries.rights import roles_giving
from governance.access.scopes import ORGANISATION, Scope
from governance.access.separation import Part, conflict

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from governance.access.reach import Scoped

PARTS = {
    Permission.EMERGENCY_SIGN: Part.APPROVER,
    Permission.PROMOTION_MERGE: Part.MERGER,
    Permission.VERSION_APPROVE: Part.APPROVER,
    Permission.VERSION_CREATE: Part.AUTHOR,
    Permission.VERSION_SUBMIT: Part.SUBMITTER,
    Permission.VERSION_VALIDATE: Part.VALIDATOR,
}


@dataclass(frozen=True, slots=True)
class Path:
    """One way in which a person comes to a permission: the assignment, and whose it is."""

    assignment: RoleAssignment
    role: Role
    team: str = ""
    lent_by: Person | None = None
    delegation: Delegation | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """Whether a person may, the paths of grants, and what stands against it.

    `elsewhere`: roles of theirs that would give it, but in another place. `roles`: what an
    administrator could grant. `involvement`: the part that a rule holds against them, and whose.
    """

    person: Person
    permission: Permission
    paths: tuple[Path, ...]
    elsewhere: tuple[RoleAssignment, ...] = ()
    roles: tuple[Role, ...] = ()
    reasons: tuple[str, ...] = ()
    involvement: Involvement | None = None

    @property
    def may(self) -> bool:
        """Whether nothing stands against it."""
        return bool(self.paths) and not self.reasons


def why(person: Person, permission: Permission, thing: Scoped | None = None) -> Explanation:
    """Why a person can or cannot do this to that; `thing` None: in the organisation.

    For a version, rules on what they did to it count, too.
    """
    scope = thing.access_scope() if thing else ORGANISATION
    paths = tuple(paths_of(person.pk, permission, scope))
    reasons = [] if person.active else [_("{name} is deactivated.").format(name=person)]
    elsewhere: tuple[RoleAssignment, ...] = ()
    if not paths:
        elsewhere = tuple(_elsewhere(person.pk, permission, scope))
        reasons.append(_missing(permission, scope, elsewhere))
    earlier = _involvement(person, permission, thing)
    if earlier:
        reasons.append(_barred(person, earlier, PARTS[permission]))
    return Explanation(
        person=person,
        permission=permission,
        paths=paths,
        elsewhere=elsewhere,
        roles=tuple(roles_giving(permission)),
        reasons=tuple(reasons),
        involvement=earlier,
    )


def paths_of(person_id: UUID, permission: Permission, scope: Scope) -> list[Path]:
    """Every way in which a person comes to a permission in a place."""
    return paths_to({person_id}, permission, scope)[person_id]


def paths_to(
    people: Collection[UUID], permission: Permission, scope: Scope
) -> dict[UUID, list[Path]]:
    """The same for many people, in as many queries as for one: own roles, a team's, lent ones."""
    lent = list(open_delegations().filter(deputy__in=people).select_related("giver"))
    held = _held({*people, *(one.giver_id for one in lent)}, permission, scope)
    found = {person: [_path(row) for row in held.get(person, ())] for person in people}
    for one in lent:
        known = {path.assignment.pk for path in found[one.deputy_id] if path.delegation}
        found[one.deputy_id] += [
            Path(row, row.role, str(row.team or ""), one.giver, one)
            for row in held.get(one.giver_id, ())
            if row.pk not in known and _is_lent(row, one)
        ]
    return found


def _held(
    people: Collection[UUID], permission: Permission, scope: Scope
) -> dict[UUID, list[RoleAssignment]]:
    """By person what gives a permission in a place now: by name first, then through teams."""
    members = Team.members.through.objects.filter(person__in=people)
    teams: dict[UUID | None, set[UUID]] = {}
    for person, team in members.values_list("person", "team"):
        teams.setdefault(team, set()).add(person)
    rows = live(RoleAssignment.objects.filter(covering(scope), giving(permission)))
    rows = rows.filter(Q(person__in=people) | Q(team__in=list(teams))).order_by("-granted_at")
    found: dict[UUID, list[RoleAssignment]] = {}
    known = ("role", "team", "person", "portfolio", "model", "granted_by")
    for row in sorted(rows.select_related(*known), key=lambda row: row.team_id is not None):
        for person in {row.person_id} if row.person_id else teams[row.team_id]:
            found.setdefault(person, []).append(row)
    return found


def _path(row: RoleAssignment) -> Path:
    return Path(row, row.role, str(row.team or ""))


def _is_lent(row: RoleAssignment, delegation: Delegation) -> bool:
    """In a portfolio only what was given within it, and never emergency access."""
    place = row.model.portfolio_id if row.model else row.portfolio_id
    there = delegation.portfolio_id in {None, place}
    return there and row.source != RoleAssignment.Source.BREAK_GLASS


def _elsewhere(person_id: UUID, permission: Permission, scope: Scope) -> list[RoleAssignment]:
    """What would give the permission, if it were given here or held now."""
    given = Q(person=person_id) | Q(team__members=person_id)
    rows = RoleAssignment.objects.filter(given, giving(permission)).exclude(
        Q(pk__in=live(RoleAssignment.objects.filter(covering(scope))))
    )
    known = ("role", "portfolio", "model", "revoked_by")
    return list(rows.select_related(*known).order_by("-granted_at").distinct())


def _missing(permission: Permission, scope: Scope, elsewhere: Collection[RoleAssignment]) -> str:
    titles = ", ".join(str(role) for role in roles_giving(permission)) or _("no role")
    words = _("No role held in {place} gives {permission}; {roles} would.").format(
        place=_(scope.title), permission=permission, roles=titles
    )
    held = [row for row in elsewhere if row.revoked_at is None]
    if held:
        place = held[0].portfolio or held[0].model or _("the organisation")
        words += " " + _("{role} is held, but in {place} or at another time.").format(
            role=held[0].role, place=place
        )
    return words


def _involvement(
    person: Person, permission: Permission, thing: Scoped | None
) -> Involvement | None:
    """What the person, or somebody they stand in for, did to a version that forbids this."""
    wanted, version = PARTS.get(permission), version_of(thing)
    if wanted is None or version is None:
        return None
    givers = open_delegations(person.pk).values_list("giver", flat=True)
    parts, excluded = played(version), excluded_by()
    for eyes in (person.pk, *givers):
        if earlier := conflict(eyes, wanted, parts, excluded):
            rows = Involvement.objects.filter(version=version, person=eyes, part=earlier)
            return rows.select_related("person").first()
    return None


def version_of(thing: Scoped | None) -> UUID | None:
    """A version knows its number; models and portfolios have none."""
    return getattr(thing, "pk", None) if hasattr(thing, "number") else None


def _barred(person: Person, earlier: Involvement, wanted: Part) -> str:
    if earlier.person_id != person.pk:
        return _("{name} stands in for {giver}, who is {earlier} of this version.").format(
            name=person, giver=earlier.person, earlier=part_words(Part(earlier.part))
        )
    return _("{name} is {earlier} of this version and so cannot be its {wanted}.").format(
        name=person, earlier=part_words(Part(earlier.part)), wanted=part_words(wanted)
    )
