"""What comes with libraries: signing in, one's own account, the API's description.

Nothing here depends on roles. Libraries answer other methods as they like: the matrix asks only
that these break nothing, write nothing and tell nothing.
"""

from tests.matrix.rows import Methods, closed, open_to_all, own_account

HERE = "/accounts"
FACTORS = f"{HERE}/2fa"
LIBRARY: dict[str, Methods] = {
    f"{HERE}/": {"GET": open_to_all(302)},
    f"{HERE}/login/": {
        "GET": open_to_all(200, signed_in=302),
        "POST": open_to_all(200, signed_in=302),
    },
    f"{HERE}/logout/": {"GET": open_to_all(302, signed_in=200), "POST": open_to_all(302)},
    f"{HERE}/inactive/": {"GET": open_to_all()},
    f"{HERE}/signup/": {
        "GET": open_to_all(200, signed_in=302),
        "POST": open_to_all(200, signed_in=302),
    },
    f"{HERE}/reauthenticate/": {"GET": own_account(), "POST": own_account()},
    f"{HERE}/email/": closed(),
    f"{HERE}/confirm-email/": closed(),
    f"{HERE}/confirm-email/<key>/": {"GET": open_to_all(), "POST": open_to_all(404)},
    f"{HERE}/password/change/": {"GET": own_account(), "POST": own_account()},
    f"{HERE}/password/set/": closed(),
    f"{HERE}/password/reset/": {"GET": open_to_all(), "POST": open_to_all()},
    f"{HERE}/password/reset/done/": {"GET": open_to_all()},
    f"{HERE}/password/reset/key/done/": {"GET": open_to_all()},
    f"{HERE}/password/reset/key/<uidb36>-<key>/": {"GET": open_to_all(), "POST": open_to_all()},
    f"{HERE}/login/code/confirm/": {"GET": open_to_all(302), "POST": open_to_all(302)},
    f"{HERE}/3rdparty/": closed(),
    f"{HERE}/3rdparty/signup/": closed(),
    f"{HERE}/3rdparty/login/cancelled/": {"GET": open_to_all()},
    f"{HERE}/3rdparty/login/error/": {"GET": open_to_all(401)},
    f"{HERE}/social/login/cancelled/": {"GET": open_to_all(301)},
    f"{HERE}/social/login/error/": {"GET": open_to_all(301)},
    f"{HERE}/social/signup/": {"GET": open_to_all(301)},
    f"{HERE}/social/connections/": {"GET": open_to_all(301)},
    f"{HERE}/oidc/<provider_id>/login/": closed(),  # no provider is named here
    f"{HERE}/oidc/<provider_id>/login/callback/": closed(),
    f"{HERE}/sessions/": {"GET": own_account(), "POST": own_account(302)},
    # Whoever has not shown who they are for a while is asked again first: 302.
    f"{FACTORS}/": {"GET": own_account()},
    f"{FACTORS}/authenticate/": {"GET": open_to_all(302), "POST": open_to_all(302)},
    f"{FACTORS}/reauthenticate/": {"GET": own_account(302), "POST": own_account(302)},
    f"{FACTORS}/totp/activate/": {"GET": own_account(302), "POST": own_account(302)},
    f"{FACTORS}/totp/deactivate/": {"GET": own_account(404), "POST": own_account(404)},
    f"{FACTORS}/recovery-codes/": {"GET": own_account(404)},
    f"{FACTORS}/recovery-codes/generate/": {"GET": own_account(302), "POST": own_account(302)},
    f"{FACTORS}/recovery-codes/download/": {"GET": own_account(404)},
    f"{FACTORS}/webauthn/": {"GET": own_account()},
    f"{FACTORS}/webauthn/add/": {"GET": own_account(302), "POST": own_account(302)},
    f"{FACTORS}/webauthn/reauthenticate/": {"GET": own_account(302), "POST": own_account(302)},
    f"{FACTORS}/webauthn/keys/<pk>/remove/": {"GET": own_account(302), "POST": own_account(302)},
    f"{FACTORS}/webauthn/keys/<pk>/edit/": {"GET": own_account(302), "POST": own_account(302)},
    f"{FACTORS}/webauthn/login/": {"GET": open_to_all(302), "POST": open_to_all(302)},
    "/api/v1/": {"GET": open_to_all(404)},
    "/api/v1/docs": {"GET": open_to_all()},
    "/api/v1/openapi.json": {"GET": open_to_all()},
    "/i18n/setlang/": {"GET": open_to_all(302), "POST": open_to_all(302)},
}
ACCOUNTS = LIBRARY
