"""Forgeries with the database file in hand. The number of each kind stands in its docstring."""
# ruff: noqa: S608  forging is what this file is for

from pathlib import Path
from uuid import UUID

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from governance.audit.verify import Kind, verify_log
from tests.databases import Database
from tests.governance.audit.story import seal, submit, verified_forgery, write

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

LAST = "(SELECT max(idx) FROM governance_auditleaf)"
ENTRY = "(SELECT entry_id FROM governance_auditleaf WHERE idx = {})"
ENTRIES = "governance_auditentry"
FIRST_VERSION = UUID(int=5)


@pytest.fixture(autouse=True)
def honest_log(database: Database) -> None:
    """Six sealed entries of two versions, then two that wait."""
    for number in range(6):
        write(UUID(int=5 + number % 2))
    seal()
    write(FIRST_VERSION)
    write(UUID(int=6))


def test_the_copy_of_an_honest_log_verifies(database: Database, tmp_path: Path) -> None:
    """The forger's tools by themselves raise no alarm."""
    assert verified_forgery(database, tmp_path).ok


def test_a_changed_line_is_found(database: Database, tmp_path: Path) -> None:
    """T01: one word in one line."""
    verdict = verified_forgery(
        database,
        tmp_path,
        "UPDATE governance_auditentry SET line = CAST(replace(CAST(line AS TEXT), "
        f"'\"submitted\"', '\"validated\"') AS BLOB) WHERE id = {ENTRY.format(2)}",
    )
    assert verdict.kinds == {Kind.LEAF_MISMATCH, Kind.CHAIN_BROKEN}


def test_a_row_of_impossible_types_does_not_end_the_verification(
    database: Database, tmp_path: Path
) -> None:
    """T28: SQLite stores anything anywhere; the verdict says so, and the tree is still checked."""
    verdict = verified_forgery(
        database,
        tmp_path,
        "UPDATE governance_auditentry SET actor_id = 'nobody', occurred_at = 7",
        "UPDATE governance_auditleaf SET leaf_hash = zeroblob(32) WHERE idx = 0",
        "UPDATE governance_auditkey SET vkey = 'nonsense'",
    )
    assert {Kind.UNREADABLE, Kind.HEAD_MISMATCH, Kind.CHECKPOINT_INVALID} <= verdict.kinds


def test_a_line_hashed_anew_is_found(database: Database, tmp_path: Path) -> None:
    """T01: white space added, leaf hash blanked to go with it; line, tree and chain all tell."""
    verdict = verified_forgery(
        database,
        tmp_path,
        "UPDATE governance_auditentry SET line = line || CAST(' ' AS BLOB) "
        f"WHERE id = {ENTRY.format(0)}",
        "UPDATE governance_auditleaf SET leaf_hash = zeroblob(32) WHERE idx = 0",
    )
    assert {Kind.LINE_INVALID, Kind.HEAD_MISMATCH, Kind.CHECKPOINT_MISMATCH} <= verdict.kinds


@pytest.mark.parametrize(
    "change",
    [
        "action = 'version.approved'",
        "occurred_at = '2020-01-01 00:00:00'",
        "actor_id = NULL",
        "portfolio_id = lower(hex(randomblob(16)))",
        "subject_type = 'case'",
    ],
)
def test_a_changed_search_column_is_found(database: Database, tmp_path: Path, change: str) -> None:
    """T02: the line is intact, but lists would show something else."""
    statement = f"UPDATE governance_auditentry SET {change} WHERE id = {ENTRY.format(1)}"
    assert Kind.COPY_DIFFERS in verified_forgery(database, tmp_path, statement).kinds


def test_a_removed_last_entry_is_found(database: Database, tmp_path: Path) -> None:
    """T03: the entry, its leaf and its values, and the head set back by one."""
    verdict = verified_forgery(
        database,
        tmp_path,
        f"DELETE FROM governance_auditpersonalvalue WHERE entry_id = {ENTRY.format(LAST)}",
        f"DELETE FROM governance_auditentry WHERE id = {ENTRY.format(LAST)}",
        f"DELETE FROM governance_auditleaf WHERE idx = {LAST}",
        "UPDATE governance_audithead SET size = size - 1",
    )
    assert {Kind.CHECKPOINT_MISMATCH, Kind.ENTRY_LOST, Kind.HEAD_MISMATCH} <= verdict.kinds


