"""Telling people, what they do with it, and the mails that go out."""

from workflows.notifications.operations.feeds import make_calendar, revoke_calendar
from workflows.notifications.operations.mailing import send_digests, send_mail
from workflows.notifications.operations.telling import (
    mark_notice_read,
    mark_notices_read,
    notify,
    set_mail_preferences,
)

__all__ = [
    "make_calendar",
    "mark_notice_read",
    "mark_notices_read",
    "notify",
    "revoke_calendar",
    "send_digests",
    "send_mail",
    "set_mail_preferences",
]
