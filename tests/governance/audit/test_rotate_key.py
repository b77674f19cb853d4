"""The log goes on under another key, and whoever knew the old one can tell."""
# ruff: noqa: S608  a forger writes SQL

from pathlib import Path
from uuid import UUID

import pytest
from django.utils import timezone

from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.keys import create_signer, next_path, read_signer
from governance.audit.models import AuditCheckpoint, AuditKey
from governance.audit.notes import Checkpoint, Signer, open_note, parse_vkey, sign
from governance.audit.operations import record, sequence_pending
from governance.audit.queries import head, keys
from governance.audit.rotation import rotate_key, trusted_keys
from governance.audit.verify import Kind, verify_log
from governance.errors import Conflict
from tests.databases import SQLITE, Database
from tests.governance.audit.story import forgery, seal, write

ACTOR = Actor.system("test")


@pytest.mark.both_databases
def test_both_keys_sign_the_exchange_and_the_new_one_what_follows() -> None:
    """Old and new under the checkpoint of the exchange; then the new one alone."""
    write()
    seal()
    (old,) = keys()
    new = rotate_key(actor=ACTOR).vkey
    exchange = AuditCheckpoint.objects.latest("size")
    write()
    seal()
    both = [parse_vkey(old), parse_vkey(new)]
    assert set(open_note(exchange.note, both)[1]) == set(both)
    assert open_note(AuditCheckpoint.objects.latest("size").note, both)[1] == both[1:]
    for vkey in (old, new):
        assert verify_log(vkeys=[vkey]).ok


@pytest.mark.django_db(transaction=True)
def test_a_key_that_was_slipped_in_is_not_trusted(key_file: Path) -> None:
    """A row in the table of keys endorses nothing for whoever brought the old key."""
    write()
    seal()
    (old,) = keys()
    stranger = create_signer(next_path(key_file), "foureyes.local/log").verifier
    AuditKey.objects.update(retired_at="2026-01-01T00:00Z")
    AuditKey.objects.create(
        key_id=stranger.key_id.hex(), vkey=stranger.vkey, not_before="2026-01-01T00:00Z"
    )
    next_path(key_file).replace(key_file)
    write()
    seal()
    assert verify_log().ok
    assert verify_log(vkeys=[old]).kinds == {Kind.CHECKPOINT_INVALID}


@pytest.mark.django_db
def test_an_exchange_that_only_the_old_key_signed_is_none() -> None:
    """T24: an entry that names a stranger's key is sealed like any other; that proves nothing."""
    write()
    seal()
    (old,) = keys()
    stranger = Signer.generate("foureyes.local/log")
    record(
        Action.LOG_KEY_ROTATED,
        actor=ACTOR,
        subject=("log", UUID(int=0)),
        before={"vkey": old},
        after={"vkey": stranger.verifier.vkey},
    )
    seal()
    grown = head()
    assert grown
    note = sign(Checkpoint(grown.log_id, grown.size, bytes(grown.root)).text, stranger)
    assert verify_log(vkeys=[old], outside=[note]).kinds == {Kind.CHECKPOINT_INVALID}


@pytest.mark.parametrize("database", [SQLITE], indirect=True)
def test_an_exchange_whose_entry_was_altered_is_none(database: Database, tmp_path: Path) -> None:
    """T24: a stranger's key is put into the line, and their signature beside the old key's."""
    write()
    seal()
    (old,) = keys()
    new = rotate_key(actor=ACTOR).vkey
    exchange = AuditCheckpoint.objects.latest("size")
    known, stranger = [parse_vkey(old)], Signer.generate("foureyes.local/log")
    assert trusted_keys(known) == [*known, parse_vkey(new)]
    text, _signed_by = open_note(exchange.note, known)
    signature = sign(text, stranger).removeprefix(f"{text}\n")
    with forgery(
        database,
        tmp_path,
        f"UPDATE governance_auditentry SET line = CAST(replace(CAST(line AS TEXT), '{new}', "
        f"'{stranger.verifier.vkey}') AS BLOB)",
        f"UPDATE governance_auditcheckpoint SET note = note || '{signature}' "
        f"WHERE size = {exchange.size}",
    ):
        assert open_note(AuditCheckpoint.objects.latest("size").note, [stranger.verifier])
        assert trusted_keys(known) == known


@pytest.mark.django_db(transaction=True)
def test_a_retired_key_signs_nothing_more(key_file: Path) -> None:
    """T25: whoever kept the old key signs a later checkpoint with it, in a row or on paper."""
    write()
    seal()
    former = read_signer(key_file)
    rotate_key(actor=ACTOR)
    assert verify_log().ok
    write()
    while sequence_pending():
        pass
    grown = head()
    assert grown
    root = bytes(grown.root)
    note = sign(Checkpoint(grown.log_id, grown.size, root).text, former)
    assert verify_log(outside=[note]).kinds == {Kind.CHECKPOINT_INVALID}
    AuditCheckpoint.objects.create(
        size=grown.size,
        root=root,
        note=note,
        key_id=former.verifier.key_id.hex(),
        created_at=timezone.now(),
    )
    found = verify_log()
    assert found.kinds == {Kind.CHECKPOINT_INVALID}
    assert "retired" in found.problems[0].text


@pytest.mark.django_db(transaction=True)
def test_a_crash_between_database_and_files_is_finished_by_whoever_signs_next(
    key_file: Path,
) -> None:
    """The new key lies beside the old one until then."""
    write()
    seal()
    old_text = key_file.read_text(encoding="ascii")
    new = rotate_key(actor=ACTOR).vkey
    key_file.rename(next_path(key_file))
    key_file.write_text(old_text, encoding="ascii")
    key_file.chmod(0o600)
    write()
    seal()
    assert not next_path(key_file).exists()
    assert verify_log(vkeys=[new]).ok


@pytest.mark.django_db(transaction=True)
def test_a_foreign_key_file_replaces_nothing(key_file: Path) -> None:
    """And nothing is recorded."""
    write()
    seal()
    key_file.unlink()
    create_signer(key_file, "foureyes.local/log")
    with pytest.raises(Conflict, match="not the one"):
        rotate_key(actor=ACTOR)
