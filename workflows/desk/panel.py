"""The shapes of the decision panel, as its components draw them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Seat:
    """One signature that is there or still to come: `kind` is signed, you or open."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One step of a move: who signed, who still can. `short` says that too few are left."""

    role: str
    signed: int
    needed: int
    seats: Sequence[Seat]
    done: str
    open: str
    short: str = ""

    @property
    def reached(self) -> bool:
        """Whether enough people have signed."""
        return self.signed >= self.needed


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the decisions; `note` says what it needs or what stands against it."""

    value: str
    label: str
    note: str = ""
    disabled: bool = False
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a decision sets off."""

    icon: str
    text: str


@dataclass(frozen=True, slots=True)
class Consequence:
    """What one of the choices sets off; `first` is shown while nothing is chosen."""

    value: str
    title: str
    lines: Sequence[Line]
    first: bool = False


@dataclass(frozen=True, slots=True)
class Aside:
    """Somebody who did not agree in the round: what they did instead, and why."""

    name: str
    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands beside the case.

    `kind` is decide, closed (somebody else decides), checking (nobody can yet), draft, or after
    (nobody is asked any more). `may` holds the verbs that the reader can use besides deciding:
    submit, withdraw, suspend, resume, roll_back, retire. `role` is the one that the reader would
    decide in.
    `step` is the one of the policy in which the reader would decide, `signs` whether it takes a
    signature. `moving`: a worker prepares something that the panel will tell. `then` is what comes
    next when whoever is asked agrees.
    """

    kind: str
    title: str
    rules: Sequence[Rule]
    due_at: datetime | None = None
    reason: str = ""
    remedy: str = ""
    blocking: Sequence[str] = ()
    choices: Sequence[Choice] = ()
    consequences: Sequence[Consequence] = ()
    aside: Sequence[Aside] = ()
    against: Sequence[Aside] = ()
    since: Sequence[str] = ()
    signed: bool = False
    role: str = ""
    may: frozenset[str] = frozenset()
    missing: Sequence[str] = ()
    step: str = ""
    signs: bool = False
    moving: bool = False
    then: str = ""
