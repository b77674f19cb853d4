"""Cases and tasks in the Django admin."""

from django.contrib import admin

from workflows.cases.models import (
    Case,
    Comment,
    Follow,
    LiveChange,
    Revalidation,
    SavedFilter,
    Snooze,
    Task,
    UseException,
)

admin.site.register(
    Case,
    list_display=("version", "kind", "opened_at", "closed_at", "outcome"),
    list_filter=("kind",),
)
admin.site.register(LiveChange, list_display=("case", "asked_by", "asked_at", "justified"))
admin.site.register(
    Task, list_display=("case", "verb", "role", "person", "state", "due_at"), list_filter=("state",)
)
admin.site.register(
    Revalidation, list_display=("version", "trigger", "due_on", "outcome"), list_filter=("trigger",)
)
admin.site.register(
    UseException,
    list_display=("version", "granted_by", "expires_at", "state"),
    list_filter=("state",),
)
admin.site.register(Follow, list_display=("person", "model", "since"))
admin.site.register(Comment, list_display=("version", "author", "written_at"))
admin.site.register(SavedFilter, list_display=("person", "name", "created_at"))
admin.site.register(Snooze, list_display=("person", "case", "until"))
