"""Policies are written by one administrator and put in force by another."""

from workflows.policies.operations.calendars import set_calendar
from workflows.policies.operations.drafting import discard_draft, draft_policy
from workflows.policies.operations.enforcing import put_policy_in_force

__all__ = ["discard_draft", "draft_policy", "put_policy_in_force", "set_calendar"]
