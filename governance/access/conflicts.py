"""Roles that one person should not hold together in places that overlap. Pure.

A warning before a grant, and a report; what binds is what somebody did (`separation`).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from uuid import UUID


@dataclass(frozen=True, slots=True)
class RoleRule:
    """Two roles that do not go together. A side names a role, or a permission that roles give."""

    name: str
    first: str
    second: str
    reason: str

    def forbids(self, one: "Held", other: "Held") -> bool:
        """Whether these two do not go together, in either order."""
        if one.role == other.role:
            return False
        return (one.means(self.first) and other.means(self.second)) or (
            one.means(self.second) and other.means(self.first)
        )


@dataclass(frozen=True, slots=True)
class Held:
    """A role of one person in one place; neither id: in the whole organisation.

    For a model both ids are given: its own and that of its portfolio.
    """

    role: str
    permissions: frozenset[str]
    portfolio_id: UUID | None = None
    model_id: UUID | None = None

    def means(self, side: str) -> bool:
        """Whether a side of a rule is about this role."""
        return self.role == side or side in self.permissions

    def meets(self, other: "Held") -> bool:
        """Whether there is a model that both are about."""
        if None in (self.portfolio_id, other.portfolio_id):
            return True
        same_model = None in (self.model_id, other.model_id) or self.model_id == other.model_id
        return self.portfolio_id == other.portfolio_id and same_model


@dataclass(frozen=True, slots=True)
class Clash:
    """Two roles of one person that a rule says do not go together."""

    rule: RoleRule
    one: Held
    other: Held


def clashes_with(new: Held, held: Iterable[Held], rules: Sequence[RoleRule]) -> list[Clash]:
    """What a role to be given would clash with; one line for each rule and other role."""
    found = [
        Clash(rule, new, other)
        for other in held
        if new.meets(other)
        for rule in rules
        if rule.forbids(new, other)
    ]
    return list({(clash.rule.name, clash.other.role): clash for clash in found}.values())


def clashes(held: Iterable[Held], rules: Sequence[RoleRule]) -> list[Clash]:
    """What clashes among roles that one person holds already."""
    found = [
        Clash(rule, one, other)
        for one, other in combinations(sorted(held, key=lambda row: row.role), 2)
        if one.meets(other)
        for rule in rules
        if rule.forbids(one, other)
    ]
    return list({(c.rule.name, c.one.role, c.other.role): c for c in found}.values())
