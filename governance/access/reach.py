"""Where somebody may do what, read once and asked about many things. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, Self
from uuid import UUID

from governance.access.permissions import Permission
from governance.access.scopes import ORGANISATION, Scope
from governance.actors import ActingRole


class Scoped(Protocol):
    """Anything that can say where a permission on it is looked up."""

    def access_scope(self) -> Scope:
        """The place of this thing."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A live assignment that reaches an actor: which role, where, by which team, since when.

    `delegation` is the one that lends it; None: it is their own.
    """

    role: str
    scope: Scope
    team: UUID | None
    granted_at: datetime
    second_factor: bool
    delegation: UUID | None = None

    def covers(self, scope: Scope) -> bool:
        """Whether the role is held in a place: everywhere, in its portfolio, or for the model."""
        if self.scope.model_id:
            return self.scope.model_id == scope.model_id
        return self.scope.portfolio_id in {None, scope.portfolio_id}


@dataclass(slots=True)
class Places:
    """Where one permission holds."""

    everywhere: bool = False
    portfolios: set[UUID] = field(default_factory=set)
    models: set[UUID] = field(default_factory=set)

    def cover(self, scope: Scope) -> bool:
        """Whether the permission holds in a scope."""
        return (
            self.everywhere
            or scope.portfolio_id in self.portfolios
            or scope.model_id in self.models
        )

    def add(self, scope: Scope) -> None:
        """Makes it hold in one more scope."""
        if scope.model_id:
            self.models.add(scope.model_id)
        elif scope.portfolio_id:
            self.portfolios.add(scope.portfolio_id)
        else:
            self.everywhere = True

    def join(self, other: "Places") -> None:
        """Makes it hold wherever another does."""
        self.everywhere = self.everywhere or other.everywhere
        self.portfolios |= other.portfolios
        self.models |= other.models


@dataclass(frozen=True, slots=True)
class Reach:
    """All that an actor may do, as of one moment: for pages. An operation asks `require` anew."""

    places: Mapping[str, Places]

    @classmethod
    def of(cls, rows: Iterable[tuple[Scope, str]]) -> Self:
        """From scopes, each with one permission that holds there."""
        places: defaultdict[str, Places] = defaultdict(Places)
        for scope, permission in rows:
            places[permission].add(scope)
        return cls(places=dict(places))

    def only(self, permissions: Collection[str]) -> "Reach":
        """The part of it that a token leaves."""
        return Reach({name: where for name, where in self.places.items() if name in permissions})

    def where(self, permission: Permission) -> Places:
        """The places in which a permission holds; none at all when it was never given."""
        return self.places.get(permission) or Places()

    def allows(self, permission: Permission, thing: Scoped | None = None) -> bool:
        """Whether the permission holds for a thing; None: the organisation. Asks no database."""
        return self.where(permission).cover(thing.access_scope() if thing else ORGANISATION)


@dataclass(frozen=True, slots=True)
class Held:
    """All that reaches an actor at one moment, and which permissions each of the roles gives.

    `lent`: somebody lends to the actor now, within an open delegation. `paired`: the actor gave
    or got a delegation at some time, open or over.
    """

    holdings: tuple[Holding, ...] = ()
    gives: Mapping[str, frozenset[str]] = field(default_factory=dict)
    lent: bool = False
    paired: bool = False

    def covering(self, scope: Scope) -> list[Holding]:
        """Those that hold in a place."""
        return [one for one in self.holdings if one.covers(scope)]

    def giving(self, permission: str) -> list[Holding]:
        """Those whose role gives a permission, wherever that is."""
        roles = {role for role, given in self.gives.items() if permission in given}
        return [one for one in self.holdings if one.role in roles]

    def gives_to(self, holding: Holding, permission: str) -> bool:
        """Whether the role of a holding gives a permission."""
        return permission in self.gives.get(holding.role, ())

    def reach(self) -> Reach:
        """The same by permission. Each role's places are gathered once, however many there are."""
        by_role: defaultdict[str, Places] = defaultdict(Places)
        for one in self.holdings:
            by_role[one.role].add(one.scope)
        found: defaultdict[str, Places] = defaultdict(Places)
        for role, places in by_role.items():
            for permission in self.gives.get(role, ()):
                found[permission].join(places)
        return Reach(dict(found))


def acting(holdings: Iterable[Holding]) -> tuple[ActingRole, ...]:
    """As which roles these let somebody act, each once: their own, else as it is lent to them."""
    rows = [ActingRole(one.role, one.delegation) for one in holdings]
    own = {one.role for one in rows if one.delegation is None}
    found = {one for one in rows if one.delegation is None or one.role not in own}
    return tuple(sorted(found, key=lambda one: (one.role, str(one.delegation))))
