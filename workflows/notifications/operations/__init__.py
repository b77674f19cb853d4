"""Telling people, what they do with it, and the mails that go out."""

from workflows.notifications.operations.channels import (
    add_channel,
    post_to_channel,
    reseal_channels,
    switch_channel,
    test_channel,
)
from workflows.notifications.operations.feeds import make_calendar, revoke_calendar
from workflows.notifications.operations.mailing import send_digests, send_mail
from workflows.notifications.operations.telling import (
    mark_notice_read,
    mark_notices_read,
    notify,
    set_mail_preferences,
)

__all__ = [
    "add_channel",
    "make_calendar",
    "mark_notice_read",
    "mark_notices_read",
    "notify",
    "post_to_channel",
    "reseal_channels",
    "revoke_calendar",
    "send_digests",
    "send_mail",
    "set_mail_preferences",
    "switch_channel",
    "test_channel",
]
