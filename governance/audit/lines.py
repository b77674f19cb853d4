"""The line of an entry: the one JSON object whose exact bytes are hashed and kept for ever.

No name, free text or address of a person stands in it, only random ids and commitments.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from governance.actors import ActingRole
from governance.audit import canonical
from governance.audit.merkle import leaf_hash
from governance.errors import Conflict
from governance.sentences import sentence as _

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from governance.audit.canonical import Json

FORMAT: Final = 1
LARGEST_LINE: Final = 64 * 1024

# From a format to the next one. Lines are never rewritten; old ones are read through these.
UPCASTERS: Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]] = {}


class BadLine(ValueError):
    """The bytes are not a line of this log."""


@dataclass(frozen=True, slots=True)
class EvidenceRef:
    """A file that an entry rests on: its name, the 64 hex digits of its SHA-256, its bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who acted, and how they had proved who they are; `name` only for the product itself.

    `roles` are those by which they were let through, none where an act asks for no role; None in
    entries from before they were kept.
    """

    kind: str
    surface: str
    name: str = ""
    person_id: UUID | None = None
    account_id: UUID | None = None
    amr: tuple[str, ...] = ()
    session: str = ""  # a digest: the session key itself would let a reader take the session over
    token_id: UUID | None = None
    roles: tuple[ActingRole, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry, read or to be written.

    `seq` counts the entries of the subject from 1; `prev` is the leaf hash (hex) of the one
    before, None for the first. `personal` maps paths to commitments. `before`, `after` and
    `details` are plain JSON.
    """

    origin: str
    id: UUID
    occurred_at: datetime
    action: str
    author: Author
    subject_type: str
    subject_id: UUID
    seq: int
    prev: str | None
    portfolio_id: UUID | None = None
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    details: dict[str, Any] = field(default_factory=dict)
    personal: dict[str, str] = field(default_factory=dict)
    evidence: tuple[EvidenceRef, ...] = ()

    def to_bytes(self) -> bytes:
        """The canonical bytes.

        Raises:
            governance.audit.canonical.NotCanonical: when a value has no canonical form.
        """
        return canonical.encode(
            {
                "v": FORMAT,
                "origin": self.origin,
                "id": str(self.id),
                "ts": canonical.moment(self.occurred_at),
                "action": self.action,
                "actor": _actor(self.author),
                "auth": _auth(self.author),
                "subject": {
                    "type": self.subject_type,
                    "id": str(self.subject_id),
                    "seq": self.seq,
                    "prev": self.prev,
                },
                "portfolio": _text(self.portfolio_id),
                "before": self.before,
                "after": self.after,
                "details": self.details,
                "personal": {**self.personal},
                "evidence": [
                    {"name": ref.name, "sha256": ref.sha256, "size": ref.size}
                    for ref in self.evidence
                ],
            }
        )


def parse(raw: bytes) -> Line:
    """Read a line of any format there has been.

    Raises:
        BadLine: when the bytes are not canonical, or a member is missing or of a wrong kind.
    """
    try:
        value = canonical.decode(raw)
    except canonical.NotCanonical as error:
        raise BadLine(str(error)) from error
    if not isinstance(value, dict):
        message = "a line is one JSON object"
        raise BadLine(message)
    try:
        return _line(_upcast(value))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        message = f"not a line of this log: {error!r}"
        raise BadLine(message) from error


def as_recorded(
    entry_id: UUID, raw: bytes | memoryview, leaf: bytes | memoryview | None = None
) -> Line:
    """The line of an entry, and that it is the one its leaf is the hash of where that is given.

    Raises:
        Conflict: somebody has changed it since.
    """
    content = bytes(raw)
    try:
        line = parse(content)
    except BadLine:
        line = None
    if line is None or (leaf is not None and leaf_hash(content) != bytes(leaf)):
        raise Conflict(
            _(
                "The log does not verify: entry {id} is not as it was recorded. Nothing that is "
                "told from it can be relied on.",
                id=str(entry_id),
            ),
            remedy=_(
                "Let the whole log be verified (Log, Verify now), hold it against a checkpoint "
                "that is kept outside, and tell whoever runs this site and its auditors."
            ),
        )
    return line


def _upcast(value: dict[str, Any]) -> dict[str, Any]:
    while value["v"] != FORMAT:
        value = UPCASTERS[value["v"]](value)
    return value


def _line(value: dict[str, Any]) -> Line:
    subject = value["subject"]
    return Line(
        origin=value["origin"],
        id=UUID(value["id"]),
        occurred_at=datetime.fromisoformat(value["ts"]).astimezone(UTC),
        action=value["action"],
        author=_author(value["actor"], value["auth"]),
        subject_type=subject["type"],
        subject_id=UUID(subject["id"]),
        seq=subject["seq"],
        prev=subject["prev"],
        portfolio_id=_id(value["portfolio"]),
        before=dict(value["before"]),
        after=dict(value["after"]),
        details=dict(value["details"]),
        personal=dict(value["personal"]),
        evidence=tuple(EvidenceRef(**ref) for ref in value["evidence"]),
    )


def _actor(author: Author) -> dict[str, Json]:
    return {
        "kind": author.kind,
        "surface": author.surface,
        "name": author.name,
        "person": _text(author.person_id),
        "account": _text(author.account_id),
    }


def _auth(author: Author) -> dict[str, Json]:
    means: dict[str, Json] = {
        "amr": [*author.amr],
        "session": author.session,
        "token": _text(author.token_id),
    }
    if author.roles is not None:
        means["roles"] = [
            {"role": one.role, "delegation": _text(one.delegation)} for one in author.roles
        ]
    return means


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def _author(actor: dict[str, Any], auth: dict[str, Any]) -> Author:
    return Author(
        kind=actor["kind"],
        surface=actor["surface"],
        name=actor["name"],
        person_id=_id(actor["person"]),
        account_id=_id(actor["account"]),
        amr=tuple(auth["amr"]),
        session=auth["session"],
        token_id=_id(auth["token"]),
        roles=_roles(auth["roles"]) if "roles" in auth else None,
    )


def _roles(rows: list[dict[str, Any]]) -> tuple[ActingRole, ...]:
    return tuple(ActingRole(row["role"], _id(row["delegation"])) for row in rows)


def _id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
