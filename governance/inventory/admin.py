"""Rows of the inventory in the Django admin."""

from django.contrib import admin

from governance.inventory.models import (
    Artifact,
    Evidence,
    Finding,
    ModelVersion,
    RegisteredModel,
)

admin.site.register(
    RegisteredModel,
    list_display=("title", "name", "portfolio", "tier", "owner"),
    list_filter=("tier", "portfolio"),
    search_fields=("title", "name"),
)
admin.site.register(
    ModelVersion,
    list_display=("model", "number", "label", "state", "submitted_at", "deployed_at"),
    list_filter=("state",),
    search_fields=("model__name", "label"),
)
admin.site.register(Artifact, list_display=("version", "name", "role", "sha256", "size"))
admin.site.register(Evidence, list_display=("version", "name", "kind", "sha256", "size"))
admin.site.register(
    Finding,
    list_display=("version", "number", "severity", "heading", "state"),
    list_filter=("severity", "state"),
)
