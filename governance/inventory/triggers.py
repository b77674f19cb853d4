"""A finding is answered and closed, never deleted: the database itself sees to it. Pure.

What a validator objected to stays with its version under its number, whoever writes to the table. A
migration that rebuilds the table on SQLite, where triggers go with it, runs `create_sql` again.
"""

TABLE = "governance_finding"
MESSAGE = "a finding is never deleted"
# What tells a finding from another, and whose it is: a finding elsewhere would be gone from here.
_SAME = ("id", "version_id", "number", "raised_by_id", "raised_at")


def create_sql(vendor: str) -> list[str]:
    """The statements that put the triggers in place on `sqlite` or `postgresql`."""
    return {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]()


def _moved(differs: str) -> str:
    return " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _SAME)


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    taken = "id = NEW.id OR (version_id = NEW.version_id AND number = NEW.number)"
    there = f"EXISTS (SELECT 1 FROM {TABLE} WHERE {taken})"  # noqa: S608  our own names
    return [
        f"CREATE TRIGGER finding_not_deleted BEFORE DELETE ON {TABLE} {refuse}",
        f"""CREATE TRIGGER finding_not_moved BEFORE UPDATE ON {TABLE}
            WHEN {_moved("IS NOT")} {refuse}""",
        # INSERT OR REPLACE removes the old row without asking the trigger on DELETE.
        f"CREATE TRIGGER finding_not_replaced BEFORE INSERT ON {TABLE} WHEN {there} {refuse}",
    ]


def _postgresql() -> list[str]:
    run = "EXECUTE FUNCTION finding_stays()"
    return [
        f"""CREATE FUNCTION finding_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation';
            END $$""",
        f"CREATE TRIGGER finding_not_deleted BEFORE DELETE ON {TABLE} FOR EACH ROW {run}",
        f"CREATE TRIGGER finding_not_truncated BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT {run}",
        f"""CREATE TRIGGER finding_not_moved BEFORE UPDATE ON {TABLE}
            FOR EACH ROW WHEN ({_moved("IS DISTINCT FROM")}) {run}""",
    ]
