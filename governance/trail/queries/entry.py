"""One entry: what was recorded, byte by byte, and what proves that it was."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from governance.access.models import Delegation, Role
from governance.audit.merkle import leaf_hash, verify_inclusion
from governance.audit.notes import BadNote, open_checkpoint, parse_vkey
from governance.audit.queries import EntryView, keys, receipt_of, views_of
from governance.errors import Conflict, NotFound
from governance.trail.queries.log import entries_seen
from governance.trail.queries.subjects import Subject, subjects_of
from governance.trail.receipts import receipt_document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from governance.actors import ActingRole, Actor
    from governance.audit.lines import Line
    from governance.audit.queries import Receipt


@dataclass(frozen=True, slots=True)
class Proof:
    """A receipt, and whether it holds: recomputed from the bytes at this moment.

    `root` is what the signed note says; empty when its signature does not hold.
    """

    receipt: Receipt
    holds: bool
    root: str

    @property
    def path(self) -> list[str]:
        """The hashes from the leaf to the root, as hexadecimal digits."""
        return [part.hex() for part in self.receipt.proof]

    @property
    def leaf(self) -> str:
        """The hash of the leaf."""
        return self.receipt.leaf_hash.hex()


@dataclass(frozen=True, slots=True)
class PersonalLine:
    """A personal value: where it stands, the commitment to it, and the text unless erased."""

    path: str
    commitment: str
    value: str | None


@dataclass(frozen=True, slots=True)
class RoleLine:
    """A role that let somebody act: its title, its name, and who lent it by which delegation."""

    title: str
    name: str
    giver: str
    delegation: UUID | None


@dataclass(frozen=True, slots=True)
class EntryPage:
    """Everything that the page of an entry shows but the proof."""

    entry: EntryView
    subject: Subject
    raw: str
    pretty: str
    personal: list[PersonalLine]
    roles: list[RoleLine]
    older: UUID | None
    newer: UUID | None

    @property
    def line(self) -> Line:
        """The line as it was read."""
        return self.entry.line


def entry_page(actor: Actor, entry_id: UUID) -> EntryPage:
    """One entry.

    Raises:
        NotAllowed: the actor may view no part of the log. NotFound: no such entry, or not theirs.
    """
    rows = entries_seen(actor).filter(pk=entry_id)
    if (row := rows.first()) is None:
        raise NotFound(_("There is no such entry in the log that you can see."))
    view = views_of(rows)[0]
    raw = bytes(row.line).decode()
    chain = entries_seen(actor).filter(subject_type=row.subject_type, subject_id=row.subject_id)
    numbers = dict(
        chain.filter(subject_seq__in=_beside(row.subject_seq)).values_list("subject_seq", "pk")
    )
    return EntryPage(
        entry=view,
        subject=subjects_of([view.line])[row.subject_type, row.subject_id],
        raw=raw,
        pretty=json.dumps(json.loads(raw), indent=2, ensure_ascii=False),
        personal=_personal(view),
        roles=_roles(view.line.author.roles or ()),
        older=numbers.get(row.subject_seq - 1),
        newer=numbers.get(row.subject_seq + 1),
    )


def _beside(number: int) -> tuple[int, int]:
    return number - 1, number + 1


def _personal(view: EntryView) -> list[PersonalLine]:
    return [
        PersonalLine(path, commitment, view.personal.get(path))
        for path, commitment in sorted(view.line.personal.items())
    ]


def _roles(told: Sequence[ActingRole]) -> list[RoleLine]:
    """A role of that time may be gone by now: then its name has to do."""
    lent = [one.delegation for one in told if one.delegation]
    givers = dict(Delegation.objects.filter(pk__in=lent).values_list("pk", "giver__full_name"))
    known = Role.objects.in_bulk([one.role for one in told])
    return [
        RoleLine(
            title=str(known.get(one.role, one.role)),
            name=one.role,
            giver=givers.get(one.delegation, "") if one.delegation else "",
            delegation=one.delegation,
        )
        for one in told
    ]


def proof_of(actor: Actor, entry_id: UUID) -> Proof | None:
    """The proof of an entry, checked; None while no checkpoint covers it yet.

    Raises:
        NotAllowed: the actor may view no part of the log. NotFound: no such entry, or not theirs.
    """
    line = _line_seen(actor, entry_id)
    receipt = receipt_of(entry_id)
    return _checked(receipt, line) if receipt else None


def receipt_bytes(actor: Actor, entry_id: UUID) -> bytes | None:
    """The receipt of an entry as a document; None while no checkpoint covers it yet.

    Raises:
        NotAllowed, NotFound: as `proof_of`. Conflict: the proof does not hold, so it is none.
    """
    line = _line_seen(actor, entry_id)
    if (receipt := receipt_of(entry_id)) is None:
        return None
    if not _checked(receipt, line).holds:
        raise Conflict(
            _("The proof of this entry does not check: somebody has changed the log."),
            remedy=_("Verify the whole log, and tell whoever runs it."),
        )
    return receipt_document(line, receipt)


def _line_seen(actor: Actor, entry_id: UUID) -> bytes:
    line = entries_seen(actor).filter(pk=entry_id).values_list("line", flat=True).first()
    if line is None:
        raise NotFound(_("There is no such entry in the log that you can see."))
    return bytes(line)


def _checked(receipt: Receipt, line: bytes) -> Proof:
    """Size and root come from the text of the signed note alone."""
    try:
        signed = open_checkpoint(receipt.note, [parse_vkey(key) for key in keys()])
    except BadNote:
        return Proof(receipt, holds=False, root="")
    holds = verify_inclusion(
        leaf_hash(line), receipt.index, signed.size, receipt.proof, signed.root
    )
    return Proof(receipt, holds=holds, root=signed.root.hex())
