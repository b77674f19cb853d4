"""Who acts. Every operation takes an Actor, keyword-only; none is ambient, and none is None."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Self
from uuid import UUID


class ActorKind(StrEnum):
    """What stands behind an act: a human being, a service account, or the product itself."""

    PERSON = "person"
    SERVICE = "service"
    SYSTEM = "system"


class Surface(StrEnum):
    """The door an act came through. It stands in every entry of the log."""

    SCREEN = "screen"
    API = "api"
    COMMAND = "command"
    WORKER = "worker"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class ActingRole:
    """A role that let somebody act. `delegation` is the one that lends it; None: their own."""

    role: str
    delegation: UUID | None = None


@dataclass(slots=True)
class Grounds:
    """By which roles an actor was let through last: from the check of a right to the entry."""

    roles: tuple[ActingRole, ...] = ()


@dataclass(frozen=True, slots=True)
class Actor:
    """One acting party at one moment, with the way it proved who it is.

    `person_id` is what separation of duties looks at: several accounts of one person are one
    pair of eyes. For a service account it is the human owner. `token_permissions` narrows what
    the roles give; None means no token is in play. `grounds` is what the last check of a right
    found; it says nothing of who this is.
    """

    name: str
    kind: ActorKind
    surface: Surface
    person_id: UUID | None = None
    account_id: UUID | None = None
    amr: tuple[str, ...] = ()
    session: str = ""
    token_id: UUID | None = None
    token_permissions: frozenset[str] | None = None
    grounds: Grounds = field(default_factory=Grounds, compare=False, repr=False)

    @classmethod
    def system(cls, name: str, surface: Surface = Surface.WORKER) -> Self:
        """The product acting on a rule or a report, never on somebody's behalf."""
        return cls(name=name, kind=ActorKind.SYSTEM, surface=surface)

    @property
    def is_system(self) -> bool:
        """Whether no person or service account stands behind this act."""
        return self.kind is ActorKind.SYSTEM
