"""Rows of the table: who reads, writes and puts in force the policies."""

from tests.matrix.rows import EVERYBODY, EVERYBODY_INSIDE, WHY, Methods, both, do, see

HERE = ("portfolio_administrator", "administrator")
SITE = "everywhere:administrator"
TIER_3, TARGET = {"name": "tier-3"}, {"name": "target"}
STOPPERS = ("risk_officer", "head_of_model_risk", "mlops_engineer", "administrator", SITE)
FOREIGN_STOPPERS = [f"foreign:{role}" for role in STOPPERS[:-1]]
DRAFT = "/policy-drafts/<draft_id>/"
POLICY = "/policies/<name>/"
NEW = {"title": "New", "name": "new-rules", "tier": "2", "place": "{portfolio}"}

RULES: dict[str, Methods] = {
    "/policies/": {"GET": see(*EVERYBODY)},
    POLICY: {"GET": see(*EVERYBODY, at=TIER_3)},
    f"{POLICY}versions/": {"GET": see(*EVERYBODY, at=TIER_3)},
    f"{POLICY}export/": {"GET": see(*EVERYBODY, at=TIER_3)},
    f"{POLICY}cases/": {"GET": see(*EVERYBODY, at=TIER_3)},
    # Rules for every portfolio are written by who looks after all of them. An empty form is 422.
    f"{POLICY}edit/": {
        "GET": see(SITE, at=TIER_3, outside=403),
        "POST": do(SITE, at=TIER_3, answer=422, outside=403),
    },
    f"{POLICY}edit-text/": {
        "GET": see(SITE, at=TIER_3, outside=403),
        "POST": do(SITE, at=TIER_3, answer=422, outside=403),
    },
    "/add-policy/": {
        "GET": see(*both(*HERE), SITE, outside=403),
        "POST": do(
            *HERE,
            SITE,
            sends=NEW,
            outside=403,
            but={f"foreign:{role}": 422 for role in HERE},  # no portfolio of theirs
        ),
    },
    DRAFT: {"GET": see(*EVERYBODY_INSIDE)},
    f"{DRAFT}effect/": {"GET": see(*EVERYBODY_INSIDE)},
    f"{DRAFT}put-in-force/": {
        "POST": do("administrator", SITE, sends={"digest": "{policy_digest}"})
    },
    f"{DRAFT}discard/": {"POST": do(*HERE, SITE)},
    "/calendars/<name>/": {
        "GET": see(*EVERYBODY, at=TARGET),
        "POST": do(SITE, at=TARGET, sends={"title": "Target", "holidays": ""}, outside=403),
    },
    "/models/<name>/tier/": {
        "GET": see("model_validator", "head_of_model_risk"),
        "POST": do(
            "model_validator",
            "head_of_model_risk",
            sends={"exposure_millions": "1", "use": "internal", "complexity": "simple"},
        ),
    },
    "/freezes/": {"GET": see(*EVERYBODY)},
    "/freezes/set/": {
        "POST": do(
            *STOPPERS,
            sends={"place": "{portfolio}", "reason": "Because"},
            outside=403,
            but=dict.fromkeys(FOREIGN_STOPPERS, 422),  # no portfolio of theirs
        )
    },
    "/freezes/<freeze_id>/lift/": {
        "POST": do("administrator", "head_of_model_risk", SITE, sends=WHY)
    },
    "/models/<name>/versions/<number>/apply-policy/": {
        "POST": do("administrator", "head_of_model_risk", SITE, sends=WHY)
    },
}
