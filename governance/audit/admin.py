"""Rows of the log in the Django admin. Never: salts and the personal values behind commitments."""

from django.contrib import admin

from governance.audit.models import AuditAnchor, AuditCheckpoint, AuditEntry, AuditKey

admin.site.register(
    AuditEntry,
    list_display=("occurred_at", "action", "subject_type", "subject_id", "subject_seq"),
    list_filter=("action",),
    search_fields=("subject_id",),
)
admin.site.register(AuditCheckpoint, list_display=("size", "key", "created_at"))
admin.site.register(AuditKey, list_display=("key_id", "not_before", "retired_at"))
admin.site.register(AuditAnchor, list_display=("checkpoint", "kind", "ref", "verified_at"))
