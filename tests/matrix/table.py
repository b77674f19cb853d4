"""Every route of the site, and what it answers to whom. A route without a row fails the build.

    "/models/<name>/threshold/": {                 the path, as `routes.py` writes it
        "GET": see("model_owner"),                 a page, and which roles read it
        "POST": do("model_owner", sends={…}),      a form, who may send it, and what is sent
    },

Methods that do not stand here are refused with 405. Roles stand for people who hold them in the
portfolio that the samples of `world.py` belong to; `foreign:` for the same role elsewhere,
`everywhere:` for the whole organisation. `{name}` in what is sent is filled from the samples, and
`at` replaces samples in the address. Other roles are refused with 403 and outsiders with 404,
unless `others` and `outside` say otherwise. Access stands in
`administration.py`, the API in `programs.py`, what allauth brings in `accounts.py`.
"""

from tests.matrix.accounts import ACCOUNTS
from tests.matrix.administration import ACCESS, ADMINISTRATORS, SITE
from tests.matrix.programs import PROGRAMS
from tests.matrix.routes import routes
from tests.matrix.rows import (
    DRAFT,
    EVERYBODY,
    EVERYBODY_INSIDE,
    ORGANISATION,
    SUBMITTED,
    WHY,
    Methods,
    both,
    do,
    open_to_all,
    part,
    see,
)
from tests.matrix.rules import RULES
from tests.matrix.tracking import TRACKING

VERSION = "/models/<name>/versions/<number>/"
DEVELOPERS = ("model_developer", "model_owner")
SIGNER = "risk_officer"  # whom the shipped policies ask
WATCHERS = ("model_owner", "mlops_engineer")
LOG_HERE = ("auditor", "head_of_model_risk", "portfolio_administrator", "administrator")
LOG = (*both(*LOG_HERE), *ORGANISATION)
OWN_EXPORT = ("auditor", *ORGANISATION)
OTHERS_CHECKS = dict.fromkeys(set(LOG) - set(ORGANISATION), 404)
OTHERS_EXPORTS = dict.fromkeys(set(LOG) - set(OWN_EXPORT), 404)
ELSEWHERE = {f"foreign:{role}": 404 for role in LOG_HERE}

DECISION = {"digest": "{digest}", "comment": "Looked at"}
LIVE = {"number": 1}
PLACE = {
    "environment": "production",
    "forge": "local",
    "repository": "risk-models",
    "base_branch": "main",
    "path": "models/{{model}}",
    "flavour": "kustomize_kserve",
    "values_key": "model",
    "position": "1",
    "soak_h": "0",
}

