"""The rows of the auditor's side: exports that somebody asked for. Rows, no verbs."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import PROTECT, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models import User

__all__ = ["ExportFormat", "LogExport"]


class ExportFormat(models.TextChoices):
    """What a file of entries is for."""

    ZIP = "zip", _("Verifiable package (zip)")
    CSV = "csv", _("Table (CSV)")
    XLSX = "xlsx", _("Table (XLSX)")
    JSONL = "jsonl", _("Lines (JSONL)")


class LogExport(models.Model):
    """A part of the log that was asked for as a file, and what became of it.

    `scope` is a `governance.trail.scopes.Scope` as JSON: it was resolved when the export was asked
    for, within what the reader saw. `size` is how many leaves the log had; of these, `entries`
    are of the scope. The file lies under `settings.EXPORT_DIR` until it is `removed_at`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    format = models.CharField(max_length=5, choices=ExportFormat.choices)
    filters = models.JSONField(default=dict)
    scope = models.JSONField()
    since_note = models.TextField(blank=True)
    account = models.ForeignKey(User, on_delete=PROTECT, related_name="log_exports")
    requested_at = models.DateTimeField(default=timezone.now)
    request_entry = models.UUIDField(null=True)
    closing_entry = models.UUIDField(null=True)
    size = models.PositiveBigIntegerField(null=True)
    entries = models.PositiveBigIntegerField(null=True)
    digest = models.CharField(max_length=64, blank=True)
    file_sha256 = models.CharField(max_length=64, blank=True)
    file_size = models.PositiveBigIntegerField(null=True)
    written_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        default_permissions = ()
        indexes: ClassVar = [
            models.Index(
                fields=["expires_at"], condition=Q(removed_at=None), name="logexport_expires_at"
            ),
            models.Index(fields=["account", "-requested_at"], name="logexport_account"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(format__in=ExportFormat.values), name="logexport_format"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def file_name(self) -> str:
        """What the file is called where it is saved."""
        return f"log-{self.requested_at:%Y-%m-%d}-{str(self.pk)[:8]}.{self.format}"
