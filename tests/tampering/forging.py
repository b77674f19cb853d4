"""The kinds of tampering that an export can show, each forged as an operator could forge it.

A case is the bytes of an export, the keys and the checkpoint that the auditor brought, and what the
verifier must say: the names of checks (all of them, at least), or a refusal to open the file.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from governance.audit.canonical import canonical
from governance.trail.scopes import Scope
from tests.tampering.logs import (
    RETAIL,
    VERSIONS,
    Log,
    Members,
    packed,
    signer_of,
)

ONE_VERSION = Scope(subjects=((VERSIONS[0][0], str(VERSIONS[0][1])),))


RETAIL_ONLY = Scope(portfolios=(str(RETAIL),))


@dataclass(frozen=True)
class Case:
    """One forgery. `checks` None: the file must be refused with exit 2; empty: nothing is wrong."""

    kind: str
    name: str
    content: bytes
    checks: frozenset[str] | None
    since: str | None = None
    keys: tuple[str, ...] = (signer_of(1).verifier.vkey,)
    warnings: frozenset[str] = field(default_factory=frozenset)
    entry: int | None = None
    why: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


def case(kind: str, name: str, members: Members, *checks: str, **more: Any) -> Case:
    return Case(kind, name, packed(members), frozenset(checks), **more)


def edited(members: Members, name: str, change: Callable[[list[bytes]], list[bytes]]) -> Members:
    """One member with other lines."""
    lines = members[name].split(b"\n")[:-1]
    return members | {name: b"".join(line + b"\n" for line in change(lines))}


def edited_row(members: Members, name: str, at: int, **changes: Any) -> Members:
    """One row of a member with other values."""

    def change(lines: list[bytes]) -> list[bytes]:
        lines[at] = canonical(json.loads(lines[at]) | changes)
        return lines

    return edited(members, name, change)


def edited_json(members: Members, name: str, **changes: Any) -> Members:
    return members | {name: canonical(json.loads(members[name]) | changes)}


def resigned(log: Log, raw: bytes) -> Members:
    """The operator put these bytes into the log instead of its last entry, and signed that."""
    log.lines[-1] = raw
    log.checkpoints.clear()
    return log.members()
