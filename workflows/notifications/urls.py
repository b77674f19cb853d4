"""Addresses of notices."""

from django.urls import path

from workflows.notifications.views.channels import (
    add_channel,
    channels,
    switch_channel,
    test_channel,
)
from workflows.notifications.views.notices import (
    calendar,
    mail_preferences,
    make_calendar,
    mark_notices_read,
    notices,
    open_notice,
    revoke_calendar,
)

urlpatterns = [
    path("notices/", notices, name="notices"),
    path("notices/mark-read/", mark_notices_read, name="mark_notices_read"),
    path("notices/calendar/make/", make_calendar, name="make_calendar"),
    path("notices/calendar/revoke/", revoke_calendar, name="revoke_calendar"),
    path("calendar/<str:secret>.ics", calendar, name="calendar"),
    path("notices/mail/", mail_preferences, name="mail_preferences"),
    path("notices/channels/", channels, name="channels"),
    path("notices/channels/add/", add_channel, name="add_channel"),
    path("notices/channels/<uuid:channel_id>/test/", test_channel, name="test_channel"),
    path("notices/channels/<uuid:channel_id>/switch/", switch_channel, name="switch_channel"),
    path("notices/<uuid:notice_id>/", open_notice, name="open_notice"),
]
