"""Which roles clash in one person, before a grant and as a report."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from governance.access.conflicts import Clash, Held, RoleRule, clashes, clashes_with
from governance.access.models import (
    ConflictRule,
    Person,
    Role,
    RoleAssignment,
    RolePermission,
    Team,
    User,
)
from governance.access.permissions import Permission
from governance.access.queries.assignments import live
from governance.access.queries.rights import portfolios_where, require_anywhere
from governance.access.scopes import Scope
from governance.actors import Actor


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a role is given to: exactly one of the three."""

    person: Person | None = None
    team: Team | None = None
    account: User | None = None

    def people(self) -> list[Person]:
        """Every human being behind it."""
        if self.team:
            return list(self.team.members.order_by("full_name"))
        return [person for person in (self.person, self._owner()) if person]

    def _owner(self) -> Person | None:
        return self.account.person if self.account else None


@dataclass(frozen=True, slots=True)
class PersonalClash:
    """Two roles of one person that do not go together, and the words for it."""

    person: Person
    clash: Clash
    words: str
    conflict_reason: str = ""


def role_rules() -> list[RoleRule]:
    """The rules on roles, as they stand now."""
    rows = ConflictRule.objects.filter(kind=ConflictRule.Kind.ROLE)
    return [RoleRule(row.name, row.first, row.second, _(row.reason)) for row in rows]


def conflict_rules() -> QuerySet[ConflictRule]:
    """All rules, for a screen."""
    return ConflictRule.objects.order_by("kind", "name")


def conflicts_of_grant(holder: Holder, role: str, scope: Scope) -> list[PersonalClash]:
    """What would clash if a role were given there; a form shows it before, `grant` asks why."""
    return conflicts_of_people(holder.people(), [(role, scope)])


def conflicts_of_people(
    people: Iterable[Person], given: Iterable[tuple[str, Scope]]
) -> list[PersonalClash]:
    """What would clash if people got roles in places besides what they hold."""
    rules, titles, known = role_rules(), _titles(), _permissions()
    found, held = [], held_by_people(person.pk for person in people)
    for role, scope in given:
        new = Held(role, known.get(role, frozenset()), scope.portfolio_id, scope.model_id)
        for person in people:
            mine = [row for row, _reason in held.get(person.pk, [])]
            found += [
                PersonalClash(person, clash, _words(person, clash, titles))
                for clash in clashes_with(new, mine, rules)
            ]
    return found


def conflicts_report(
    actor: Actor, *, of: Iterable[UUID] | None = None, place: UUID | None = None
) -> list[PersonalClash]:
    """Everybody who holds roles that do not go together, where the actor may see people.

    `of` narrows to persons, `place` to clashes that reach one portfolio.

    Raises:
        NotAllowed: the actor may see people nowhere.
    """
    require_anywhere(actor, Permission.PERSON_VIEW)
    seen = set(portfolios_where(actor, Permission.PERSON_VIEW).values_list("pk", flat=True))
    rules, titles = role_rules(), _titles()
    held = held_by_people(of)
    people = Person.objects.in_bulk(held)
    return sorted(
        (
            PersonalClash(people[key], clash, _words(people[key], clash, titles), _why(clash, rows))
            for key, rows in held.items()
            for clash in clashes([row for row, _reason in rows], rules)
            if _is_seen(clash, seen, place)
        ),
        key=lambda row: (row.person.full_name, row.clash.rule.name),
    )


def _is_seen(clash: Clash, seen: set[UUID], place: UUID | None) -> bool:
    places = {clash.one.portfolio_id, clash.other.portfolio_id} - {None}
    return not places or bool(places & seen and place in {None, *places})


def _why(clash: Clash, rows: list[tuple[Held, str]]) -> str:
    return next((why for row, why in rows if why and row in (clash.one, clash.other)), "")


def held_by_people(only: Iterable[UUID] | None = None) -> dict[UUID, list[tuple[Held, str]]]:
    """Live roles by person, through teams and service accounts too, with the reason of a clash."""
    rows = live(RoleAssignment.objects.all())
    known, found = _permissions(), defaultdict(list)
    wanted = set(only) if only is not None else None
    for path in ("person", "team__members", "account__person"):
        of = Q(**{f"{path}__isnull": False}) if wanted is None else Q(**{f"{path}__in": wanted})
        values = ("role", "portfolio", "model", "model__portfolio", "conflict_reason")
        for person, role, portfolio, model, around, why in rows.filter(of).values_list(
            path, *values
        ):
            place = Held(role, known.get(role, frozenset()), portfolio or around, model)
            if wanted is None or person in wanted:
                found[person].append((place, why))
    return dict(found)


def _permissions() -> dict[str, frozenset[str]]:
    given = defaultdict(set)
    for role, permission in RolePermission.objects.values_list("role", "permission"):
        given[role].add(permission)
    return {role: frozenset(names) for role, names in given.items()}


def _titles() -> dict[str, str]:
    return {role.pk: str(role) for role in Role.objects.all()}


def _words(person: Person, clash: Clash, titles: dict[str, str]) -> str:
    return _("{name}: {one} does not go with {other}. {reason}").format(
        name=person,
        one=titles.get(clash.one.role, clash.one.role),
        other=titles.get(clash.other.role, clash.other.role),
        reason=clash.rule.reason,
    )
