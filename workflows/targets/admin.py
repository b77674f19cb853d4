"""Targets and promotions in the Django admin."""

from django.contrib import admin

from workflows.targets.models import Promotion, Target

admin.site.register(
    Target,
    list_display=(
        "name",
        "environment",
        "portfolio",
        "repository",
        "flavour",
        "position",
        "active",
    ),
)
admin.site.register(
    Promotion, list_display=("version", "target", "state", "created_at"), list_filter=("state",)
)
