"""A wording that was in force is never edited, in the database either. Pure.

Cases are decided under it, and what people signed names it: the text of a wording, once it is no
draft any more, does not change and does not leave, and it never becomes a draft again.
"""

TABLE = "workflows_policyversion"
MESSAGE = "a wording that was in force stays as it is"
_WRITTEN = "OLD.state <> 'draft'"
_SAME = ("id", "policy_id", "number", "definition", "drafted_by_id")


def create_sql(vendor: str) -> list[str]:
    """The statements that put the triggers in place on `sqlite` or `postgresql`."""
    return {"sqlite": _sqlite, "postgresql": _postgresql}[vendor]()


def _changed(differs: str) -> str:
    columns = " OR ".join(f"NEW.{name} {differs} OLD.{name}" for name in _SAME)
    return f"{_WRITTEN} AND (NEW.state = 'draft' OR {columns})"


def _sqlite() -> list[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END"
    return [
        f"""CREATE TRIGGER wording_not_edited BEFORE UPDATE ON {TABLE}
            WHEN {_changed("IS NOT")} {refuse}""",
        f"""CREATE TRIGGER wording_not_deleted BEFORE DELETE ON {TABLE} WHEN {_WRITTEN} {refuse}""",
    ]


def _postgresql() -> list[str]:
    return [
        f"""CREATE FUNCTION wording_stays() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              RAISE EXCEPTION '{MESSAGE}' USING ERRCODE = 'check_violation';
            END $$""",
        f"""CREATE TRIGGER wording_not_edited BEFORE UPDATE ON {TABLE}
            FOR EACH ROW WHEN ({_changed("IS DISTINCT FROM")}) EXECUTE FUNCTION wording_stays()""",
        f"""CREATE TRIGGER wording_not_deleted BEFORE DELETE ON {TABLE}
            FOR EACH ROW WHEN ({_WRITTEN}) EXECUTE FUNCTION wording_stays()""",
    ]
