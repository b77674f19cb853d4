"""Writes of access: who may do what is only ever changed here, and every change is in the log."""

from governance.access.operations.bootstrap import (
    FirstAdministrator,
    bootstrap,
    name_administrator,
)
from governance.access.operations.clock import follow_windows
from governance.access.operations.delegations import delegate, revoke_delegation
from governance.access.operations.emergencies import (
    ask_for_review,
    break_glass,
    review_break_glass,
)
from governance.access.operations.exporting import export_grants
from governance.access.operations.grants import grant, revoke
from governance.access.operations.importing import apply_import, preview_import
from governance.access.operations.joining import admit, refuse_single_sign_on
from governance.access.operations.mapping import add_group_mapping, remove_group_mapping
from governance.access.operations.people import (
    add_person,
    add_portfolio,
    add_service_account,
    involve,
)
from governance.access.operations.proposals import confirm_proposal, decline_proposal
from governance.access.operations.rebuilding import rebuild_projection
from governance.access.operations.reminders import remind_reviewer, remind_reviewers
from governance.access.operations.reviews import close_due_reviews, decide_item, open_review
from governance.access.operations.roles import add_role, change_role, delete_role
from governance.access.operations.rules import add_conflict_rule, remove_conflict_rule
from governance.access.operations.signing_in import (
    lock_account,
    note_account_change,
    note_factor_removed,
    refuse_sign_in,
    set_preferences,
    sign_in,
    sign_out,
    stranger,
)
from governance.access.operations.standing import deactivate_person, reactivate_person
from governance.access.operations.teams import add_member, add_team, remove_member
from governance.access.operations.tokens import issue_token, revoke_token, touch_token
from governance.access.queries.administrators import ADMINISTRATOR
from governance.access.queries.conflicts import Holder

__all__ = [
    "ADMINISTRATOR",
    "FirstAdministrator",
    "Holder",
    "add_conflict_rule",
    "add_group_mapping",
    "add_member",
    "add_person",
    "add_portfolio",
    "add_role",
    "add_service_account",
    "add_team",
    "admit",
    "apply_import",
    "ask_for_review",
    "bootstrap",
    "break_glass",
    "change_role",
    "close_due_reviews",
    "confirm_proposal",
    "deactivate_person",
    "decide_item",
    "decline_proposal",
    "delegate",
    "delete_role",
    "export_grants",
    "follow_windows",
    "grant",
    "involve",
    "issue_token",
    "lock_account",
    "name_administrator",
    "note_account_change",
    "note_factor_removed",
    "open_review",
    "preview_import",
    "reactivate_person",
    "rebuild_projection",
    "refuse_sign_in",
    "refuse_single_sign_on",
    "remind_reviewer",
    "remind_reviewers",
    "remove_conflict_rule",
    "remove_group_mapping",
    "remove_member",
    "review_break_glass",
    "revoke",
    "revoke_delegation",
    "revoke_token",
    "set_preferences",
    "sign_in",
    "sign_out",
    "stranger",
    "touch_token",
]
