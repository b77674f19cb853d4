"""Writing an export in a worker: wait for the log to be signed, choose, close, pack.

Every step can be repeated: what an export comprises is settled by the size of the log that its
request was signed under, and entries below that size never change.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import contextmanager
from datetime import timedelta
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.canonical import canonical
from governance.audit.operations import record
from governance.audit.queries import checkpoint_at, receipt_of
from governance.errors import Permanent
from governance.outbox.claims import Again, Cancelled, Claim
from governance.sentences import sentence as _
from governance.trail.models import Erasure, ExportFormat, LogExport
from governance.trail.operations.packaging import Bundle, write_package
from governance.trail.operations.printing import PART, print_entries
from governance.trail.packing import Package
from governance.trail.queries.exports import document_of, file_of
from governance.trail.queries.printed import MOST_PRINTED
from governance.trail.queries.scoping import entries_placed, leaves_in, number_in
from governance.trail.queries.table import cells, copy_csv
from governance.trail.scopes import Scope
from governance.trail.sheets import write_csv, write_xlsx

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

    from governance.trail.queries.scoping import Placed

LOOK_AGAIN_S: Final = 1.0
# How many entries go by between two looks at whether somebody cancelled.
STEP: Final = 2000
CHUNK: Final = 1 << 20


def write_export(claim: Claim, bundle: Bundle | None = None) -> Again | dict[str, Any] | None:
    """Handler of `export.write`; `bundle` tells of the decision that an evidence bundle is about.

    The document is made when the log closes the export, which names its digest; it waits in a file
    until it is packed, for a later one could say something else.
    """
    export = LogExport.objects.get(pk=claim.payload["export_id"])
    if export.written_at or export.cancelled_at:
        return None
    if export.size is None and not _settle_size(export):
        return Again(LOOK_AGAIN_S)
    if export.closing_entry is None and export.format == ExportFormat.ZIP:
        _close(export, claim, bundle)
        return Again(LOOK_AGAIN_S)
    if export.format == ExportFormat.ZIP and receipt_of(_known(export.closing_entry)) is None:
        return Again(LOOK_AGAIN_S)
    begun = timezone.now()
    with _file(export) as file:
        _write(export, file, Steps(claim, export), bundle)
    if Erasure.objects.filter(erased__gt=0, decided_at__gte=begun).exists():
        return Again(LOOK_AGAIN_S)  # it may hold what is gone: once more
    _finish(export, claim)
    return {"entries": export.entries, "bytes": export.file_size}


class Steps:
    """Counts entries as they go by: tells how far it is, and stops when somebody cancelled."""

    def __init__(self, claim: Claim, export: LogExport) -> None:
        self._claim = claim
        self._step = PART if export.format == ExportFormat.PDF else STEP
        self.total = export.entries or export.size or 0
        self.done = 0

    def counted(self, entries: Iterator[Placed]) -> Iterator[Placed]:
        """The same entries."""
        for entry in entries:
            self.add(1)
            yield entry

    def add(self, number: int) -> None:
        """Some more are done.

        Raises:
            Cancelled: a person asked for the export to stop.
        """
        before = self.done // self._step
        self.done += number
        if self.done // self._step != before:
            if self._claim.cancelled():
                raise Cancelled("The export was cancelled.")
            self._claim.progress("entries", self.done, self.total)


def _settle_size(export: LogExport) -> bool:
    """The log up to the first checkpoint that covers the request; False until there is one."""
    receipt = receipt_of(_known(export.request_entry))
    if receipt is None:
        return False
    export.size = receipt.size
    export.save(update_fields=["size"])
    return True


def _close(export: LogExport, claim: Claim, bundle: Bundle | None) -> None:
    """The log says, in an entry that will be signed, what this scope comprises."""
    digest, entries = hashlib.sha256(), 0
    for _index, leaf in leaves_in(Scope.from_json(export.scope), export.size or 0):
        digest.update(leaf)
        entries += 1
    document = _keep_document(export, bundle) if bundle and "version" in export.filters else {}
    with transaction.atomic():
        claim.heartbeat()
        export.entries, export.digest = entries, digest.hexdigest()
        export.closing_entry = _record_created(export, document)
        export.save(update_fields=["entries", "digest", "closing_entry"])


def _keep_document(export: LogExport, bundle: Bundle) -> dict[str, object]:
    """The document of an evidence bundle, laid down; its digest goes into the log."""
    content, path = bundle.document(export), document_of(export)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(content)
    path.chmod(0o600)
    return {**export.filters, "document": hashlib.sha256(content).hexdigest()}


def _record_created(export: LogExport, more: dict[str, object]) -> UUID:
    root = checkpoint_at(export.size or 0).root
    entry = record(
        Action.EXPORT_CREATED,
        actor=Actor.system("exports"),
        subject=("export", export.pk),
        details={
            "format": export.format,
            "scope_sha256": Scope.from_json(export.scope).sha256,
            "size": export.size,
            "root": bytes(root).hex(),
            "entries": export.entries,
            "digest": export.digest,
            **more,
        },
    )
    return entry.id


def _write(export: LogExport, file: IO[bytes], steps: Steps, bundle: Bundle | None) -> None:
    scope, size = Scope.from_json(export.scope), export.size or 0
    if export.format == ExportFormat.ZIP:
        write_package(Package(file), export, steps.counted, bundle)
        return
    if export.format == ExportFormat.CSV and connection.vendor == "postgresql":
        _copy(file, scope, size, steps)
    elif export.format == ExportFormat.PDF:
        _print(export, file, steps)
    else:
        entries = _digested(export, steps.counted(entries_placed(scope, size)))
        _write_table(export.format, file, entries)
    if not export.digest:
        _digest(export, scope, size)


def _print(export: LogExport, file: IO[bytes], steps: Steps) -> None:
    """Others may have written since the request: what is over the bound is refused here, too."""
    scope, size = Scope.from_json(export.scope), export.size or 0
    number = number_in(scope, size)
    if number > MOST_PRINTED:
        raise Permanent(
            _("A PDF holds at most {limit} entries; these are more.", limit=MOST_PRINTED),
            remedy=_("Set filters to take fewer, or choose CSV, which holds any number."),
        )
    steps.total = number
    entries = _digested(export, steps.counted(entries_placed(scope, size)))
    file.write(print_entries(export, number, entries))


def _write_table(file_format: str, file: IO[bytes], entries: Iterator[Placed]) -> None:
    if file_format == ExportFormat.JSONL:
        for entry in entries:
            file.write(json_line(entry))
    elif file_format == ExportFormat.XLSX:
        write_xlsx(file, (cells(entry) for entry in entries))
    else:
        text = TextIOWrapper(file, encoding="utf-8", newline="")
        write_csv(text, (cells(entry) for entry in entries))
        text.detach()


def json_line(entry: Placed) -> bytes:
    """One object: the place, what is disclosed, and the line byte by byte as it was recorded."""
    personal = canonical({one.path: one.value for one in entry.openings})
    leaf = entry.leaf.hex().encode()
    return b'{"index":%d,"leaf":"%s","line":%s,"personal":%s}\n' % (
        entry.index,
        leaf,
        entry.line,
        personal,
    )


def _copy(file: IO[bytes], scope: Scope, size: int, steps: Steps) -> None:
    """Lines are counted as they go by; a line feed within a cell makes the count a little high."""

    def write(piece: bytes) -> None:
        file.write(piece)
        steps.add(piece.count(b"\n"))

    copy_csv(scope, size, write)


def _digested(export: LogExport, entries: Iterator[Placed]) -> Iterator[Placed]:
    digest, number = hashlib.sha256(), 0
    for entry in entries:
        digest.update(entry.leaf)
        number += 1
        yield entry
    export.entries, export.digest = number, digest.hexdigest()


def _digest(export: LogExport, scope: Scope, size: int) -> None:
    digest, number = hashlib.sha256(), 0
    for _index, leaf in leaves_in(scope, size):
        digest.update(leaf)
        number += 1
    export.entries, export.digest = number, digest.hexdigest()


@contextmanager
def _file(export: LogExport) -> Iterator[IO[bytes]]:
    """A file beside its place, moved there when it is whole; half a file is never seen."""
    target = file_of(export)
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = target.with_name(f".{target.name}.draft")
    try:
        with draft.open("wb") as file:
            os.fchmod(file.fileno(), 0o600)
            yield file
            file.flush()
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _finish(export: LogExport, claim: Claim) -> None:
    document_of(export).unlink(missing_ok=True)
    digest, size = _hashed(file_of(export))
    export.file_sha256, export.file_size = digest, size
    export.written_at = timezone.now()
    export.expires_at = export.written_at + timedelta(days=settings.EXPORT_DAYS)
    with transaction.atomic():
        claim.heartbeat()
        if export.closing_entry is None:
            export.closing_entry = _record_created(export, {"sha256": digest})
        export.save(
            update_fields=[
                "closing_entry",
                "digest",
                "entries",
                "expires_at",
                "file_sha256",
                "file_size",
                "written_at",
            ]
        )


def _hashed(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return digest.hexdigest(), path.stat().st_size


def _known(entry_id: UUID | None) -> UUID:
    assert entry_id is not None
    return entry_id
