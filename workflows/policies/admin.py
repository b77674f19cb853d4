"""Policies in the Django admin."""

from django.contrib import admin

from workflows.policies.models import Freeze, Policy, PolicyVersion

admin.site.register(
    Freeze, list_display=("reason", "portfolio", "model", "begins_at", "ends_at", "lifted_at")
)
admin.site.register(Policy, list_display=("title", "name", "tier", "portfolio", "model"))
admin.site.register(PolicyVersion, list_display=("policy", "number", "state", "put_in_force_at"))
