"""Pull requests in the Django admin. Never: what a forge is spoken to with."""

from django.contrib import admin

from workflows.gitops.models import ChangeSet, PullRequest

admin.site.register(
    PullRequest, list_display=("repository", "number", "state", "opened_at"), list_filter=("state",)
)
admin.site.register(ChangeSet, list_display=("branch", "promotion", "prepared_at"))