DESK: dict[str, Methods] = {
    "/": {"GET": see(*EVERYBODY)},
    "/find/": {"GET": see(*EVERYBODY)},
    "/models/": {"GET": see(*EVERYBODY)},
    "/models/register/": {
        "GET": see(*both(*DEVELOPERS), outside=403),
        "POST": do(
            *DEVELOPERS,
            sends={"title": "New", "name": "new-one", "portfolio": "{portfolio}", "tier": "3"},
            outside=403,
            but={f"foreign:{role}": 422 for role in DEVELOPERS},  # no portfolio of theirs
        ),
    },
    "/inventory/<form>/": {"GET": see(*EVERYBODY, at={"form": "json"})},
    "/models/<name>/": {"GET": see(*EVERYBODY_INSIDE)},
    "/models/<name>/follow/": {"POST": do(*EVERYBODY_INSIDE, sends={"follow": "yes"})},
    "/models/<name>/threshold/": {
        "GET": see(*WATCHERS),
        "POST": do(*WATCHERS, sends={"kpi": "psi", "bound": "at_most", "value": "0.2"}),
    },
    "/models/<name>/compare/": {"GET": see(*EVERYBODY_INSIDE)},
    "/models/<name>/comparisons/": {
        "POST": do(*EVERYBODY_INSIDE, sends={"challenger": "2", "champion": "1"})
    },
    "/models/<name>/comparisons/<comparison_id>/": {"GET": see(*EVERYBODY_INSIDE)},
    # The worker has made it by now: the part that waits leads on, and nothing is to be cancelled.
    "/models/<name>/comparisons/<comparison_id>/state/": {
        "GET": part(*EVERYBODY_INSIDE, answer=302)
    },
    "/models/<name>/comparisons/<comparison_id>/cancel/": {
        "POST": do(*EVERYBODY_INSIDE, answer=409)
    },
    "/models/<name>/comparisons/<comparison_id>/<form>/": {
        "GET": see(*EVERYBODY_INSIDE, at={"form": "json"})
    },
    "/models/<name>/deciders/": {"GET": see(*EVERYBODY_INSIDE)},
    "/deployments/": {"GET": see(*EVERYBODY)},
    "/deployments/<promotion_id>/": {"GET": see(*EVERYBODY_INSIDE)},
    "/deployments/<promotion_id>/read-again/": {"POST": do("mlops_engineer", *ADMINISTRATORS)},
    "/deployments/<promotion_id>/request/": {
        "POST": do("mlops_engineer", sends={"reason": "On today's files"}, answer=409)
    },
    "/alarms/<alarm_id>/close/": {"POST": do("mlops_engineer", sends={"answer": "Put right"})},
    "/targets/": {"GET": see(*EVERYBODY)},
    "/targets/add/": {
        "GET": see(
            *ADMINISTRATORS,
            "foreign:portfolio_administrator",
            "foreign:administrator",
            outside=403,
        ),
        "POST": do(
            *ADMINISTRATORS,
            sends=PLACE | {"name": "another", "portfolio": "{portfolio}"},
            outside=403,
            # No portfolio of theirs.
            but={"foreign:portfolio_administrator": 422, "foreign:administrator": 422},
        ),
    },
    "/targets/<target_id>/": {"GET": see(*EVERYBODY_INSIDE)},
    "/targets/<target_id>/change/": {
        "GET": see(*ADMINISTRATORS),
        "POST": do(*ADMINISTRATORS, sends=PLACE | {"active": "on", "labels": "model"}),
    },
    "/targets/add-connection/": {
        "GET": see(*SITE, outside=403),
        "POST": do(
            *SITE,
            sends={
                "name": "another",
                "kind": "gitea",
                "base_url": "https://192.0.2.2",
                "token": "a-token-for-the-matrix",
            },
            outside=403,
        ),
    },
    "/connections/<connection_id>/renew/": {
        "GET": see(*SITE, outside=403),
        "POST": do(*SITE, sends={"token": "a-newer-token-for-it"}, outside=403),
    },
    # An address for documentation only: the test of the connection ends before anything is sent.
    "/connections/<connection_id>/test/": {
        "POST": do(*SITE, sends={"repository": "risk/prod"}, outside=403)
    },
    "/connections/<connection_id>/switch/": {
        "POST": do(*SITE, sends={"active": "no"}, outside=403)
    },
    "/notices/channels/": {"GET": see(*SITE, outside=403)},
    "/notices/channels/add/": {
        "GET": see(*SITE, outside=403),
        # No secret: 422, before anything is kept.
        "POST": do(
            *SITE,
            sends={
                "name": "another",
                "kind": "webhook",
                "address": "https://192.0.2.7/x",
                "events": "task",
            },
            answer=422,
            outside=403,
        ),
    },
    "/notices/channels/<channel_id>/test/": {"POST": do(*SITE, outside=403)},
    "/notices/channels/<channel_id>/switch/": {
        "POST": do(*SITE, sends={"active": "no"}, outside=403)
    },
    # Programs prove themselves by signature; a sender that nobody set up is not there.
    "/hooks/<source>/": {"POST": open_to_all(404, at={"source": "nobody"})},
    VERSION: {"GET": see(*EVERYBODY_INSIDE)},
    f"{VERSION}deciders/": {"GET": see(*EVERYBODY_INSIDE)},
    f"{VERSION}runs/": {"GET": see(*EVERYBODY_INSIDE)},
    f"{VERSION}comparison/": {"GET": see(*EVERYBODY_INSIDE)},
    f"{VERSION}comparison/<form>/": {"GET": see(*EVERYBODY_INSIDE, at={"form": "json"})},
    f"{VERSION}checks/": {"GET": part(*EVERYBODY_INSIDE)},
    f"{VERSION}validation-report/<form>/": {"GET": see(*EVERYBODY_INSIDE, at={"form": "json"})},
    f"{VERSION}checks/cancel/": {"POST": do(*DEVELOPERS, at=SUBMITTED, answer=409)},
    f"{VERSION}checks/restart/": {"POST": do(*DEVELOPERS, at=SUBMITTED, answer=409)},
    f"{VERSION}panel/": {"GET": part(*EVERYBODY_INSIDE)},
    f"{VERSION}timeline/": {"GET": part(*EVERYBODY_INSIDE)},
    # Answers that are no 302: let in, and then told what is missing or no longer so.
    f"{VERSION}submit/": {"POST": do(*DEVELOPERS, at=DRAFT, answer=422)},
    # Whoever may withdraw is let in, and told that nobody is asked for a successor.
    f"{VERSION}abandon-revision/": {"POST": do(*DEVELOPERS, at=SUBMITTED, sends=WHY, answer=409)},
    f"{VERSION}withdraw/": {"POST": do(*DEVELOPERS, at=SUBMITTED, sends=WHY)},
    f"{VERSION}retire/": {
        "POST": do("model_owner", "head_of_model_risk", at=LIVE, sends=WHY, answer=409)
    },
    f"{VERSION}write-validation-report/": {
        "POST": do(
            "model_validator",
            at=SUBMITTED,
            sends={"scope": "All", "tests": "Some", "conclusion": "Good", "independent": "on"},
        )
    },
    f"{VERSION}decide/": {"POST": do(SIGNER, sends=DECISION | {"decision": "reject"})},
    f"{VERSION}validate/": {
        "POST": do("model_validator", at=SUBMITTED, sends=DECISION, answer=409)
    },
    f"{VERSION}begin-signature/": {"POST": do(SIGNER, sends=DECISION, answer=200)},
    f"{VERSION}approve/": {
        "POST": do(
            SIGNER,
            sends=DECISION | {"nonce": "{job_id}", "password": "two-pairs-of-eyes"},
            answer=409,
        )
    },
    f"{VERSION}reject/": {"POST": do(SIGNER, sends=DECISION)},
    f"{VERSION}request-changes/": {"POST": do(SIGNER, sends=DECISION)},
    f"{VERSION}raise-finding/": {
        "POST": do("model_validator", sends={"title": "Thin", "severity": "low"})
    },
    f"{VERSION}request-evidence/": {"POST": do(*LOG_HERE, *ORGANISATION)},
    f"{VERSION}evidence/<file_id>/": {
        "GET": see(*EVERYBODY_INSIDE, at=LIVE | {"file_id": "{evidence_id}"})
    },
    f"{VERSION}artifacts/<file_id>/": {
        "GET": see(*EVERYBODY_INSIDE, at=LIVE | {"file_id": "{artifact_id}"})
    },
    "/findings/<finding_id>/answer/": {"POST": do(*DEVELOPERS, sends={"answer": "Will do"})},
    "/findings/<finding_id>/close/": {"POST": do("model_validator")},
    "/alerts/<alert_id>/": {"GET": see(*EVERYBODY_INSIDE)},
    "/alerts/<alert_id>/close/": {"POST": do(*WATCHERS, sends=WHY)},
    "/jobs/<job_id>/retry/": {"POST": do("mlops_engineer", *ADMINISTRATORS)},
    "/forge/": {"GET": see(*EVERYBODY)},
    "/forge/<repository>/<number>/": {"GET": see(*EVERYBODY_INSIDE, at={"number": "{pull}"})},
    "/forge/<repository>/<number>/merge/": {
        "POST": do(
            "mlops_engineer",
            at={"number": "{pull}"},
            sends={"seen_head": "{seen_head}"},
            answer=409,
        )
    },
    "/forge/<repository>/<number>/close/": {
        "POST": do("mlops_engineer", at={"number": "{pull}"}, sends=WHY, answer=409)
    },
}

