"""Policies are written by one administrator and put in force by another; the line is stopped."""

from workflows.policies.operations.calendars import set_calendar
from workflows.policies.operations.drafting import discard_draft, draft_policy
from workflows.policies.operations.enforcing import put_policy_in_force
from workflows.policies.operations.freezes import lift_freeze, set_freeze

__all__ = [
    "discard_draft",
    "draft_policy",
    "lift_freeze",
    "put_policy_in_force",
    "set_calendar",
    "set_freeze",
]
