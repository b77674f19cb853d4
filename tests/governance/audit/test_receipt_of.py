"""The receipt of an entry: proof that it is in the log."""

from uuid import uuid4

import pytest

from governance.audit.merkle import leaf_hash, verify_consistency, verify_inclusion
from governance.audit.models import AuditKey, AuditNode
from governance.audit.notes import open_checkpoint, parse_vkey
from governance.audit.operations import publish_checkpoint, sequence_pending
from governance.audit.queries import (
    checkpoint_covering,
    consistency_proof,
    entries_of,
    receipt_of,
    views_of,
)
from tests.governance.audit.story import seal, write

pytestmark = pytest.mark.django_db


def receipt_holds(entry_id: object, line: bytes) -> bool:
    """Check a receipt as an outsider does: root and size from the signed note only."""
    receipt = receipt_of(entry_id)  # type: ignore[arg-type]
    assert receipt is not None
    signed = open_checkpoint(receipt.note, [parse_vkey(AuditKey.objects.get().vkey)])
    return verify_inclusion(leaf_hash(line), receipt.index, signed.size, receipt.proof, signed.root)


def test_a_receipt_comes_once_a_checkpoint_covers_the_entry() -> None:
    """None while it waits, none while it has a leaf only."""
    entry = write()
    assert receipt_of(entry.id) is None
    sequence_pending()
    assert receipt_of(entry.id) is None
    publish_checkpoint()
    assert receipt_holds(entry.id, bytes(entry.line))


def test_a_receipt_stays_the_same_when_the_log_grows() -> None:
    """It rests on the first checkpoint that covers the entry."""
    entry = write()
    seal()
    before = receipt_of(entry.id)
    write()
    seal()
    assert receipt_of(entry.id) == before


def test_nobody_has_a_receipt_for_what_was_never_written() -> None:
    """An unknown id has none."""
    assert receipt_of(uuid4()) is None


def test_receipts_and_consistency_hold_in_a_log_of_530() -> None:
    """With the cached nodes and, slower, without them."""
    entries = [write() for _ in range(300)]
    seal()
    entries += [write() for _ in range(230)]
    seal()
    for _ in range(2):
        for number in (0, 255, 256, 299, 300, 511, 512, 529):
            assert receipt_holds(entries[number].id, bytes(entries[number].line))
        AuditNode.objects.all().delete()
    old, new = checkpoint_covering(0), checkpoint_covering(529)
    assert old is not None
    assert new is not None
    proof = consistency_proof(300, 530)
    assert verify_consistency(300, bytes(old.root), 530, bytes(new.root), proof)


def test_a_view_tells_the_place_in_the_log() -> None:
    """None while the entry waits for it."""
    version = uuid4()
    write(version)
    seal()
    write(version)
    views = views_of(entries_of("version", version))
    assert [view.index for view in views] == [0, None]
    assert [view.label for view in views] == ["Version submitted"] * 2
