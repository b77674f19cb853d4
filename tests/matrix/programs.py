"""The rows of the API: only tokens get in, each with what it needs to succeed."""

from tests.matrix.rows import DRAFT, SUBMITTED, WHY, Methods, call, open_to_all

API = "/api/v1/models"
API_VERSION = f"{API}/<name>/versions/<number>"

PROGRAMS: dict[str, Methods] = {
    "/api/v1/version": {"GET": open_to_all()},
    "/api/v1/attestations/<digest>": {"GET": call("token", at={"digest": "{content_digest}"})},
    # For every token of the site; here no clock has signed a list yet.
    "/api/v1/standings": {"GET": call("token", "foreign:token", answer=404)},
    # No service account reads the log, and this call names no day.
    "/api/v1/as-of": {"GET": call("token", "foreign:token", answer=422)},
    # No service account reads the log.
    "/api/v1/log/entries/<entry_id>/receipt": {"GET": call(outside=403)},
    API: {
        "GET": call("token", "foreign:token"),
        "POST": call(
            "token",
            answer=201,
            sends={"name": "new-api", "title": "New", "portfolio": "{portfolio}", "tier": 3},
        ),
    },
    f"{API}/<name>": {"GET": call("token")},
    f"{API}/<name>/versions": {"POST": call("token", answer=201, sends={"label": "9.0.0"})},
    API_VERSION: {"GET": call("token")},
    f"{API_VERSION}/artifacts/<file_name>": {
        "PUT": call("token", answer=201, at=DRAFT, sends=b"x")
    },
    f"{API_VERSION}/evidence/<file_name>": {
        "PUT": call(
            "token",
            answer=201,
            at=DRAFT | {"file_name": "notes.txt?kind=document"},
            sends=b"x",
        )
    },
    # The draft of the samples has no files yet, and is refused for that.
    f"{API_VERSION}/submit": {
        "POST": call("token", answer=422, at=DRAFT, sends={"comment": "Done"})
    },
    # The checks of the samples have ended: let in, and told so.
    f"{API_VERSION}/checks/cancel": {"POST": call("token", at=SUBMITTED, answer=409)},
    f"{API_VERSION}/checks/restart": {"POST": call("token", at=SUBMITTED, answer=409)},
    f"{API_VERSION}/withdraw": {"POST": call("token", at=SUBMITTED, sends=WHY)},
    f"{API}/<name>/kpis": {
        "POST": call(
            "token",
            answer=201,
            sends={"version": 1, "kpi": "psi", "value": "0.1", "observed_on": "2026-01-01"},
        )
    },
}
