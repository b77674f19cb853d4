"""Which key signs the log, and whether it may: the key file beside the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from governance.audit import queries
from governance.audit.keys import create_signer, next_path, read_signer
from governance.audit.merkle import verify_consistency
from governance.audit.models import AuditKey
from governance.audit.notes import open_checkpoint, parse_vkey
from governance.errors import Conflict
from governance.sentences import sentence as _

if TYPE_CHECKING:
    from governance.audit.models import AuditCheckpoint, AuditHead
    from governance.audit.notes import Signer


def refuse_fork(last: AuditCheckpoint, head: AuditHead) -> None:
    """Raises Conflict unless the head continues the last checkpoint."""
    vkeys = [parse_vkey(vkey) for vkey in AuditKey.objects.values_list("vkey", flat=True)]
    signed = open_checkpoint(last.note, vkeys)
    continues = signed.size <= head.size and verify_consistency(
        signed.size,
        signed.root,
        head.size,
        bytes(head.root),
        queries.consistency_proof(signed.size, head.size),
    )
    if not continues:
        raise Conflict(
            _(
                "The log does not continue what was signed at {size} entries.",
                size=signed.size,
            ),
            remedy=_(
                "It stays unsigned. Compare with an outside copy of the checkpoint: the log was "
                "rewritten, or restored from an older backup."
            ),
        )


def current_signer() -> Signer:
    """The key; made on the first use of a new log, never for a log that already has one."""
    path = settings.AUDIT_KEY_FILE
    if not path.exists() and not AuditKey.objects.exists():
        return create_signer(path, settings.AUDIT_ORIGIN)
    waiting = next_path(path)
    if waiting.exists():  # an exchange of keys ended between the database and the files
        signer = read_signer(waiting)
        if AuditKey.objects.filter(vkey=signer.verifier.vkey, retired_at=None).exists():
            waiting.replace(path)
    return read_signer(path)


def known_key(signer: Signer) -> AuditKey:
    """The row of a key that this log is signed with; written with the first signature.

    Raises:
        Conflict: it is another log's key, or not the one in force.
    """
    verifier = signer.verifier
    if verifier.name != settings.AUDIT_ORIGIN:
        raise Conflict(_("The signing key belongs to the log {name}.", name=verifier.name))
    if not AuditKey.objects.exists():
        AuditKey.objects.get_or_create(
            key_id=verifier.key_id.hex(),
            defaults={"vkey": verifier.vkey, "not_before": timezone.now()},
        )
    key = AuditKey.objects.filter(vkey=verifier.vkey, retired_at=None).first()
    if key is None:
        raise Conflict(
            _("The signing key is not the one that this log is signed with."),
            remedy=_("Put the former key file back; a new key must be endorsed by the former one."),
        )
    return key
