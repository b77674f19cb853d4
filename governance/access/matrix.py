"""Who holds which role in one place, as rows and columns. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from governance.access.duties import Held, conflicts

if TYPE_CHECKING:
    from uuid import UUID

    from governance.access.models import RoleAssignment

Permissions = Mapping[str, frozenset[str]]


@dataclass(slots=True)
class MatrixRow:
    """One holder: a cell for each role, None where it is not held; `opposed` ones are warned of."""

    name: str
    person_id: "UUID | None"
    note: str = ""
    cells: "list[RoleAssignment | None]" = field(default_factory=list)
    opposed: tuple[tuple[str, str], ...] = ()


def matrix(
    roles: Sequence[str], held: "Iterable[RoleAssignment]", permissions: Permissions
) -> list[MatrixRow]:
    """Rows by name; service accounts and teams have rows of their own."""
    by_holder: dict[UUID, list[RoleAssignment]] = {}
    for assignment in held:
        holder = assignment.person_id or assignment.team_id or assignment.account_id
        if holder is not None:
            by_holder.setdefault(holder, []).append(assignment)
    rows = [_row(roles, assignments, permissions) for assignments in by_holder.values()]
    return sorted(rows, key=lambda row: (bool(row.note), row.name))


def opposed_roles(
    held: "Iterable[RoleAssignment]", permissions: Permissions
) -> list[tuple[str, str]]:
    """The pairs of roles among these assignments that do not go together."""
    return conflicts(
        Held(row.role_id, permissions.get(row.role_id, frozenset()), row.portfolio_id)
        for row in held
    )


def _row(roles: Sequence[str], held: "list[RoleAssignment]", permissions: Permissions) -> MatrixRow:
    first = held[0]
    owner = first.account.person if first.account else first.person
    by_role = {row.role_id: row for row in held}
    return MatrixRow(
        name=str(first.person or first.team or first.account),
        person_id=owner.pk if owner else None,
        note="" if first.person_id else str(owner or ""),
        cells=[by_role.get(role) for role in roles],
        opposed=tuple(opposed_roles(held, permissions)),
    )
