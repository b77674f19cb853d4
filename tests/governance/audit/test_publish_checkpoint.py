"""Workers sign the log."""

import stat
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from governance.audit.models import AuditCheckpoint, AuditHead, AuditKey
from governance.audit.notes import Signer, open_checkpoint, parse_vkey
from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.audit.queries import head, latest_checkpoint
from governance.errors import Conflict, Unavailable
from tests.governance.audit.story import seal, write

pytestmark = pytest.mark.django_db


def test_a_grown_log_is_signed(settings: Settings) -> None:
    """The note opens with the public key and says origin, size and root of the head."""
    write()
    sequence_pending()
    checkpoint, edge = publish_checkpoint(), head()
    assert checkpoint is not None
    assert edge is not None
    signed = open_checkpoint(checkpoint.note, [parse_vkey(AuditKey.objects.get().vkey)])
    assert (signed.origin, signed.size, signed.root) == (
        settings.AUDIT_ORIGIN,
        1,
        bytes(edge.root),
    )


def test_a_log_that_did_not_grow_is_not_signed_again() -> None:
    """Unless asked, the answer is none; if asked, the checkpoint there is."""
    assert publish_checkpoint() is None
    assert publish_checkpoint(force=True) is None
    write()
    seal()
    assert publish_checkpoint() is None
    assert publish_checkpoint(force=True) == latest_checkpoint()
    assert AuditCheckpoint.objects.count() == 1


def test_the_key_is_made_once_and_only_its_owner_can_read_it(key_file: Path) -> None:
    """A new log makes its key; the next checkpoint is signed with the same."""
    write()
    seal()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    text = key_file.read_text()
    write()
    seal()
    assert key_file.read_text() == text
    assert [path.name for path in key_file.parent.iterdir()] == ["audit.key"]


def test_a_lost_key_is_not_replaced_in_silence(key_file: Path) -> None:
    """A new key that the former one never endorsed would look like a forgery outside."""
    write()
    seal()
    key_file.unlink()
    write()
    sequence_pending()
    with pytest.raises(Unavailable, match="cannot be read"):
        publish_checkpoint()


def test_another_key_is_refused(key_file: Path, settings: Settings) -> None:
    """Even a well-formed one under the log's name."""
    write()
    seal()
    key_file.write_text(Signer.generate(settings.AUDIT_ORIGIN).to_text())
    write()
    sequence_pending()
    with pytest.raises(Conflict, match="not the one"):
        publish_checkpoint()


def test_a_key_that_everybody_can_read_is_refused(key_file: Path) -> None:
    """Whoever reads it can sign another history."""
    write()
    seal()
    key_file.chmod(0o644)
    write()
    sequence_pending()
    with pytest.raises(Unavailable, match="Everybody"):
        publish_checkpoint()


def test_a_rewritten_log_is_not_signed() -> None:
    """A head that does not continue what was signed stays unsigned."""
    for _ in range(3):
        write()
    seal()
    write()
    sequence_pending()
    AuditHead.objects.update(root=bytes(32))
    with pytest.raises(Conflict, match="does not continue"):
        publish_checkpoint()