def test_a_removed_middle_entry_is_found(database: Database, tmp_path: Path) -> None:
    """T04: a gap in the leaves and in the chain of its subject."""
    verdict = verified_forgery(
        database,
        tmp_path,
        f"DELETE FROM governance_auditpersonalvalue WHERE entry_id = {ENTRY.format(2)}",
        f"DELETE FROM governance_auditentry WHERE id = {ENTRY.format(2)}",
        "DELETE FROM governance_auditleaf WHERE idx = 2",
    )
    assert {Kind.LEAF_MISSING, Kind.ENTRY_LOST, Kind.CHAIN_BROKEN} <= verdict.kinds


def test_an_inserted_entry_is_found(database: Database, tmp_path: Path) -> None:
    """T05: a copy of an entry under another subject, with a leaf at the end."""
    verdict = verified_forgery(
        database,
        tmp_path,
        "INSERT INTO governance_auditentry SELECT lower(hex(randomblob(16))), line, occurred_at, "
        "action, actor_id, 'case', subject_id, 1, portfolio_id FROM governance_auditentry "
        f"WHERE id = {ENTRY.format(0)}",
        f"INSERT INTO governance_auditleaf SELECT {LAST} + 1, leaf_hash, (SELECT id FROM "
        "governance_auditentry WHERE subject_type = 'case') FROM governance_auditleaf "
        "WHERE idx = 0",
    )
    assert {Kind.COPY_DIFFERS, Kind.HEAD_MISMATCH, Kind.ENTRY_LOST} <= verdict.kinds


def test_two_swapped_entries_are_found(database: Database, tmp_path: Path) -> None:
    """T06: another order has another root."""
    verdict = verified_forgery(
        database,
        tmp_path,
        "UPDATE governance_auditleaf SET idx = 99 WHERE idx = 1",
        "UPDATE governance_auditleaf SET idx = 1 WHERE idx = 2",
        "UPDATE governance_auditleaf SET idx = 2 WHERE idx = 99",
    )
    assert verdict.kinds == {Kind.HEAD_MISMATCH, Kind.CHECKPOINT_MISMATCH}


def test_a_log_cut_back_behind_its_checkpoint_is_found(database: Database, tmp_path: Path) -> None:
    """T08: what was signed is not there any more."""
    verdict = verified_forgery(
        database,
        tmp_path,
        "DELETE FROM governance_auditleaf WHERE idx >= 4",
    )
    assert {Kind.CHECKPOINT_MISMATCH, Kind.ENTRY_UNPLACED} <= verdict.kinds


@pytest.mark.parametrize(
    "change",
    [
        "note = replace(note, char(10) || '6' || char(10), char(10) || '5' || char(10))",
        "note = 'nonsense'",
        "root = zeroblob(32)",
    ],
)
def test_a_forged_checkpoint_is_found(database: Database, tmp_path: Path, change: str) -> None:
    """T11: another text under the signature, no note at all, columns that disagree."""
    statement = f"UPDATE governance_auditcheckpoint SET {change}"
    assert verified_forgery(database, tmp_path, statement).kinds == {Kind.CHECKPOINT_INVALID}


def test_a_pending_entry_removed_before_its_leaf_is_found(
    database: Database, tmp_path: Path
) -> None:
    """T16: the chain's counter knows that it was written, although it was the last one."""
    newest = "(SELECT entry_id FROM governance_auditpending ORDER BY n DESC LIMIT 1)"
    verdict = verified_forgery(
        database,
        tmp_path,
        f"DELETE FROM governance_auditpersonalvalue WHERE entry_id = {newest}",
        f"DELETE FROM governance_auditentry WHERE id = {newest}",
        f"DELETE FROM governance_auditpending WHERE entry_id NOT IN (SELECT id FROM {ENTRIES})",
    )
    assert verdict.kinds == {Kind.ENTRY_LOST}


def test_a_chain_whose_end_was_exchanged_is_found(database: Database, tmp_path: Path) -> None:
    """Its counter is right, and the next entry would continue one that was never written."""
    statement = "UPDATE governance_auditsubject SET last_hash = zeroblob(32)"
    assert verified_forgery(database, tmp_path, statement).kinds == {Kind.CHAIN_BROKEN}


def test_a_chain_that_counts_no_entry_has_lost_none(database: Database, tmp_path: Path) -> None:
    """Such a row says nothing that is wrong, and ends no verification."""
    statement = "INSERT INTO governance_auditsubject SELECT 'case', id, 1, x'' FROM " + ENTRIES
    assert verified_forgery(database, tmp_path, statement).ok


def test_a_wrong_cached_node_is_found(database: Database, tmp_path: Path) -> None:
    """The log is whole, but proofs that are read from the cache would not hold."""
    with transaction.atomic():
        for _ in range(256):
            submit(FIRST_VERSION)
    seal()
    assert verified_forgery(database, tmp_path).ok
    statement = "UPDATE governance_auditnode SET hash = zeroblob(32)"
    assert verified_forgery(database, tmp_path, statement).kinds == {Kind.NODE_MISMATCH}


