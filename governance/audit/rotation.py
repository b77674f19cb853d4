"""From one signing key to the next, and how trust in the first reaches the last.

The log names the new key in an entry; the checkpoint that covers the entry is signed by both. So
whoever knows one key of the log can tell all the others, and nobody can slip one in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, uuid5

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from governance.audit import queries
from governance.audit.actions import Action
from governance.audit.keys import create_signer, next_path, read_signer
from governance.audit.lines import parse
from governance.audit.merkle import leaf_hash, verify_inclusion
from governance.audit.models import AuditCheckpoint, AuditKey
from governance.audit.notes import (
    BadNote,
    Checkpoint,
    Verifier,
    open_checkpoint,
    open_note,
    parse_vkey,
    sign,
)
from governance.audit.operations import record, sequence_pending
from governance.audit.signing import refuse_fork
from governance.errors import Conflict
from governance.sentences import sentence as _

if TYPE_CHECKING:
    from collections.abc import Iterable

    from governance.actors import Actor
    from governance.audit.models import AuditEntry
    from governance.audit.notes import Signer

LOG: Final = "log"


def rotate_key(*, actor: Actor) -> AuditKey:
    """Replace the signing key; runs where the key file is.

    The new key lies beside the old one before anything is recorded, so a crash at any moment leaves
    a log that can be signed: whoever signs next (`publish_checkpoint`) finishes the exchange.

    Raises:
        Unavailable: the key file cannot be read.
        Conflict: it is not the key that this log is signed with, or the log was rewritten.
    """
    path, origin = settings.AUDIT_KEY_FILE, settings.AUDIT_ORIGIN
    old, new = read_signer(path), create_signer(next_path(path), origin)
    with transaction.atomic():
        key = _retire(old)
        record(
            Action.LOG_KEY_ROTATED,
            actor=actor,
            subject=(LOG, uuid5(NAMESPACE_URL, origin)),
            before={"vkey": old.verifier.vkey},
            after={"vkey": new.verifier.vkey},
        )
        while sequence_pending():
            pass
        key = AuditKey.objects.create(
            key_id=new.verifier.key_id.hex(), vkey=new.verifier.vkey, not_before=timezone.now()
        )
        _sign(key, old, new)
    next_path(path).replace(path)
    return key


def _retire(old: Signer) -> AuditKey:
    live = AuditKey.objects.select_for_update().filter(retired_at=None)
    key = live.filter(vkey=old.verifier.vkey).first()
    if key is None:
        raise Conflict(
            _("The signing key is not the one that this log is signed with."),
            remedy=_("Put the present key file in its place, then start again."),
        )
    key.retired_at = timezone.now()
    key.save(update_fields=["retired_at"])
    return key


def _sign(key: AuditKey, *signers: Signer) -> None:
    """The checkpoint that covers the exchange, signed by both keys."""
    head, last = queries.head(), queries.latest_checkpoint()
    assert head is not None  # the entry of the exchange has its leaf
    if last is not None:
        refuse_fork(last, head)
    root = bytes(head.root)
    AuditCheckpoint.objects.create(
        size=head.size,
        root=root,
        note=sign(Checkpoint(head.log_id, head.size, root).text, *signers),
        key=key,
        created_at=timezone.now(),
    )


def trusted_keys(known: Iterable[Verifier]) -> list[Verifier]:
    """The keys that were brought along, and those that they reach by proven exchanges."""
    trusted = list(known)
    exchanges = [_exchange(entry) for entry in queries.rotation_entries()]
    for exchange in [*exchanges, *reversed(exchanges)]:
        pair = exchange[:2] if exchange else ()
        if any(key in trusted for key in pair):
            trusted += [key for key in pair if key not in trusted]
    return trusted


def retirements() -> dict[Verifier, int]:
    """The size of the log beyond which a key that was exchanged signs nothing more."""
    found = [_exchange(entry) for entry in queries.rotation_entries()]
    # A key retires once: that it seems to endorse another one later gives it no time back.
    return {exchange[0]: exchange[2] for exchange in reversed(found) if exchange}


def _exchange(entry: AuditEntry) -> tuple[Verifier, Verifier, int] | None:
    """Old key, new key and size of one exchange; None when it is not proven."""
    index, raw = entry.leaf.idx, bytes(entry.line)
    checkpoint = queries.checkpoint_covering(index)
    try:
        line = parse(raw)
        old, new = parse_vkey(line.before["vkey"]), parse_vkey(line.after["vkey"])
        note = "" if checkpoint is None else checkpoint.note
        _text, signed_by = open_note(note, [old, new])
        signed = open_checkpoint(note, [old])
        proof = queries.inclusion_proof(index, signed.size)
    except (BadNote, Conflict, ValueError, KeyError):
        return None
    proven = verify_inclusion(leaf_hash(raw), index, signed.size, proof, signed.root)
    return (old, new, signed.size) if proven and {old, new} <= set(signed_by) else None
