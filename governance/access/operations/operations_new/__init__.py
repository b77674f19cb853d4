"""Writes of access: who may do what is only ever changed here, and every change is in the log."""

from governance.access.operations.granting import ADMINISTRATOR, Holder, grant, revoke
from governance.access.operations.granting import assign as _assign
from governance.access.operations.people import (
    FirstAdministrator,
    add_person,
    add_portfolio,
    add_service_account,
    bootstrap,
    involve,
)
from governance.access.operations.signing_in import (
    refuse_sign_in,
    set_preferences,
    sign_in,
    sign_out,
    stranger,
)
from governance.access.operations.tokens import (
    TOKEN_PREFIX,
    issue_token,
    revoke_token,
    touch_token,
)

__all__ = [
    "ADMINISTRATOR",
    "TOKEN_PREFIX",
    "FirstAdministrator",
    "Holder",
    "_assign",
    "add_person",
    "add_portfolio",
    "add_service_account",
    "bootstrap",
    "grant",
    "involve",
    "issue_token",
    "refuse_sign_in",
    "revoke",
    "revoke_token",
    "set_preferences",
    "sign_in",
    "sign_out",
    "stranger",
    "touch_token",
]
