"""Jobs in the Django admin: what waits, what was tried, which hosts do not answer."""

from django.contrib import admin

from governance.outbox.models import HostCircuit, OutboxJob

admin.site.register(
    OutboxJob,
    list_display=("topic", "key", "queue", "attempts", "created_at", "done_at", "parked_at"),
    list_filter=("topic", "queue"),
    search_fields=("key",),
    ordering=("-created_at",),
)
admin.site.register(HostCircuit, list_display=("host", "failures", "opened_at", "probe_at"))
