"""The rows of access: people, roles, teams, reviews, emergencies, one's own deputies."""

from tests.matrix.rows import (
    EVERYBODY,
    ORGANISATION,
    WHY,
    Methods,
    both,
    do,
    own_account,
    see,
)

PERSON = "/access/people/<person_id>/"
TEAM = "/access/teams/<team_id>/"
REVIEW = "/access/reviews/<review_id>/"

ADMINISTRATORS = ("portfolio_administrator", "administrator", "everywhere:administrator")
SITE = ("everywhere:administrator",)
# Who sees people sees everybody, but roles only where they look after them.
PEOPLE_HERE = ("auditor", "portfolio_administrator", "administrator", *ORGANISATION)
PEOPLE = (*both("auditor", "portfolio_administrator", "administrator"), *ORGANISATION)
GRANTERS = (*both("portfolio_administrator", "administrator"), "everywhere:administrator")
GLASS_HERE = ("head_of_model_risk", "administrator")
GLASS = (*both(*GLASS_HERE), "everywhere:administrator")

ACCESS: dict[str, Methods] = {
    "/access/people/": {"GET": see(*PEOPLE, outside=403)},
    "/access/people/add/": {
        "GET": see(*SITE, outside=403),
        "POST": do(
            *SITE,
            sends={
                "full_name": "Nora Next",
                "email": "nora@example.org",
                "username": "nora",
                "password": "a-long-first-word",
            },
            outside=403,
        ),
    },
    PERSON: {"GET": see(*PEOPLE, outside=403)},
    f"{PERSON}grant/": {
        "POST": do(
            *ADMINISTRATORS,
            at={"person_id": "{outsider_id}"},
            sends={"role": "auditor", "place": "{portfolio}", "holder": "person"} | WHY,
            outside=403,
            # The place is none that they may choose.
            but={"foreign:portfolio_administrator": 422, "foreign:administrator": 422},
        )
    },
    f"{PERSON}assignments/<assignment_id>/revoke/": {
        "POST": do(
            *ADMINISTRATORS,
            sends=WHY,
            others=404,
            but={"auditor": 403, "everywhere:auditor": 403},  # who see it
        )
    },
    f"{PERSON}deactivate/": {"POST": do(*SITE, sends=WHY, outside=403)},
    f"{PERSON}reactivate/": {"POST": do(*SITE, sends=WHY, answer=409, outside=403)},
    f"{PERSON}service-accounts/add/": {
        "POST": do(*SITE, sends={"username": "another-program"}, outside=403)
    },
    f"{PERSON}tokens/<token_id>/revoke/": {"POST": do(*ADMINISTRATORS, outside=403)},
    "/access/accounts/<account_id>/tokens/issue/": {
        "POST": do(
            *ADMINISTRATORS,
            sends={"name": "Another", "days": "30", "permissions": "model:view"},
            answer=200,
        )
    },
    "/access/roles/": {"GET": see(*PEOPLE, outside=403)},
    "/access/roles/add/": {
        "GET": see(*SITE, outside=403),
        "POST": do(
            *SITE,
            sends={"title": "Looker", "name": "looker", "permissions": "model:view"},
            outside=403,
        ),
    },
    "/access/roles/<name>/": {
        "GET": see(*PEOPLE, at={"name": "reader"}, outside=403),
        "POST": do(
            *SITE,
            at={"name": "reader"},
            sends={"title": "Reads", "permissions": "model:view"},
            outside=403,
        ),
    },
    "/access/roles/<name>/delete/": {"POST": do(*SITE, at={"name": "reader"}, outside=403)},
    "/access/teams/": {"GET": see(*PEOPLE, outside=403)},
    "/access/teams/add/": {
        "GET": see(*SITE, outside=403),
        "POST": do(*SITE, sends={"title": "Ops", "name": "ops"}, outside=403),
    },
    TEAM: {"GET": see(*PEOPLE, outside=403)},
    f"{TEAM}grant/": {
        "POST": do(
            *ADMINISTRATORS,
            sends={"role": "auditor", "place": "{portfolio}", "holder": "person"} | WHY,
            outside=403,
            but={"foreign:portfolio_administrator": 422, "foreign:administrator": 422},
        )
    },
    f"{TEAM}members/add/": {
        "POST": do(*SITE, sends={"person": "{outsider_id}"} | WHY, outside=403)
    },
    f"{TEAM}members/<person_id>/remove/": {
        "POST": do(*SITE, at={"person_id": "{member_id}"}, sends=WHY, outside=403)
    },
    # The grant of the samples is a person's, and no team's.
    f"{TEAM}assignments/<assignment_id>/revoke/": {"POST": do(sends=WHY, others=404)},
    "/access/matrix/": {"GET": see(*PEOPLE, outside=403)},
    "/access/history/": {"GET": see(*PEOPLE, outside=403)},
    "/access/tokens/": {"GET": see(*PEOPLE, outside=403)},
    "/access/export/<form>/": {"POST": do(*PEOPLE, answer=200, outside=403)},
    "/access/import/": {
        "GET": see(*GRANTERS, outside=403),
        "POST": do(*GRANTERS, answer=422, sends={"text": "no table"}, outside=403),
    },
    "/access/import/apply/": {
        "POST": do(*GRANTERS, answer=422, sends={"text": "no table"}, outside=403)
    },
    "/access/conflicts/": {"GET": see(*PEOPLE, outside=403)},
    "/access/conflicts/rules/add/": {
        "GET": see(*SITE, outside=403),
        "POST": do(
            *SITE,
            sends={"name": "mine", "kind": "role", "first": "auditor", "second": "reader"} | WHY,
            outside=403,
        ),
    },
    "/access/conflicts/rules/<name>/remove/": {
        "POST": do(*SITE, at={"name": "author-validator"}, sends=WHY, answer=409, outside=403)
    },
    "/access/groups/": {"GET": see(*GRANTERS, outside=403)},
    "/access/groups/add/": {
        "POST": do(
            *ADMINISTRATORS,
            sends={"group": "auditors", "role": "auditor", "place": "{portfolio}"},
            outside=403,
            but={"foreign:portfolio_administrator": 422, "foreign:administrator": 422},
        )
    },
    # None is there.
    "/access/groups/<mapping_id>/remove/": {"POST": do(others=404)},
    "/access/proposals/": {"GET": see(*GRANTERS, outside=403)},
    "/access/proposals/<proposal_id>/confirm/": {"POST": do(*ADMINISTRATORS)},
    "/access/proposals/<proposal_id>/decline/": {"POST": do(*ADMINISTRATORS, sends=WHY)},
    "/access/reviews/": {"GET": see(*GRANTERS, outside=403)},
    "/access/reviews/open/": {
        "GET": see(*GRANTERS, outside=403),
        "POST": do(
            *ADMINISTRATORS,
            sends={"title": "Winter", "place": "{portfolio}", "due_on": "2099-01-01"},
            outside=403,
            but={"foreign:portfolio_administrator": 422, "foreign:administrator": 422},
        ),
    },
    REVIEW: {"GET": see(*ADMINISTRATORS, others=404)},
    f"{REVIEW}export/": {"POST": do(*ADMINISTRATORS, answer=200, others=404)},
    f"{REVIEW}<item_id>/decide/": {
        "POST": do(
            "administrator",  # the one who was asked
            sends={"verdict": "keep"} | WHY,
            others=404,
            but={"portfolio_administrator": 403, "everywhere:administrator": 403},
        )
    },
    "/access/why/": {"GET": see(*EVERYBODY)},
    "/access/who/<name>/<number>/<permission>/": {
        "GET": see(
            *PEOPLE_HERE,
            outside=403,
            but=dict.fromkeys(both("auditor", "portfolio_administrator", "administrator")[3:], 404),
        )
    },
    "/access/emergencies/": {"GET": see(*GLASS, outside=403)},
    "/access/emergencies/break/": {
        "GET": see(*GLASS, outside=403),
        "POST": do(
            *GLASS_HERE,
            *SITE,
            sends={
                "role": "auditor",
                "place": "{portfolio}",
                "hours": "1",
                "reason": "On fire",
                "understood": "on",
            },
            outside=403,
            but={"foreign:head_of_model_risk": 422, "foreign:administrator": 422},
        ),
    },
    "/access/emergencies/<broken_id>/review/": {
        "POST": do(*GLASS_HERE, *SITE, sends={"note": "Was right"})
    },
    "/access/portfolios/add/": {
        "GET": see(*SITE, outside=403),
        "POST": do(*SITE, sends={"title": "Loans", "name": "loans"}, outside=403),
    },
    "/access/delegations/<delegation_id>/revoke/": {
        "POST": do(*ADMINISTRATORS, sends=WHY, others=404)
    },
    "/preferences/": {
        "GET": own_account(),
        "POST": own_account(302, sends={"theme": "dark", "language": "en"}),
    },
    "/preferences/deputies/": {
        "GET": own_account(),
        "POST": own_account(422, sends={"deputy": "{person_id}"}),  # not whole
    },
}
