"""Who holds which role where, as rows and columns. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from governance.access.models import RoleAssignment

ORDER = ("person", "service", "team")


@dataclass(frozen=True, slots=True)
class Line:
    """Whose row it is. `kind` is person, service or team; `owner` answers for a service account."""

    key: UUID
    kind: str
    name: str
    person_id: UUID | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One grant in a cell, and how it comes there: by name, through a team, or on loan."""

    assignment: "RoleAssignment"
    team: str = ""
    lent_by: str = ""
    until: datetime | None = None


@dataclass(slots=True)
class MatrixRow:
    """One holder: the grants of each role in the order of the roles, none where it is not held.

    `clashes` says in words which of their roles do not go together.
    """

    line: Line
    cells: list[list[Cell]] = field(default_factory=list)
    clashes: tuple[str, ...] = ()


def matrix(
    roles: Sequence[str],
    held: Iterable[tuple[Line, Cell]],
    clashes: Mapping[UUID, Sequence[str]],
) -> list[MatrixRow]:
    """People by name, then service accounts and teams, which have rows of their own."""
    lines: dict[Line, dict[str, list[Cell]]] = {}
    for line, cell in held:
        lines.setdefault(line, {}).setdefault(cell.assignment.role_id, []).append(cell)
    rows = [
        MatrixRow(line, [cells.get(role, []) for role in roles], tuple(clashes.get(line.key, ())))
        for line, cells in lines.items()
    ]
    return sorted(rows, key=lambda row: (ORDER.index(row.line.kind), row.line.name))
