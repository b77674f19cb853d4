"""Policies, calendars and freezes in the Django admin."""

from django.contrib import admin

from workflows.policies.models import BusinessCalendar, Freeze, Policy, PolicyVersion

admin.site.register(BusinessCalendar, list_display=("title", "name"))
admin.site.register(
    Freeze, list_display=("reason", "portfolio", "model", "begins_at", "ends_at", "lifted_at")
)
admin.site.register(Policy, list_display=("title", "name", "tier", "portfolio", "model"))
admin.site.register(PolicyVersion, list_display=("policy", "number", "state", "put_in_force_at"))
