"""Rows of the table: notices, the board, cycle times, the past, and decisions beside yes and no."""

from tests.matrix.rows import (
    EVERYBODY,
    EVERYBODY_INSIDE,
    ORGANISATION,
    WHY,
    Methods,
    both,
    do,
    open_to_all,
    part,
    see,
)

VERSION = "/models/<name>/versions/<number>/"
SIGNER = "risk_officer"
MEETERS = ("model_developer", "model_owner", "mlops_engineer")
LOG_HERE = ("auditor", "head_of_model_risk", "portfolio_administrator", "administrator")
LOG = (*both(*LOG_HERE), *ORGANISATION)
DECISION = {"digest": "{digest}", "comment": "Looked at"}
CONDITION = "/conditions/<condition_id>/"
LIVE_CHANGE = "/live-changes/<case_id>/"
REVALIDATION = "/revalidations/<case_id>/"
DUE = {"case_id": "{revalidation_id}"}
JUDGED = {
    "scope": "All",
    "tests": "Three",
    "conclusion": "Good",
    "outcome": "validated",
    "independent": "on",
}
STOPPERS = ("model_owner", "mlops_engineer", "head_of_model_risk")
COMMENTERS = (
    "model_developer",
    "model_owner",
    "model_validator",
    "risk_officer",
    "head_of_model_risk",
    "mlops_engineer",
)
SIGNERS = ("risk_officer", "mlops_engineer")

TRACKING: dict[str, Methods] = {
    "/notices/": {"GET": see(*EVERYBODY)},
    "/notices/mark-read/": {"POST": do(*EVERYBODY, sends={"all": "yes"})},
    # A notice is its reader's alone; nobody here has this one.
    "/notices/<notice_id>/": {"GET": see(*EVERYBODY, answer=404)},
    "/notices/mail/": {
        "GET": see(*EVERYBODY),
        "POST": do(*EVERYBODY, sends={"language": "xx"}, answer=422),
    },
    "/notices/calendar/make/": {"POST": do(*EVERYBODY, answer=200)},
    "/notices/calendar/revoke/": {"POST": do(*EVERYBODY)},
    # Calendars sign in by the address alone; one that nobody made is not there.
    "/calendar/<secret>.ics": {"GET": open_to_all(404, at={"secret": "nobody"})},
    "/cases/": {"GET": see(*EVERYBODY)},
    # The change of what is live is an open case, too.
    "/cases/<case_id>/snooze/": {"POST": do(*EVERYBODY_INSIDE, sends={"days": "1"})},
    "/cases/<case_id>/acknowledge/": {"POST": do(*EVERYBODY_INSIDE)},
    # What nobody here may see is told case by case, on a page.
    "/cases/set-aside/": {
        "POST": do(*EVERYBODY_INSIDE, sends={"later": "1", "case": "{case_id}"}, outside=409)
    },
    # To whom and why is asked first.
    "/cases/delegate/": {"POST": do(*EVERYBODY, sends={"case": "{case_id}"}, answer=200)},
    "/filters/save/": {"GET": see(*EVERYBODY), "POST": do(*EVERYBODY, answer=422)},
    # A filter is its owner's alone; nobody here has this one.
    "/filters/<filter_id>/delete/": {"POST": do(*EVERYBODY, answer=404)},
    "/cases/cycle-times/": {"GET": see(*LOG, outside=403)},
    "/log/as-of/": {"GET": see(*LOG, outside=403)},
    "/verify/": {"GET": open_to_all()},
    f"{VERSION}attention/": {
        "POST": do(*EVERYBODY_INSIDE, sends={"seconds": "5", "section": "checks"}, answer=204)
    },
    f"{VERSION}comment/": {
        "GET": see(*COMMENTERS),
        "POST": do(*COMMENTERS, sends={"text": "Looks thin in the last quarter."}),
    },
    f"{VERSION}comment/people/": {"GET": part(*COMMENTERS)},
    # A comment is its writer's alone to change; nobody here wrote this one.
    f"{VERSION}comment/<comment_id>/": {
        "GET": see(*EVERYBODY_INSIDE, answer=404),
        "POST": do(*EVERYBODY_INSIDE, answer=404),
    },
    f"{VERSION}set-conditions/": {"POST": do(*EVERYBODY_INSIDE, sends=DECISION, answer=200)},
    # A signature page that is not whole: begin again.
    f"{VERSION}sign-elsewhere/": {"POST": do(*EVERYBODY_INSIDE, answer=409)},
    f"{VERSION}finish-signature/": {"GET": see(*EVERYBODY, answer=302)},
    f"{VERSION}abstain/": {"POST": do(SIGNER, sends=DECISION)},
    f"{VERSION}recuse/": {"POST": do(SIGNER, sends=DECISION)},
    # Nobody is chosen: 422, before anything is asked.
    f"{VERSION}delegate/": {"POST": do(*EVERYBODY_INSIDE, sends=DECISION, answer=422)},
    f"{VERSION}admit/": {"POST": do(*EVERYBODY_INSIDE, answer=422)},
    f"{VERSION}waive-gate/": {"POST": do(*EVERYBODY_INSIDE, answer=422)},
    # A suspension is asked for already, so nothing else can be.
    f"{VERSION}suspend/": {"POST": do(*STOPPERS, SIGNER, at={"number": 1}, sends=WHY, answer=409)},
    f"{VERSION}resume/": {"POST": do(*STOPPERS, at={"number": 1}, sends=WHY, answer=409)},
    f"{VERSION}roll-back/": {"POST": do(*STOPPERS, at={"number": 1}, sends=WHY, answer=409)},
    LIVE_CHANGE: {"GET": see(*EVERYBODY_INSIDE)},
    # Another digest than that of the change: what was seen is not what is there.
    f"{LIVE_CHANGE}begin-signature/": {"POST": do(*SIGNERS, sends=DECISION, answer=409)},
    f"{LIVE_CHANGE}sign/": {"POST": do(*SIGNERS, sends=DECISION, answer=409)},
    f"{LIVE_CHANGE}refuse/": {"POST": do(*SIGNERS, sends=DECISION, answer=409)},
    f"{LIVE_CHANGE}sign-elsewhere/": {"POST": do(*EVERYBODY_INSIDE, answer=409)},
    f"{LIVE_CHANGE}finish-signature/": {"GET": see(*EVERYBODY, answer=302)},
    # Nothing was signed yet.
    f"{LIVE_CHANGE}review/": {
        "POST": do(
            "model_validator",
            "head_of_model_risk",
            sends={"text": "Right", "justified": "yes"},
            answer=409,
        )
    },
    REVALIDATION: {"GET": see(*EVERYBODY_INSIDE, at=DUE)},
    f"{REVALIDATION}validate-again/": {"POST": do("model_validator", at=DUE, sends=JUDGED)},
    f"{VERSION}reports/<report>/file/": {"GET": see(*EVERYBODY_INSIDE, answer=404)},
    f"{CONDITION}meet/": {"POST": do(*MEETERS, sends={"evidence": "Done"})},
    # Nobody has said yet that it is met.
    f"{CONDITION}close/": {"POST": do(SIGNER, "head_of_model_risk", answer=409)},
    # Only who set it takes it back: here Rita, who is none of the callers.
    f"{CONDITION}void/": {"POST": do(sends={"reason": "Because"})},
}
