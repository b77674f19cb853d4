"""Roles that one person should not hold together in one place. Pure.

A hint for whoever grants, not the rule: the rule looks at what somebody did to a version
(`separation`), binds whatever roles are held, and needs no hint to hold.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from governance.access.permissions import Permission

# Who builds, who checks, who signs, who puts live: four pairs of eyes.
DUTIES = (
    frozenset({Permission.VERSION_CREATE, Permission.VERSION_SUBMIT}),
    frozenset({Permission.VERSION_VALIDATE}),
    frozenset({Permission.VERSION_APPROVE}),
    frozenset({Permission.PROMOTION_MERGE}),
)


@dataclass(frozen=True, slots=True)
class Held:
    """A role held in a portfolio, or everywhere when none is named."""

    role: str
    permissions: frozenset[str]
    portfolio_id: UUID | None = None


def opposed(one: Collection[str], other: Collection[str]) -> bool:
    """Whether two sets of permissions let one person do two duties that belong to two people."""
    first = {number for number, duty in enumerate(DUTIES) if duty & set(one)}
    second = {number for number, duty in enumerate(DUTIES) if duty & set(other)}
    return any(a != b for a in first for b in second)


def conflicts(held: Iterable[Held]) -> list[tuple[str, str]]:
    """The pairs of roles that oppose each other where both hold."""
    rows = sorted(held, key=lambda row: row.role)
    pairs = [
        (a.role, b.role)
        for place, a in enumerate(rows)
        for b in rows[place + 1 :]
        if _meet(a, b) and a.role != b.role and opposed(a.permissions, b.permissions)
    ]
    return list(dict.fromkeys(pairs))


def _meet(one: Held, other: Held) -> bool:
    places = (one.portfolio_id, other.portfolio_id)
    return None in places or one.portfolio_id == other.portfolio_id
