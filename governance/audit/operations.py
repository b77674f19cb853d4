"""Writing the log: entries by every operation, leaves and checkpoints by the worker.

`record` runs inside the transaction of the change that it tells of: both are there or neither.
It locks nothing but the subject's own chain, so writers never queue for the log. The worker
calls `sequence_pending` and `publish_checkpoint`; any number of workers may.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from governance.actors import Actor, ActorKind
from governance.audit import queries
from governance.audit.canonical import DEEPEST, Json, NotCanonical, plain
from governance.audit.commitments import commit, new_salt, paths_of
from governance.audit.identifiers import uuid7
from governance.audit.lines import Author, EvidenceRef, Line
from governance.audit.merkle import EMPTY_ROOT, Frontier
from governance.audit.models import (
    AnchorKind,
    AuditAnchor,
    AuditCheckpoint,
    AuditHead,
    AuditNode,
    AuditPending,
    AuditPersonalValue,
)
from governance.audit.notes import Checkpoint, sign
from governance.audit.placing import place, waiting
from governance.audit.signing import current_signer, known_key, refuse_fork
from governance.audit.writing import Recorded, write_entry
from governance.errors import Conflict, Invalid, Stale
from governance.reading import forget
from governance.sentences import sentence as _

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.audit.actions import Action

ACTOR_NAME: Final = "actor.name"
BATCH: Final = 1000  # leaves that are given out at once
WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
PATH = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}")


class Erased(NamedTuple):
    """How many personal values went, the moment that their rows carry, and a digest over which."""

    number: int
    at: datetime
    digest: str


def record(  # noqa: PLR0913  an entry has these parts
    action: Action,
    *,
    actor: Actor,
    subject: tuple[str, UUID],
    portfolio_id: UUID | None = None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    details: Mapping[str, object] | None = None,
    personal: Mapping[str, str] | None = None,
    evidence: Sequence[EvidenceRef] = (),
) -> Recorded:
    """Write one entry about `subject`, a type word and an id; locks that subject until commit.

    `before`, `after` and `details` hold no floats and no names, free text or addresses of people:
    those go into `personal` (a path to a text), of which the line keeps only commitments. The
    actor's name goes there by itself, the roles that the last check of a right let them pass by
    (`require`) into the line.

    Raises:
        Invalid: when a value has no canonical form, a word or a path is malformed.
        TooLarge: when the line is longer than 64 KiB.
        django.db.transaction.TransactionManagementError: outside of a transaction.
    """
    if not connection.in_atomic_block:
        message = "record() belongs into the transaction of the change that it tells of"
        raise transaction.TransactionManagementError(message)
    subject_type, subject_id = _checked(subject)
    values = _personal(actor, personal)
    salts = {path: new_salt() for path in values}
    commitments = _commitments(values, salts)
    data = _plain({"before": before or {}, "after": after or {}, "details": details or {}})
    forget()
    now = timezone.now()
    line = Line(
        origin=settings.AUDIT_ORIGIN,
        id=uuid7(now),
        occurred_at=now,
        action=action.value,
        author=_author(actor),
        subject_type=subject_type,
        subject_id=subject_id,
        seq=0,  # it gets its place when it is written
        prev=None,
        portfolio_id=portfolio_id,
        personal=commitments,
        evidence=tuple(evidence),
        **data,
    )
    return write_entry(line, values, salts)


def sequence_pending(*, limit: int = BATCH) -> int:
    """Give waiting entries their leaves, oldest first, at most `limit`; return how many got one.

    Reads by presence in the queue, never by a last number seen: PostgreSQL hands out numbers in
    another order than it commits them.

    Raises:
        Stale: when a rival was quicker; nothing was written, call again.
        Conflict: when this database holds a log of another origin.
    """
    if not AuditPending.objects.exists():
        return 0
    with transaction.atomic():
        head = _locked_head()
        rows = waiting(limit)
        frontier = Frontier.from_bytes(head.size, bytes(head.frontier))
        nodes = _grow(frontier, [row.leaf for row in rows])
        place(head.size, rows)
        AuditNode.objects.bulk_create(nodes)
        _swap_head(head, frontier)
    return len(rows)


def publish_checkpoint(*, force: bool = False) -> AuditCheckpoint | None:
    """Sign the head if the log grew since the last checkpoint; None if it did not.

    With `force` the answer is the last checkpoint when nothing grew; None only for an empty log.
    Never signs a log that does not continue the one signed before.

    Raises:
        Conflict: when the head contradicts the last checkpoint: somebody rewrote the log, or the
            database was restored from an older copy.
        Unavailable: when the signing key cannot be read.
    """
    if not force and _all_is_signed():
        return None
    with transaction.atomic():
        # In this order: a rival may sign a longer log in between, never a shorter one.
        last, head = queries.latest_checkpoint(), queries.head()
        if head is None or head.size == 0 or (last and last.size == head.size and not force):
            return None
        if last is not None:
            refuse_fork(last, head)
            if last.size == head.size:
                return last
        signer = current_signer()
        key = known_key(signer)
        root = bytes(head.root)
        checkpoint, _created = AuditCheckpoint.objects.get_or_create(
            size=head.size,
            defaults={
                "root": root,
                "note": sign(Checkpoint(head.log_id, head.size, root).text, signer),
                "key": key,
                "created_at": timezone.now(),
            },
        )
    return checkpoint


def note_anchor(
    checkpoint: AuditCheckpoint, kind: AnchorKind, ref: str, blob: bytes = b""
) -> AuditAnchor:
    """Keep in mind that a checkpoint lies outside, at `ref`; the same again is the same row.

    `blob` is what came back from there and proves it.
    """
    told = {"verified_at": timezone.now(), "blob": blob}
    anchor, _new = AuditAnchor.objects.get_or_create(
        checkpoint=checkpoint, kind=kind, ref=ref, defaults=told
    )
    return anchor


def note_anchored(note: str, kind: AnchorKind, ref: str) -> AuditAnchor | None:
    """The same for a checkpoint that is known by its signed note; None if it is none of this log's.

    Only the very note counts: one that was altered on the way anchors nothing.
    """
    words = note.split("\n", 2)
    if len(words) < 3 or not words[1].isdecimal():  # noqa: PLR2004  origin, size, root and the rest
        return None
    checkpoint = AuditCheckpoint.objects.filter(pk=int(words[1]), note=note).first()
    return note_anchor(checkpoint, kind, ref) if checkpoint else None


def erase_personal_values(values: QuerySet[AuditPersonalValue]) -> Erased:
    """Destroy salt and text of these values for good.

    Every proof holds afterwards: the commitments stay, and nobody can find a text by trying.
    The entry about it must tell what comes back: a replay finds what was erased without one.

    Raises:
        django.db.transaction.TransactionManagementError: outside of the transaction of the
            operation that records it.
    """
    if not connection.in_atomic_block:
        message = "erasing belongs into the transaction of the operation that records it"
        raise transaction.TransactionManagementError(message)
    forget()
    at = timezone.now()
    rows = values.filter(erased_at=None).select_for_update(of=("self",)).order_by("entry_id")
    found = paths_of(rows.values_list("entry_id", "path"))
    values.filter(erased_at=None).update(salt=b"", value="", erased_at=at)
    return Erased(found.number, at, found.digest)


# record ------------------------------------------------------------------------------------------
def _checked(subject: tuple[str, UUID]) -> tuple[str, UUID]:
    if not WORD.fullmatch(subject[0]):
        raise Invalid(_("{type} is not a type of subject.", type=subject[0]), field="subject")
    return subject


def _personal(actor: Actor, given: Mapping[str, str] | None) -> dict[str, str]:
    values = dict(given or {})
    for path in values:
        if path == ACTOR_NAME or not PATH.fullmatch(path):
            raise Invalid(
                _("{path} cannot be the path of a personal value.", path=path), field=path
            )
    if actor.name and not actor.is_system:
        values[ACTOR_NAME] = actor.name
    return values


def _commitments(values: Mapping[str, str], salts: Mapping[str, bytes]) -> dict[str, str]:
    for path, value in values.items():
        if "\x00" in value:  # PostgreSQL has no text with it
            raise Invalid(_("A personal value cannot hold the character NUL."), field=path)
    try:
        return {path: commit(value, salts[path]) for path, value in values.items()}
    except NotCanonical as error:
        raise Invalid(_("The log cannot hold this: {why}.", why=str(error))) from error


def _plain(data: Mapping[str, Mapping[str, object]]) -> dict[str, dict[str, Json]]:
    try:
        return {part: _members(values) for part, values in data.items()}
    except NotCanonical as error:
        raise Invalid(_("The log cannot hold this: {why}.", why=str(error))) from error


def _members(values: Mapping[str, object]) -> dict[str, Json]:
    """A member of the line: one level below it."""
    if not values:
        return {}
    found = plain(values, room=DEEPEST - 1)
    assert isinstance(found, dict)
    return found


def _author(actor: Actor) -> Author:
    return Author(
        kind=actor.kind.value,
        surface=actor.surface.value,
        name=actor.name if actor.kind is ActorKind.SYSTEM else "",
        person_id=actor.person_id,
        account_id=actor.account_id,
        amr=actor.amr,
        session=sha256(b"session\n" + actor.session.encode()).hexdigest() if actor.session else "",
        token_id=actor.token_id,
        roles=None if actor.is_system else actor.grounds.roles,
    )


# sequence_pending --------------------------------------------------------------------------------
def _locked_head() -> AuditHead:
    origin = settings.AUDIT_ORIGIN
    AuditHead.objects.get_or_create(log_id=origin, defaults={"root": EMPTY_ROOT})
    if AuditHead.objects.exclude(log_id=origin).exists():
        raise Conflict(
            _("This database holds the log of another origin than {origin}.", origin=origin),
            remedy=_("Set AUDIT_ORIGIN back to the name that the log began with."),
        )
    return AuditHead.objects.select_for_update().get(log_id=origin)


def _grow(frontier: Frontier, leaves: Sequence[bytes]) -> list[AuditNode]:
    """Adds the leaves; the inner nodes that this completes and that are kept."""
    return [
        AuditNode(height=node.height, idx=node.place, hash=node.hash)
        for leaf in leaves
        for node in frontier.append(leaf)[1:]
        if node.height % queries.CACHED_EVERY == 0
    ]


def _all_is_signed() -> bool:
    """Whether nothing grew; workers ask all the time, and no writer may wait for that."""
    last, head = queries.latest_checkpoint(), queries.head()
    return head is None or (last is not None and last.size == head.size)


def _swap_head(head: AuditHead, grown: Frontier) -> None:
    changed = AuditHead.objects.filter(log_id=head.log_id, size=head.size).update(
        size=grown.size, frontier=grown.to_bytes(), root=grown.root()
    )
    if changed != 1:
        raise Stale(_("Another worker gave out these leaves."), remedy=_("Call again."))
