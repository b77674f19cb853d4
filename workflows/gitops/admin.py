"""Pull requests and reports in the Django admin. Never: how a forge is spoken to."""

from django.contrib import admin

from workflows.gitops.models import (
    ChangeSet,
    ForgeLogin,
    ForgeTurn,
    PipelineRun,
    PromotionAlarm,
    PullRequest,
    SyncReport,
    WebhookDelivery,
)

admin.site.register(
    PullRequest, list_display=("repository", "number", "state", "opened_at"), list_filter=("state",)
)
admin.site.register(ChangeSet, list_display=("branch", "promotion", "prepared_at"))
admin.site.register(ForgeLogin, list_display=("login", "forge", "person", "added_at"))
admin.site.register(ForgeTurn, list_display=("host", "next_at"))
admin.site.register(
    PipelineRun, list_display=("pipeline", "name", "status", "promotion", "reported_at")
)
admin.site.register(
    PromotionAlarm, list_display=("kind", "promotion", "raised_at", "closed_at", "closed_by")
)
admin.site.register(
    SyncReport, list_display=("application", "target", "synced", "health", "observed_at")
)
admin.site.register(
    WebhookDelivery,
    list_display=("source", "event", "received_at", "processed_at", "outcome"),
    exclude=("payload",),
)
