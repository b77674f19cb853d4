"""Policies in the Django admin."""

from django.contrib import admin

from workflows.policies.models import Policy, PolicyVersion

admin.site.register(Policy, list_display=("title", "name", "tier", "portfolio", "model"))
admin.site.register(PolicyVersion, list_display=("policy", "number", "state", "put_in_force_at"))
