"""Reading the log: a subject's entries with what may still be disclosed, and their receipts."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db.models import Max
from django.db.models.functions import TruncDate

from governance.audit.actions import Action
from governance.audit.keys import read_signer
from governance.audit.labels import label_of
from governance.audit.lines import Line, as_recorded
from governance.audit.models import (
    AnchorKind,
    AuditAnchor,
    AuditCheckpoint,
    AuditEntry,
    AuditHead,
    AuditKey,
    AuditLeaf,
    AuditPersonalValue,
)
from governance.audit.queries.proving import inclusion_proof

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.audit.notes import Signer

MOST_FORMER: Final = 1000


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry for a screen: the line read, and the personal values that are not erased.

    `index` is the place in the log, None while the entry waits for it.
    """

    id: UUID
    line: Line
    label: str
    index: int | None
    personal: dict[str, str]

    @property
    def actor_name(self) -> str:
        """The name the actor had; empty once erased."""
        return self.line.author.name or self.personal.get("actor.name", "")


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that an entry is in the log: its leaf, the path to the root, the signed checkpoint."""

    entry_id: UUID
    index: int
    leaf_hash: bytes
    size: int
    proof: tuple[bytes, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Opening:
    """A personal value of an entry, and the salt that shows it to be the one committed to."""

    path: str
    salt: bytes
    value: str


def entries_of(subject_type: str, subject_id: UUID) -> QuerySet[AuditEntry]:
    """The entries of one subject in their order."""
    return AuditEntry.objects.filter(subject_type=subject_type, subject_id=subject_id).order_by(
        "subject_seq"
    )


def entries() -> QuerySet[AuditEntry]:
    """Every entry, newest first: ids grow with time."""
    return AuditEntry.objects.order_by("-id")


def told_until(subject_type: str, moment: datetime) -> Iterator[Line]:
    """What was recorded about all subjects of a type before a moment, subject by subject.

    Raises:
        Conflict: while it is read, where a line is not the one that was recorded.
    """
    rows = AuditEntry.objects.filter(subject_type=subject_type, occurred_at__lt=moment)
    told = rows.order_by("subject_id", "subject_seq").values_list("pk", "line", "leaf__leaf_hash")
    found: Any = told.iterator()
    with closing(found):  # its cursor ends with the reading, however that ends
        for entry_id, line, leaf in found:
            yield as_recorded(entry_id, line, leaf)


def first_entries(subjects: Iterable[tuple[str, UUID]]) -> list[Line]:
    """How the story of each of these subjects begins, as read lines. One query."""
    ids = {subject_id for _type, subject_id in subjects}
    rows = AuditEntry.objects.filter(subject_id__in=ids, subject_seq=1)
    return [as_recorded(entry_id, line) for entry_id, line in rows.values_list("pk", "line")]


def views_of(entries: QuerySet[AuditEntry]) -> list[EntryView]:
    """Entries ready to be shown, in the order given. Two queries."""
    rows = list(entries.select_related("leaf"))
    disclosed: dict[UUID, dict[str, str]] = defaultdict(dict)
    kept = AuditPersonalValue.objects.filter(entry__in=rows, erased_at=None)
    for entry_id, path, value in kept.values_list("entry_id", "path", "value"):
        disclosed[entry_id][path] = value
    return [
        EntryView(
            id=row.id,
            line=as_recorded(row.id, row.line),
            label=label_of(row.action),
            index=row.leaf.idx if hasattr(row, "leaf") else None,
            personal=dict(disclosed[row.id]),
        )
        for row in rows
    ]


def receipt_of(entry_id: UUID) -> Receipt | None:
    """The receipt of an entry under the first checkpoint that covers it; None until then."""
    leaf = AuditLeaf.objects.filter(entry_id=entry_id).first()
    checkpoint = None if leaf is None else checkpoint_covering(leaf.idx)
    if leaf is None or checkpoint is None:
        return None
    return Receipt(
        entry_id=entry_id,
        index=leaf.idx,
        leaf_hash=bytes(leaf.leaf_hash),
        size=checkpoint.size,
        proof=tuple(inclusion_proof(leaf.idx, checkpoint.size)),
        note=checkpoint.note,
    )


def log_signer() -> Signer:
    """The log's own key, for what travels outside; only a worker can read it.

    Raises:
        Unavailable: There is none yet, or this process may not read it.
    """
    return read_signer(settings.AUDIT_KEY_FILE)


def line_of(entry_id: UUID) -> bytes:
    """The exact bytes of an entry, those that its leaf is the hash of."""
    return bytes(AuditEntry.objects.values_list("line", flat=True).get(pk=entry_id))


def head() -> AuditHead | None:
    """The right edge of the log; None before the first entry got its leaf."""
    return AuditHead.objects.filter(log_id=settings.AUDIT_ORIGIN).first()


def latest_checkpoint() -> AuditCheckpoint | None:
    """The checkpoint of the greatest size."""
    return AuditCheckpoint.objects.order_by("-size").first()


def checkpoint_covering(index: int) -> AuditCheckpoint | None:
    """The smallest checkpoint that covers the leaf at `index`."""
    return AuditCheckpoint.objects.filter(size__gt=index).order_by("size").first()


def checkpoint_at(size: int) -> AuditCheckpoint:
    """The checkpoint of exactly this size."""
    return AuditCheckpoint.objects.get(size=size)


def entry_at(index: int) -> bytes:
    """The line of the leaf at `index`."""
    return bytes(AuditLeaf.objects.values_list("entry__line", flat=True).get(idx=index))


def checkpoints() -> QuerySet[AuditCheckpoint]:
    """Every checkpoint with its anchors, newest first."""
    return AuditCheckpoint.objects.prefetch_related("anchors").order_by("-size")


def anchors_from(size: int, *, repositories: bool) -> QuerySet[AuditAnchor]:
    """Where checkpoints that cover the first `size` entries are kept outside, oldest first.

    Without `repositories` those in pull requests are left out: they name somebody's models.
    """
    rows = AuditAnchor.objects.filter(checkpoint__gte=size)
    rows = rows if repositories else rows.exclude(kind=AnchorKind.GIT)
    return rows.order_by("checkpoint", "kind", "ref")[:MOST_FORMER]


def last_anchor(kind: AnchorKind) -> AuditAnchor | None:
    """The greatest checkpoint that is kept at places of a kind."""
    return AuditAnchor.objects.filter(kind=kind).order_by("-checkpoint").first()


def time_stamp_of(size: int) -> bytes | None:
    """What an authority answered about the checkpoint of this size; None if nothing."""
    rows = AuditAnchor.objects.filter(checkpoint=size, kind=AnchorKind.RFC3161).order_by("pk")
    blob = rows.values_list("blob", flat=True).first()
    return bytes(blob) if blob else None


def keys() -> list[str]:
    """The public keys of the log, in their text form, oldest first."""
    return list(AuditKey.objects.order_by("not_before").values_list("vkey", flat=True))


def placed(rows: QuerySet[AuditEntry], size: int) -> QuerySet[AuditEntry]:
    """Those of `rows` that are among the first `size` leaves, in the order of the log."""
    return rows.filter(leaf__idx__lt=size).order_by("leaf__idx")


def openings_of(entry_ids: Iterable[UUID]) -> dict[UUID, list[Opening]]:
    """What opens the commitments of these entries, as far as it is not erased. One query."""
    found: dict[UUID, list[Opening]] = defaultdict(list)
    rows = AuditPersonalValue.objects.filter(entry__in=list(entry_ids), erased_at=None)
    for row in rows.order_by("entry", "path"):
        found[row.entry_id].append(Opening(row.path, bytes(row.salt), row.value))
    return found


def personal_values_of(rows: QuerySet[AuditEntry]) -> QuerySet[AuditPersonalValue]:
    """The personal values of these entries that are not erased."""
    return AuditPersonalValue.objects.filter(entry__in=rows.order_by().values("pk"), erased_at=None)


def erased_values() -> Iterator[tuple[datetime, Iterator[tuple[UUID, str]]]]:
    """What was erased, moment by moment: entry and path of each value, in the order of entries."""
    rows = AuditPersonalValue.objects.filter(erased_at__isnull=False).order_by(
        "erased_at", "entry_id"
    )
    told = rows.values_list("erased_at", "entry_id", "path").iterator()
    for at, values in groupby(told, key=itemgetter(0)):
        yield at, ((entry, path) for _at, entry, path in values)


def former_checkpoints(size: int) -> list[AuditCheckpoint]:
    """Of the checkpoints below `size`: the last of each day and those kept outside, oldest first.

    At most the newest thousand of them; a log signs every few seconds.
    """
    below = AuditCheckpoint.objects.filter(size__lt=size)
    days = below.annotate(day=TruncDate("created_at")).values("day").annotate(last=Max("size"))
    sizes = {row["last"] for row in days}
    sizes |= set(below.filter(anchors__isnull=False).values_list("size", flat=True))
    newest = sorted(sizes)[-MOST_FORMER:]
    return list(AuditCheckpoint.objects.filter(size__in=newest).order_by("size"))


def rotation_entries() -> QuerySet[AuditEntry]:
    """The entries that passed the log on from one key to the next, oldest first."""
    rows = AuditEntry.objects.filter(action=Action.LOG_KEY_ROTATED, leaf__isnull=False)
    return rows.select_related("leaf").order_by("leaf__idx")
