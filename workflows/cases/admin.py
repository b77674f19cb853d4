"""Cases and tasks in the Django admin."""

from django.contrib import admin

from workflows.cases.models import Case, LiveChange, Task

admin.site.register(
    Case,
    list_display=("version", "kind", "opened_at", "closed_at", "outcome"),
    list_filter=("kind",),
)
admin.site.register(LiveChange, list_display=("case", "asked_by", "asked_at", "justified"))
admin.site.register(
    Task, list_display=("case", "verb", "role", "person", "state", "due_at"), list_filter=("state",)
)