def test_a_key_that_cannot_be_read_is_found(database: Database, tmp_path: Path) -> None:
    """Nothing that it signed holds then, and the verdict says why."""
    statement = "UPDATE governance_auditkey SET vkey = 'nonsense'"
    verdict = verified_forgery(database, tmp_path, statement)
    assert verdict.kinds == {Kind.UNREADABLE, Kind.CHECKPOINT_INVALID}


def test_the_log_of_another_origin_is_found(settings: Settings) -> None:
    """T12: every line and every checkpoint says of which log it is."""
    own, settings.AUDIT_ORIGIN = settings.AUDIT_ORIGIN, "other.example/log"
    said = {problem.text for problem in verify_log().problems}
    assert {f"the line is of the log {own}", f"the checkpoint is of the log {own}"} <= said


def test_a_pending_entry_kept_from_its_leaf_is_found(database: Database, tmp_path: Path) -> None:
    """Taken out of the queue, it would never be sealed."""
    verdict = verified_forgery(database, tmp_path, "DELETE FROM governance_auditpending")
    assert verdict.kinds == {Kind.ENTRY_UNPLACED}


@pytest.mark.parametrize(
    "change",
    [
        "value = 'Somebody Else' WHERE path = 'actor.name'",
        "salt = zeroblob(32)",
        "value = 'restored', salt = zeroblob(32), erased_at = NULL",
        "path = 'other' WHERE path = 'comment'",
        "value = '', salt = x''",
        "value = 'restored', salt = x'', erased_at = occurred_at FROM governance_auditentry",
        "value = '', erased_at = occurred_at FROM governance_auditentry",
    ],
)
def test_a_changed_personal_value_is_found(database: Database, tmp_path: Path, change: str) -> None:
    """T22, T23: the line holds the commitment to the first one; an erased one is empty."""
    verdict = verified_forgery(
        database,
        tmp_path,
        "PRAGMA ignore_check_constraints = ON",
        f"UPDATE governance_auditpersonalvalue SET {change}",
    )
    assert verdict.kinds == {Kind.PERSONAL_MISMATCH}


def test_a_personal_value_removed_but_not_erased_is_found(
    database: Database, tmp_path: Path
) -> None:
    """An erasure leaves its trace."""
    statement = "DELETE FROM governance_auditpersonalvalue"
    assert verified_forgery(database, tmp_path, statement).kinds == {Kind.PERSONAL_MISMATCH}


def test_a_removed_trigger_is_found(database: Database, tmp_path: Path) -> None:
    """The seat belt was taken off, and one put in its place that looks like it and is hollow."""
    verdict = verified_forgery(
        database,
        tmp_path,
        "CREATE TRIGGER governance_auditentry_no_update BEFORE UPDATE ON governance_auditentry "
        "BEGIN SELECT 1; END",
    )
    assert verdict.kinds == {Kind.TRIGGER_MISSING}


def test_an_entry_taken_from_under_its_leaf_is_found(database: Database, tmp_path: Path) -> None:
    """T03: its subject is forgotten with it, the tree of hashes is left whole."""
    about = f"(SELECT subject_id FROM {ENTRIES} WHERE id = {ENTRY.format(LAST)})"
    verdict = verified_forgery(
        database,
        tmp_path,
        f"DELETE FROM governance_auditsubject WHERE subject_id = {about}",
        f"DELETE FROM governance_auditpersonalvalue WHERE entry_id IN (SELECT id FROM {ENTRIES} "
        f"WHERE subject_id = {about})",
        "DELETE FROM governance_auditpending WHERE entry_id IN "
        f"(SELECT id FROM {ENTRIES} WHERE subject_id = {about})",
        f"DELETE FROM {ENTRIES} WHERE subject_id = {about}",
    )
    assert verdict.kinds == {Kind.ENTRY_LOST}


@pytest.mark.parametrize("table", ["auditpending", "auditpersonalvalue"])
def test_what_waits_or_was_said_for_no_entry_is_found(
    database: Database, tmp_path: Path, table: str
) -> None:
    """Nothing of the product leaves such a row."""
    column = "path" if table == "auditpersonalvalue" else "n"
    statement = (
        f"UPDATE governance_{table} SET entry_id = lower(hex(randomblob(16))) "
        f"WHERE {column} = (SELECT max({column}) FROM governance_{table})"
    )
    assert Kind.ENTRY_LOST in verified_forgery(database, tmp_path, statement).kinds
