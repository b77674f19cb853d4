"""Keeping checkpoints outside: in a folder, with a collector of system logs, time-stamped.

Who has both the database and the key can rewrite the log; what lies out of their reach shows it.
"""

from __future__ import annotations

import base64
import os
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from governance.audit.models import AnchorKind
from governance.audit.operations import note_anchor
from governance.audit.queries import checkpoint_at, last_anchor, latest_checkpoint
from governance.errors import Permanent, Temporary
from governance.outbox.operations import enqueue
from governance.sentences import sentence as _
from governance.trail.syslog import message, send
from governance.trail.time_stamps import time_stamped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from governance.audit.models import AuditCheckpoint
    from governance.outbox.claims import Claim

    # Keeps a checkpoint somewhere; says where it lies, and what came back from there.
    Keep = Callable[[AuditCheckpoint], tuple[str, bytes]]

ANCHOR: Final = "checkpoint.anchor"
BETWEEN_STAMPS: Final = timedelta(days=1)


def anchor_checkpoints() -> int:
    """Ask for the newest checkpoint to be kept at each place that is due; returns how many."""
    newest = latest_checkpoint()
    if newest is None:
        return 0
    due = [kind for kind in _places() if _is_due(kind, newest)]
    with transaction.atomic():
        for kind in due:
            payload = {"kind": kind, "size": newest.size}
            enqueue(ANCHOR, f"{kind}:{newest.size}", payload, queue="fast")
    return len(due)


def anchor_checkpoint(claim: Claim) -> Mapping[str, Any] | None:
    """Handler of `checkpoint.anchor`: keeps one checkpoint at one place, at least once.

    Raises:
        Temporary: the place cannot be reached. Permanent: another checkpoint of that size is there.
    """
    kind, checkpoint = claim.payload["kind"], checkpoint_at(claim.payload["size"])
    keep = _places().get(kind)
    if keep is None:  # the place was taken out of the settings since
        return None
    ref, blob = keep(checkpoint)
    with transaction.atomic():
        claim.heartbeat()
        note_anchor(checkpoint, AnchorKind(kind), ref, blob)
    return {"ref": ref}


def _places() -> dict[str, Keep]:
    """What is set up, each with what keeps a checkpoint there."""
    places: dict[str, Keep] = {}
    if settings.ANCHOR_FOLDER:
        places[AnchorKind.FILE] = _to_folder
    if settings.ANCHOR_SYSLOG:
        places[AnchorKind.SYSLOG] = _to_syslog
    if settings.ANCHOR_TSA:
        places[AnchorKind.RFC3161] = _to_authority
    return places


def _is_due(kind: str, newest: AuditCheckpoint) -> bool:
    """Whether the newest is not kept there, and the one before was long enough ago."""
    last = last_anchor(AnchorKind(kind))
    if last is None:
        return True
    pause = timedelta(minutes=settings.ANCHOR_MINUTES)
    if kind == AnchorKind.RFC3161:
        pause = max(pause, BETWEEN_STAMPS)
    kept_at = last.verified_at or last.checkpoint.created_at
    return last.checkpoint_id < newest.size and kept_at + pause <= timezone.now()


def _to_folder(checkpoint: AuditCheckpoint) -> tuple[str, bytes]:
    """A file of its own for each, never written over: the folder may allow writing only once."""
    assert settings.ANCHOR_FOLDER  # else it is no place
    path: Path = settings.ANCHOR_FOLDER / f"checkpoint-{checkpoint.size}.txt"
    content = checkpoint.note.encode()
    try:
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        _compare(path, content)
    except OSError as error:
        raise Temporary(
            _("A checkpoint cannot be written to {path}: {why}.", path=str(path), why=str(error)),
            remedy=_("Check ANCHOR_FOLDER: it must be there, and the worker must write to it."),
        ) from error
    return path.name, b""


def _compare(path: Path, content: bytes) -> None:
    """What lies there was written before, perhaps by a worker that died right after."""
    found = path.read_bytes()
    if content.startswith(found) and found != content:  # it died while it wrote
        path.write_bytes(content)
    elif found != content:
        raise Permanent(
            _("{path} holds another checkpoint of the same size.", path=str(path)),
            remedy=_("The log was rewritten, or restored from a backup: keep both, and verify."),
        )


def _to_authority(checkpoint: AuditCheckpoint) -> tuple[str, bytes]:
    """A stamp over the signed note, checked before it is kept."""
    note = checkpoint.note.encode()
    return time_stamped(note, settings.ANCHOR_TSA, settings.ANCHOR_TSA_ROOTS)


def _to_syslog(checkpoint: AuditCheckpoint) -> tuple[str, bytes]:
    collector = settings.ANCHOR_SYSLOG
    assert collector  # else it is no place
    facts = {
        "origin": settings.AUDIT_ORIGIN,
        "size": str(checkpoint.size),
        "root": base64.b64encode(bytes(checkpoint.root)).decode(),
        "note": base64.b64encode(checkpoint.note.encode()).decode(),
    }
    at = checkpoint.created_at.astimezone(UTC)
    host = urlsplit(settings.SITE_URL).hostname or ""
    text = f"checkpoint of {checkpoint.size} entries"
    try:
        send(collector, [message("CHECKPOINT", at, host, facts, text)])
    except OSError as error:
        raise Temporary(
            _(
                "{address} does not take checkpoints: {why}.",
                address=str(collector),
                why=str(error),
            ),
            remedy=_("Check ANCHOR_SYSLOG, and that the collector listens."),
        ) from error
    return str(collector), b""
