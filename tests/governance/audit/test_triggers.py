"""The database itself refuses to change the log."""
# ruff: noqa: S608  the names of our own tables

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from governance.audit import triggers
from governance.audit.models import AuditCheckpoint, AuditEntry, AuditPersonalValue
from governance.audit.verify import Kind, verify_log
from tests.databases import Database
from tests.governance.audit.story import seal, write

TABLES = {model._meta.db_table: model for model in apps.get_app_config("governance").get_models()}


def refuses(sql: str) -> bool:
    """Whether the database refuses a statement in the words of the log."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except IntegrityError as error:
        return triggers.MESSAGE in str(error)
    return False


def test_the_triggers_are_on_the_tables_of_the_models() -> None:
    """A renamed table would lose them."""
    assert {*triggers.FROZEN, *triggers.KEPT} <= TABLES.keys()


@pytest.mark.both_databases
@pytest.mark.parametrize("table", triggers.FROZEN)
def test_what_was_written_can_be_neither_changed_nor_removed(table: str) -> None:
    """Entries, leaves and checkpoints, by raw SQL as by anything else."""
    write()
    seal()
    column = TABLES[table]._meta.pk.column  # type: ignore[union-attr]
    assert refuses(f"UPDATE {table} SET {column} = {column}")
    assert refuses(f"DELETE FROM {table}")


@pytest.mark.both_databases
@pytest.mark.parametrize("table", triggers.KEPT)
def test_what_may_change_still_cannot_be_removed(table: str, database: Database) -> None:
    """Keys, head, chains and personal values."""
    write()
    seal()
    if table != "governance_auditanchor":
        assert refuses(f"DELETE FROM {table}")
    if database.vendor == "postgresql":
        assert refuses(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("governance_auditcheckpoint", "size, x'00', 'forged', created_at, key_id"),
        ("governance_auditleaf", "idx, x'00', entry_id"),
    ],
)
def test_replacing_on_sqlite_is_refused(database: Database, table: str, values: str) -> None:
    """INSERT OR REPLACE would remove the old row without asking the DELETE trigger."""
    write()
    seal()
    assert refuses(f"INSERT OR REPLACE INTO {table} SELECT {values} FROM {table}")


@pytest.mark.both_databases
def test_a_personal_value_can_be_erased_and_nothing_else() -> None:
    """Erasing empties salt and value for good."""
    write()
    assert refuses(f"UPDATE {triggers.PERSONAL} SET value = 'another'")
    assert refuses(f"UPDATE {triggers.PERSONAL} SET erased_at = CURRENT_TIMESTAMP")
    AuditPersonalValue.objects.update(erased_at=timezone.now(), value="", salt=b"")
    assert refuses(f"UPDATE {triggers.PERSONAL} SET erased_at = NULL, value = 'back'")
    assert not AuditPersonalValue.objects.exclude(value="").exists()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_a_replication_session_on_postgresql_is_refused_too(database: Database) -> None:
    """Ordinary triggers would be silent there."""
    write()
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
    assert refuses("DELETE FROM governance_auditentry")


@pytest.mark.both_databases
def test_creating_the_triggers_again_is_harmless() -> None:
    """A later migration may have to, after SQLite rebuilt a table."""
    with connection.cursor() as cursor:
        for statement in triggers.create_sql(connection.vendor):
            cursor.execute(statement)
    write()
    seal()
    assert (AuditEntry.objects.count(), AuditCheckpoint.objects.count()) == (1, 1)


def test_other_databases_are_refused() -> None:
    """There is no half-protected log."""
    for statements in (triggers.create_sql, triggers.drop_sql, triggers.installed_sql):
        with pytest.raises(ValueError, match="not on mysql"):
            statements("mysql")


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "looks_like",
    [
        "UPDATE ON governance_auditentry FOR EACH ROW WHEN (false)",
        "UPDATE OF subject_seq ON governance_auditentry FOR EACH ROW",
        "UPDATE ON governance_auditentry FOR EACH STATEMENT",
        "UPDATE ON governance_auditnode FOR EACH ROW",
    ],
)
def test_a_trigger_that_only_bears_the_name_is_found(database: Database, looks_like: str) -> None:
    """It runs the right function, always, and refuses little or nothing."""
    name = "governance_auditentry_no_update"
    table = looks_like.partition(" ON ")[2].partition(" ")[0]
    with connection.cursor() as cursor:
        cursor.execute(
            f"DROP TRIGGER {name} ON governance_auditentry; CREATE TRIGGER {name} BEFORE "
            f"{looks_like} EXECUTE FUNCTION {triggers.FUNCTION}(); "
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
        )
    assert verify_log().kinds == {Kind.TRIGGER_MISSING}
