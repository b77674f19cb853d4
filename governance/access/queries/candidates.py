"""Who could do something to a version today, why the others cannot, and whether they are enough."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from governance.access.models import Person, RoleAssignment
from governance.access.queries.assignments import covering, giving, live, open_delegations
from governance.access.queries.explaining import PARTS, paths_to, version_of
from governance.access.queries.parts import excluded_by, part_words, played
from governance.access.separation import Part, Played, conflict

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from governance.access.permissions import Permission
    from governance.access.queries.explaining import Path
    from governance.access.reach import Scoped
    from governance.access.scopes import Scope


@dataclass(frozen=True, slots=True)
class Candidate:
    """One person who holds a permission somewhere that counts, and why they cannot use it."""

    person: Person
    role: str
    reasons: tuple[str, ...] = ()
    lent_by: tuple[Person, ...] = ()

    @property
    def may(self) -> bool:
        """Whether they could act today."""
        return not self.reasons


@dataclass(frozen=True, slots=True)
class WhoCould:
    """Everybody who comes into question; `warning` says when they are too few."""

    candidates: tuple[Candidate, ...]
    needed: int = 1
    warning: str = ""

    @property
    def able(self) -> tuple[Candidate, ...]:
        """Those who could act today."""
        return tuple(one for one in self.candidates if one.may)

    def without(self, people: Collection[UUID], decided: int) -> WhoCould:
        """The same for those who are still to come, after `decided` people have acted."""
        left = tuple(one for one in self.candidates if one.person.pk not in people)
        needed = max(self.needed - decided, 0)
        return WhoCould(left, needed, too_few(sum(one.may for one in left), needed))


def who_could(
    permission: Permission,
    version: Scoped,
    *,
    roles: Collection[str] | None = None,
    needed: int = 1,
    before: datetime | None = None,
) -> WhoCould:
    """The people who could do this to a version today, and why others who hold a role cannot.

    `roles` narrows to those that a policy asks for, `needed` is how many must agree, `before` is
    when a grant must have been made to count.
    """
    parts = played(version_of(version) or UUID(int=0))
    excluded, wanted = excluded_by(), PARTS.get(permission)
    holders = _holders(permission, version.access_scope(), roles)
    paths = paths_to({one.pk for one in holders}, permission, version.access_scope())
    found = [_candidate(one, paths[one.pk], roles, before) for one in holders]
    givers = _givers(holders)
    checked = tuple(
        _checked(one, givers.get(one.person.pk, ()), wanted, parts, excluded) for one in found
    )
    able = sum(one.may for one in checked)
    return WhoCould(checked, needed, too_few(able, needed))


def _holders(permission: Permission, scope: Scope, roles: Collection[str] | None) -> list[Person]:
    rows = live(RoleAssignment.objects.filter(covering(scope), giving(permission)))
    rows = rows.filter(role__in=roles) if roles is not None else rows
    mine = rows.filter(Q(person=OuterRef("pk")) | Q(team__members=OuterRef("pk")))
    people = Person.objects.filter(Exists(mine))
    deputies = open_delegations().filter(giver__in=people).values("deputy")
    return list(Person.objects.filter(Q(pk__in=people) | Q(pk__in=deputies)).order_by("full_name"))


def _givers(deputies: Collection[Person]) -> dict[UUID, list[Person]]:
    """Those whom each of these people stands in for now."""
    found: dict[UUID, list[Person]] = {}
    for one in open_delegations().filter(deputy__in=deputies).select_related("giver"):
        found.setdefault(one.deputy_id, []).append(one.giver)
    return found


def _candidate(
    person: Person,
    paths: list[Path],
    roles: Collection[str] | None,
    before: datetime | None,
) -> Candidate:
    paths = [p for p in paths if roles is None or p.role.pk in roles]
    old = [p for p in paths if before is None or p.assignment.granted_at <= before]
    reasons = [] if person.active else [_("{name} is deactivated.").format(name=person)]
    if not paths:
        reasons.append(_("What they could do as a deputy does not reach this place."))
    elif not old:
        reasons.append(_("The role was given after the case was opened."))
    use = next(iter(old or paths), None)
    lent = tuple(p.lent_by for p in old if p.lent_by)
    own = any(p.lent_by is None for p in old)
    return Candidate(person, use.role.pk if use else "", tuple(reasons), () if own else lent)


def _checked(
    one: Candidate,
    givers: Collection[Person],
    wanted: Part | None,
    parts: list[Played],
    excluded: dict[Part, set[Part]],
) -> Candidate:
    """With the reason that lies in what they, or those they stand in for, did to the version."""
    if wanted is None or not parts:
        return one
    reasons = [
        _("{name} is {earlier} of this version.").format(name=eyes, earlier=part_words(earlier))
        for eyes in (one.person, *givers)
        if (earlier := conflict(eyes.pk, wanted, parts, excluded))
    ]
    return Candidate(one.person, one.role, (*one.reasons, *reasons), one.lent_by)


def too_few(able: int, needed: int) -> str:
    """That fewer people can act than must, in words; empty when they are enough."""
    if able == 0 and needed:
        return _("Nobody can do this today.")
    if able < needed:
        return _("Only {able} of the {needed} people who are needed can do this today.").format(
            able=able, needed=needed
        )
    return ""
