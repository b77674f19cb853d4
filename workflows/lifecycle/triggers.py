"""The state machine once more, in the database: made from the same table of edges. Pure.

The trigger refuses a version that is born outside `draft`, an edge that the table does not have,
a change of state without a new number in the log, and a number that is set back. It binds
everybody who can write to the table, raw SQL included. It is a belt; what proves is the log.
"""

from governance.inventory.states import State
from workflows.lifecycle.transitions import pairs

TABLE = "governance_modelversion"
_KNOWN = ", ".join(f"'{source}>{target}'" for source, target in pairs())
_BORN = f"NEW.state <> '{State.DRAFT}'"
_MOVED = "NEW.state <> OLD.state"
_ILLEGAL = f"OLD.state || '>' || NEW.state NOT IN ({_KNOWN})"
_UNLOGGED = "NEW.audit_seq <= OLD.audit_seq"
# Never lower, even while the state stays: or a number could be made new in two steps.
_SET_BACK = "NEW.audit_seq < OLD.audit_seq"

SQLITE = [
    "DROP TRIGGER IF EXISTS version_born_as_draft",
    "DROP TRIGGER IF EXISTS version_moves_on_edges",
    f"""CREATE TRIGGER version_born_as_draft BEFORE INSERT ON {TABLE} WHEN {_BORN}
        BEGIN SELECT RAISE(ABORT, 'a version is born as a draft'); END""",
    f"""CREATE TRIGGER version_moves_on_edges BEFORE UPDATE ON {TABLE}
        WHEN {_SET_BACK} OR ({_MOVED} AND ({_ILLEGAL} OR {_UNLOGGED}))
        BEGIN SELECT RAISE(ABORT, 'no such move, or no entry in the log for it'); END""",
]

POSTGRESQL = [
    f"""CREATE OR REPLACE FUNCTION version_move_allowed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          IF TG_OP = 'INSERT' THEN
            IF {_BORN} THEN RAISE EXCEPTION 'a version is born as a draft'
              USING ERRCODE = 'check_violation'; END IF;
          ELSIF {_SET_BACK} OR ({_MOVED} AND ({_ILLEGAL} OR {_UNLOGGED})) THEN
            RAISE EXCEPTION USING ERRCODE = 'check_violation',
              MESSAGE = 'no such move, or no entry in the log for it: '
                || OLD.state || ' > ' || NEW.state;
          END IF;
          RETURN NEW;
        END $$""",
    f"DROP TRIGGER IF EXISTS version_moves_on_edges ON {TABLE}",
    f"""CREATE TRIGGER version_moves_on_edges BEFORE INSERT OR UPDATE ON {TABLE}
        FOR EACH ROW EXECUTE FUNCTION version_move_allowed()""",
]


def create_sql(vendor: str) -> list[str]:
    """The statements that put the trigger in place, on `sqlite` or `postgresql`.

    Where one stands that was made from an older table of edges, it takes its place.
    """
    return {"sqlite": SQLITE, "postgresql": POSTGRESQL}[vendor]
