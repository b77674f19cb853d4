"""SQL that makes the database itself refuse to change or remove what the log has written.

A migration runs `create_sql`; nothing in the product ever runs anything against it. The triggers
are a seat belt: who owns the database can take them off, and then the tree shows it. SQLite loses
the triggers of a table that a migration rebuilds, so such a migration runs `create_sql` again;
`verify` reports any that are missing.
"""

from __future__ import annotations

from typing import Final

# What stays as it is for ever, and by which columns a row is told from another.
FROZEN: Final = {
    "governance_auditentry": (("id",), ("subject_type", "subject_id", "subject_seq")),
    "governance_auditleaf": (("idx",), ("entry_id",)),
    "governance_auditcheckpoint": (("size",),),
}
# What may change in one way, but never leaves.
KEPT: Final = (
    "governance_auditanchor",
    "governance_audithead",
    "governance_auditkey",
    "governance_auditpersonalvalue",
    "governance_auditsubject",
)
PERSONAL: Final = "governance_auditpersonalvalue"
MESSAGE: Final = "the log is append-only"
FUNCTION: Final = "governance_audit_refuse"
ERASE_ONLY: Final = "governance_audit_erase_only"


def create_sql(vendor: str) -> list[str]:
    """Statements that put every trigger in place; running them twice is harmless.

    Raises:
        ValueError: for a database other than `postgresql` and `sqlite`.
    """
    if vendor == "sqlite":
        return [_sqlite(name, table, event, when) for name, table, event, when in _sqlite_rules()]
    _require_postgresql(vendor)
    statements = [
        f"CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $${body}$$"
        for function, body in _BODIES.items()
    ]
    for rule in _postgresql_rules():
        name, table, *_rest = rule
        statements.append(_postgresql(*rule).replace("CREATE", "CREATE OR REPLACE", 1))
        # Fires in replication sessions too, where ordinary triggers are silent.
        statements.append(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}")
    return statements


def drop_sql(vendor: str) -> list[str]:
    """Statements that take the triggers away, for undoing the migration that made them.

    Raises:
        ValueError: for a database other than `postgresql` and `sqlite`.
    """
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}" for name, _, _, _ in _sqlite_rules()]
    _require_postgresql(vendor)
    rules = _postgresql_rules()
    drops = [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name, table, _, _ in rules]
    return [*drops, *(f"DROP FUNCTION IF EXISTS {function}()" for function in _BODIES)]


def definitions(vendor: str) -> dict[str, str]:
    """What `installed_sql` must find: the name of each trigger, when it fires and what it runs."""
    if vendor == "sqlite":
        statements = zip(_sqlite_rules(), create_sql(vendor), strict=True)
        return {name: sql.replace(" IF NOT EXISTS", "", 1) for (name, *_), sql in statements}
    rules = _postgresql_rules()
    return {rule[0]: _postgresql(*rule) + _BODIES[rule[3]] for rule in rules}


def installed_sql(vendor: str) -> str:
    """A query for name and text of the triggers that are there and fire whatever the session."""
    if vendor == "sqlite":
        return "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    _require_postgresql(vendor)
    return (
        "SELECT tgname, pg_get_triggerdef(pg_trigger.oid, true) || prosrc "
        "FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
        "WHERE tgenabled = 'A' AND NOT tgisinternal"
    )


_NOT_AN_ERASURE = (
    "NOT (OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL AND NEW.value = '' "
    "AND length(NEW.salt) = 0 AND NEW.id = OLD.id AND NEW.entry_id = OLD.entry_id "
    "AND NEW.path = OLD.path)"
)
_RAISE = f"""
    RAISE EXCEPTION USING
        MESSAGE = '{MESSAGE}: ' || TG_OP || ' on ' || TG_TABLE_NAME || ' refused',
        ERRCODE = 'integrity_constraint_violation';
"""
# A condition stands in the function: how PostgreSQL prints one of a trigger is its own affair.
_BODIES: Final = {
    FUNCTION: f"\nBEGIN{_RAISE}END\n",
    ERASE_ONLY: f"\nBEGIN\nIF {_NOT_AN_ERASURE} THEN{_RAISE}END IF;\nRETURN NEW;\nEND\n",
}

# (name of the trigger, table, event, and: its function on PostgreSQL, its condition on SQLite)
_Rule = tuple[str, str, str, str]


def _postgresql_rules() -> list[_Rule]:
    rules = [(f"{table}_no_update", table, "UPDATE", FUNCTION) for table in FROZEN]
    for table in (*FROZEN, *KEPT):
        rules.append((f"{table}_no_delete", table, "DELETE", FUNCTION))
        rules.append((f"{table}_no_truncate", table, "TRUNCATE", FUNCTION))
    return [*rules, (f"{PERSONAL}_erase_only", PERSONAL, "UPDATE", ERASE_ONLY)]


def _postgresql(name: str, table: str, event: str, function: str) -> str:
    """A trigger as the database itself prints it."""
    row = "STATEMENT" if event == "TRUNCATE" else "ROW"
    return (
        f"CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH {row} "
        f"EXECUTE FUNCTION {function}()"
    )


def _sqlite_rules() -> list[_Rule]:
    rules = [(f"{table}_no_update", table, "UPDATE", "") for table in FROZEN]
    rules += [(f"{table}_no_delete", table, "DELETE", "") for table in (*FROZEN, *KEPT)]
    # INSERT OR REPLACE removes the old row without asking the DELETE trigger.
    for table, keys in FROZEN.items():
        taken = " OR ".join(f"({_same(columns)})" for columns in keys)
        condition = f"EXISTS (SELECT 1 FROM {table} WHERE {taken})"  # noqa: S608  our own names
        rules.append((f"{table}_no_replace", table, "INSERT", condition))
    return [*rules, (f"{PERSONAL}_erase_only", PERSONAL, "UPDATE", _NOT_AN_ERASURE)]


def _same(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"{column} = NEW.{column}" for column in columns)


def _sqlite(name: str, table: str, event: str, when: str) -> str:
    condition = f"WHEN {when} " if when else ""
    return (
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} FOR EACH ROW "
        f"{condition}BEGIN SELECT RAISE(ABORT, '{MESSAGE}: {event} on {table} refused'); END"
    )


def _require_postgresql(vendor: str) -> None:
    if vendor != "postgresql":
        message = f"Foureyes runs on PostgreSQL and SQLite, not on {vendor}"
        raise ValueError(message)
