"""Who holds which role where, now: by name, through a team, on loan. For the matrix."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from governance.access.matrix import Cell, Line, MatrixRow, matrix
from governance.access.models import Delegation, Person, Role, RoleAssignment
from governance.access.permissions import Permission
from governance.access.queries.assignments import covering, live, open_delegations
from governance.access.queries.conflicts import PersonalClash, conflicts_report
from governance.access.queries.people import assignments_seen
from governance.access.queries.rights import portfolios_where, require_anywhere
from governance.actors import Actor
from governance.errors import NotFound

ORGANISATION = RoleAssignment.ScopeKind.ORGANISATION
BREAK_GLASS = RoleAssignment.Source.BREAK_GLASS


@dataclass(frozen=True, slots=True)
class MatrixFilter:
    """What is asked for. `place` is a portfolio's name, `*` the organisation, empty everywhere."""

    place: str = ""
    role: str = ""
    words: str = ""
    clashing: bool = False


def matrix_seen(actor: Actor, roles: Sequence[Role], asked: MatrixFilter) -> list[MatrixRow]:
    """People, service accounts and teams against roles, where the actor may see people.

    Raises:
        NotAllowed: the actor may see people nowhere. NotFound: no such portfolio of theirs.
    """
    require_anywhere(actor, Permission.PERSON_VIEW)
    place = _place(actor, asked.place)
    held = list(live(assignments_seen(actor)).filter(place).prefetch_related("team__members"))
    cells = [*_given(held), *_lent(held)]
    clashes = _by_person(conflicts_report(actor))
    rows = matrix([role.pk for role in roles], cells, clashes)
    return [row for row in rows if _fits(row, roles, asked)]


def _place(actor: Actor, name: str) -> Q:
    if not name:
        return Q()
    if name == "*":
        return Q(scope_kind=ORGANISATION)
    places = portfolios_where(actor, Permission.PERSON_VIEW)
    if (found := places.filter(name=name).first()) is None:
        raise NotFound(name)
    return covering(found.access_scope()) | Q(model__portfolio=found)


def _given(held: Iterable[RoleAssignment]) -> Iterator[tuple[Line, Cell]]:
    for row in held:
        if row.team:
            yield Line(row.team.pk, "team", row.team.title), Cell(row)
            for member in row.team.members.all():
                yield _line(member), Cell(row, team=row.team.title)
        elif row.account:
            owner = row.account.person
            line = Line(row.account.pk, "service", row.account.username, owner.pk, owner.full_name)
            yield line, Cell(row)
        elif row.person:
            yield _line(row.person), Cell(row)


def _line(person: Person) -> Line:
    return Line(person.pk, "person", person.full_name, person.pk)


def _lent(held: Sequence[RoleAssignment]) -> Iterator[tuple[Line, Cell]]:
    """What deputies hold at this moment; emergency access is never on loan."""
    delegations: QuerySet[Delegation] = open_delegations().select_related("giver", "deputy")
    for loan in delegations:
        for row in held:
            if row.source != BREAK_GLASS and _is_giver(loan, row) and _is_there(loan, row):
                cell = Cell(row, lent_by=loan.giver.full_name, until=loan.ends_at)
                yield _line(loan.deputy), cell


def _is_giver(loan: Delegation, row: RoleAssignment) -> bool:
    members = row.team.members.all() if row.team else ()
    return row.person_id == loan.giver_id or loan.giver in members


def _is_there(loan: Delegation, row: RoleAssignment) -> bool:
    around = row.model.portfolio_id if row.model else row.portfolio_id
    return loan.portfolio_id in {None, around}


def _by_person(found: Iterable[PersonalClash]) -> dict[UUID, list[str]]:
    words: dict[UUID, list[str]] = {}
    for one in found:
        words.setdefault(one.person.pk, []).append(one.words)
    return words


def _fits(row: MatrixRow, roles: Sequence[Role], asked: MatrixFilter) -> bool:
    names = [role.pk for role in roles]
    return (
        asked.words.lower() in f"{row.line.name} {row.line.owner}".lower()
        and (not asked.clashing or bool(row.clashes))
        and (asked.role not in names or bool(row.cells[names.index(asked.role)]))
    )
