"""Exports of the log in the Django admin: what was asked for, by whom, and what came of it."""

from django.contrib import admin

from governance.trail.models import LogExport

admin.site.register(
    LogExport,
    list_display=("format", "account", "requested_at", "entries", "written_at", "removed_at"),
)
