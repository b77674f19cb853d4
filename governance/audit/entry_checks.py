"""Checks of the entries: the line, its copies, its commitments and the chain of its subject."""

from __future__ import annotations

from itertools import groupby, islice
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef, Subquery

from governance.audit.commitments import opens
from governance.audit.lines import BadLine, Line, parse
from governance.audit.merkle import leaf_hash
from governance.audit.models import (
    AuditEntry,
    AuditLeaf,
    AuditPending,
    AuditPersonalValue,
    AuditSubject,
)
from governance.audit.verification import Kind, Problem, Verification, Watch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

CHUNK = 500


class _Row(NamedTuple):
    """An entry as the tables have it: the line, the copies, and its place."""

    id: UUID
    line: bytes
    occurred_at: object
    action: str
    actor_id: UUID | None
    subject_type: str
    subject_id: UUID
    subject_seq: int
    portfolio_id: UUID | None
    leaf_hash: bytes | None
    pending: int | None

    @property
    def subject(self) -> tuple[str, UUID]:
        return self.subject_type, self.subject_id


def check_entries(outcome: Verification, watch: Watch) -> Iterator[Problem]:
    """Every entry once, subject by subject; counts them in `outcome`."""
    for _, rows in groupby(_rows(watch), key=lambda pair: pair[0].subject):
        before: _Row | None = None
        for row, personal in rows:
            outcome.entries += 1
            yield from _check_place(row)
            yield from _check_chain(row, before)
            try:
                line = parse(row.line)
            except BadLine as error:
                yield Problem(Kind.LINE_INVALID, str(error), row.id)
            else:
                yield from _check_line(row, line, before)
                yield from _check_personal(row, line, personal)
            before = row


def _rows(watch: Watch) -> Iterator[tuple[_Row, list[AuditPersonalValue]]]:
    """All entries, subject by subject in order, each with its personal values."""
    entries = (
        AuditEntry.objects.order_by("subject_type", "subject_id", "subject_seq")
        .values_list(*_Row._fields[:-2], "leaf__leaf_hash", "pending__n")
        .iterator(chunk_size=CHUNK)
    )
    while chunk := [_row(values) for values in islice(entries, CHUNK)]:
        personal: dict[UUID, list[AuditPersonalValue]] = {row.id: [] for row in chunk}
        for value in AuditPersonalValue.objects.filter(entry_id__in=personal):
            personal[value.entry_id].append(value)
        yield from ((row, personal[row.id]) for row in chunk)
        watch.step(len(chunk))


def _row(values: tuple[object, ...]) -> _Row:
    row = _Row(*values)  # type: ignore[arg-type]  # the columns stand in the order of the fields
    hashed = None if row.leaf_hash is None else _stored_bytes(row.leaf_hash)
    return row._replace(line=_stored_bytes(row.line), leaf_hash=hashed)


def _stored_bytes(value: bytes | memoryview | str) -> bytes:
    """SQLite keeps text in a column of bytes if somebody puts it there."""
    return value.encode() if isinstance(value, str) else bytes(value)


def _check_place(row: _Row) -> Iterator[Problem]:
    if (row.leaf_hash is None) == (row.pending is None):
        state = "neither in the log nor waiting" if row.pending is None else "waiting twice"
        yield Problem(Kind.ENTRY_UNPLACED, f"the entry is {state}", row.id)
    if row.leaf_hash is not None and row.leaf_hash != leaf_hash(row.line):
        yield Problem(Kind.LEAF_MISMATCH, "the line is not the one that was hashed", row.id)


def _check_chain(row: _Row, before: _Row | None) -> Iterator[Problem]:
    due = 1 if before is None else before.subject_seq + 1
    if row.subject_seq != due:
        text = f"entries {due} to {row.subject_seq - 1} of {row.subject_type} {row.subject_id}"
        yield Problem(Kind.ENTRY_LOST, f"{text} are missing", row.id)


