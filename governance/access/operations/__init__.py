"""Writes of access: who may do what is only ever changed here, and every change is in the log."""

from governance.access.operations.bootstrap import FirstAdministrator, bootstrap
from governance.access.operations.grants import ADMINISTRATOR, Holder, grant, revoke
from governance.access.operations.people import (
    add_person,
    add_portfolio,
    add_service_account,
    involve,
)
from governance.access.operations.signing_in import (
    refuse_sign_in,
    set_preferences,
    sign_in,
    sign_out,
    stranger,
)
from governance.access.operations.tokens import issue_token, revoke_token, touch_token

__all__ = [
    "ADMINISTRATOR",
    "FirstAdministrator",
    "Holder",
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