TRAIL: dict[str, Methods] = {
    "/log/": {"GET": see(*LOG, outside=403)},
    "/log/verify/": {
        "GET": see(*LOG, answer=302, outside=403),
        "POST": do(*LOG, outside=403),
    },
    "/log/verifications/<verification_id>/": {
        "GET": see(*ORGANISATION, outside=403, but=OTHERS_CHECKS)
    },
    "/log/verifications/<verification_id>/state/": {
        "GET": see(*ORGANISATION, outside=403, but=OTHERS_CHECKS)
    },
    "/log/verifications/<verification_id>/cancel/": {
        "POST": do(*ORGANISATION, outside=403, but=OTHERS_CHECKS)
    },
    # What leaves, and what is kept how long, concerns the whole organisation.
    "/log/feeds/": {"GET": see(*ORGANISATION, outside=403)},
    "/log/feeds/add/": {
        "GET": see(*SITE, outside=403),
        "POST": do(*SITE, sends={"name": "two", "address": "tls://1.1.1.1"}, outside=403),
    },
    # A collector of system logs knows no secret: 422.
    "/log/feeds/<feed_id>/renew/": {
        "GET": see(*SITE, outside=403),
        "POST": do(*SITE, sends={"secret": "a" * 40}, answer=422, outside=403),
    },
    "/log/feeds/<feed_id>/switch/": {"POST": do(*SITE, sends={"active": "no"}, outside=403)},
    "/log/retention/": {"GET": see(*ORGANISATION, outside=403)},
    "/log/retention/set/": {"POST": do(*SITE, sends={"name": "use", "days": "500"}, outside=403)},
    "/log/holds/set/": {
        "GET": see(*SITE, outside=403),
        "POST": do(*SITE, sends={"title": "Case", **WHY}, outside=403),
    },
    "/log/holds/<hold_id>/lift/": {"POST": do(*SITE, sends=WHY, outside=403)},
    "/log/erasures/request/": {
        "GET": see(*SITE, outside=403),
        "POST": do(*SITE, sends={"person": "{outsider_id}", **WHY}, outside=403),
    },
    # The one administrator here asked for it: another has to decide.
    "/log/erasures/<erasure_id>/confirm/": {"POST": do(outside=403)},
    "/log/erasures/<erasure_id>/decline/": {"POST": do(sends=WHY, outside=403)},
    "/log/verify.py": {"GET": open_to_all()},
    "/log/export/": {"POST": do(*LOG, sends={"format": "csv"}, outside=403)},
    "/log/exports/": {"GET": see(*LOG, outside=403)},
    # One's own, and of everybody for who reads the log of the whole organisation.
    "/log/exports/<export_id>/": {"GET": see(*OWN_EXPORT, outside=403, but=OTHERS_EXPORTS)},
    "/log/exports/<export_id>/cancel/": {"POST": do(*OWN_EXPORT, outside=403, but=OTHERS_EXPORTS)},
    "/log/exports/<export_id>/download/": {
        "POST": do(*OWN_EXPORT, answer=409, outside=403, but=OTHERS_EXPORTS)  # not written yet
    },
    "/log/checkpoints/": {"GET": see(*LOG, outside=403)},
    # No authority stamps anything here.
    "/log/checkpoints/<size>/time-stamp/": {
        "GET": see(*LOG, at={"size": 1}, answer=404, outside=403)
    },
    "/log/<entry_id>/": {"GET": see(*LOG_HERE, *ORGANISATION, outside=403, but=ELSEWHERE)},
    "/log/<entry_id>/proof/": {"GET": see(*LOG_HERE, *ORGANISATION, outside=403, but=ELSEWHERE)},
    "/log/<entry_id>/receipt/": {"GET": see(*LOG_HERE, *ORGANISATION, outside=403, but=ELSEWHERE)},
}

SITE_ITSELF: dict[str, Methods] = {
    "/favicon.ico": {"GET": open_to_all(302), "HEAD": open_to_all(302)},
    "/healthz": {"GET": open_to_all(), "HEAD": open_to_all()},
    "/readyz": {"GET": open_to_all(), "HEAD": open_to_all()},
    "/i18n/theme/": {"POST": open_to_all(302, sends={"theme": "dark"})},
}

# Lists and rows of all models that subjects register, alike; a row that is not there leads back.
DJANGO_ADMIN: dict[str, Methods] = {
    path: {"GET": see(*SITE, answer=302 if "<object_id>" in path else 200, outside=403)}
    for path in routes()
    if path.startswith("/admin/")
}

TABLE: dict[str, Methods] = {
    **DJANGO_ADMIN,
    **DESK,
    **TRAIL,
    **RULES,
    **TRACKING,
    **ACCESS,
    **PROGRAMS,
    **SITE_ITSELF,
    **ACCOUNTS,
}