def _check_line(row: _Row, line: Line, before: _Row | None) -> Iterator[Problem]:
    if line.origin != settings.AUDIT_ORIGIN:
        yield Problem(Kind.LINE_INVALID, f"the line is of the log {line.origin}", row.id)
    previous = None if before is None else leaf_hash(before.line).hex()
    if line.prev != previous:
        yield Problem(Kind.CHAIN_BROKEN, "the line does not continue the one before it", row.id)
    copies = {
        "id": line.id,
        "occurred_at": line.occurred_at,
        "action": line.action,
        "actor_id": line.author.person_id,
        "subject_type": line.subject_type,
        "subject_id": line.subject_id,
        "subject_seq": line.seq,
        "portfolio_id": line.portfolio_id,
    }
    for column, value in copies.items():
        if getattr(row, column) != value:
            text = f"{column} is {getattr(row, column)}, in the line {value}"
            yield Problem(Kind.COPY_DIFFERS, text, row.id)


def _check_personal(
    row: _Row, line: Line, personal: Iterable[AuditPersonalValue]
) -> Iterator[Problem]:
    kept = {value.path: value for value in personal}
    for path in sorted(kept.keys() ^ line.personal.keys()):
        text = "was never committed to" if path in kept else "is gone without being erased"
        yield Problem(Kind.PERSONAL_MISMATCH, f"{path} {text}", row.id)
    for path in sorted(kept.keys() & line.personal.keys()):
        value = kept[path]
        erased = value.erased_at is not None and not value.value and not bytes(value.salt)
        if not erased and not opens(line.personal[path], value.value, bytes(value.salt)):
            text = f"{path} is not the value that was committed to"
            yield Problem(Kind.PERSONAL_MISMATCH, text, row.id)


def check_subjects() -> Iterator[Problem]:
    """Whether each chain ends where its counter says: an entry cut off the end shows here."""
    last = AuditEntry.objects.filter(
        subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id")
    ).order_by("-subject_seq")
    subjects = AuditSubject.objects.annotate(
        seq=Subquery(last.values("subject_seq")[:1]), line=Subquery(last.values("line")[:1])
    )
    for subject in subjects.iterator(chunk_size=CHUNK):
        yield from _check_end(subject, subject.seq or 0, subject.line)
    counted = AuditSubject.objects.filter(
        subject_type=OuterRef("subject_type"), subject_id=OuterRef("subject_id")
    )
    for entry in AuditEntry.objects.filter(~Exists(counted), subject_seq=1).iterator():
        yield Problem(Kind.ENTRY_LOST, f"nothing counts the entries of {entry}", entry.id)


def _check_end(subject: AuditSubject, seq: int, line: bytes | None) -> Iterator[Problem]:
    if subject.next_seq != seq + 1:
        text = f"{subject} has {seq} entries where {subject.next_seq - 1} were written"
        yield Problem(Kind.ENTRY_LOST, text)
    elif line is not None and bytes(subject.last_hash) != leaf_hash(bytes(line)):
        yield Problem(Kind.CHAIN_BROKEN, f"{subject} ends with another entry than was written")


def check_left_behind() -> Iterator[Problem]:
    """Rows that belong to an entry which is gone: a tree of hashes alone would still be whole."""
    entry = AuditEntry.objects.filter(pk=OuterRef("entry_id"))
    for rows, name in (
        (AuditLeaf.objects.all(), "leaf"),
        (AuditPending.objects.all(), "place in the queue"),
        (AuditPersonalValue.objects.all(), "personal value"),
    ):
        for row in rows.filter(~Exists(entry)).order_by("pk").iterator(chunk_size=CHUNK):
            yield Problem(Kind.ENTRY_LOST, f"the {name} {row} is of an entry that is gone")


def replayed(subject_type: str) -> Iterator[Line]:
    """The readable entries of one type of subject, subject by subject in order."""
    entries = AuditEntry.objects.filter(subject_type=subject_type).order_by(
        "subject_id", "subject_seq"
    )
    for raw in entries.values_list("line", flat=True).iterator(chunk_size=CHUNK):
        try:
            yield parse(bytes(raw))
        except BadLine:  # reported by check_entries
            continue
