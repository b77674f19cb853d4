"""What a row of the table says, and whom it lets in. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.matrix.people import INSIDE, NOBODY, OUTSIDE, SIGNED_IN, TOKENS

# What stands in addresses and forms of many rows; {} is filled from the samples.
WHY = {"reason": "Because"}
SUBMITTED = {"name": "{submitted}", "number": 1}
DRAFT = {"name": "{draft}", "number": 1}
ORGANISATION = ("everywhere:auditor", "everywhere:administrator")


@dataclass(frozen=True, slots=True)
class Row:
    """What one method of one route answers to whom.

    `lets_in` get `answer`; other roles of the same portfolio `others`; roles of a foreign one,
    strangers and superusers `outside`; whoever has no session (or, in the API, no valid token)
    `nobody`. `but` names single callers with another answer, and the table says why beside it.
    """

    lets_in: frozenset[str]
    answer: int = 200
    others: int = 403
    outside: int = 404
    nobody: int = 302
    but: Mapping[str, int] = field(default_factory=dict)
    at: Mapping[str, Any] = field(default_factory=dict)
    sends: Any = None
    fragment: bool = False

    def expected(self, label: str, *, api: bool) -> int:
        """The status for one caller."""
        if label in self.but:
            return self.but[label]
        if label in self.lets_in:
            return self.answer
        if label in NOBODY or (label in TOKENS) != api or label == "dead:token":
            return self.nobody
        return self.others if label in INSIDE or label == "token" else self.outside


Methods = dict[str, Row]


def both(*roles: str) -> tuple[str, ...]:
    """Roles in the own portfolio and in the foreign one."""
    return (*roles, *(f"foreign:{role}" for role in roles))


def see(*who: str, **facts: Any) -> Row:
    """A page: who reads it."""
    return Row(frozenset(who), **facts)


def do(*who: str, sends: Any = None, answer: int = 302, **facts: Any) -> Row:
    """A form: who may send it, what is sent, and that it leads on."""
    return Row(frozenset(who), answer=answer, sends=sends, **facts)


def part(*who: str, **facts: Any) -> Row:
    """A part of a page that htmx asks for; without a session it is 401, and no page lands in it."""
    return Row(frozenset(who), nobody=401, fragment=True, **facts)


def call(*who: str, **facts: Any) -> Row:
    """A call of the API; only tokens get in."""
    return Row(frozenset(who), nobody=401, **facts)


def open_to_all(answer: int = 200, *, signed_in: int | None = None, **facts: Any) -> Row:
    """Open without a session; `signed_in` when it answers differently to who has one."""
    inside = dict.fromkeys(SIGNED_IN, answer if signed_in is None else signed_in)
    return Row(frozenset((*NOBODY, *TOKENS)), answer=answer, but=inside, **facts)


def own_account(answer: int = 200, **facts: Any) -> Row:
    """About one's own account: the same for everybody who is signed in."""
    return Row(frozenset(SIGNED_IN), answer=answer, **facts)


def closed() -> Methods:
    """A page that a library brings along and this site does not offer."""
    return {"GET": open_to_all(404), "POST": open_to_all(404)}


EVERYBODY_INSIDE = tuple(INSIDE)
EVERYBODY = (*INSIDE, *OUTSIDE)
