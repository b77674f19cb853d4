"""The rows of the auditor's side: exports, feeds, checks, what is kept and erased. No verbs."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import PROTECT, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models import Person, User
from governance.sentences import recalled

__all__ = [
    "Erasure",
    "ExportFormat",
    "LegalHold",
    "LogExport",
    "LogFeed",
    "LogVerification",
    "RetentionPeriod",
]


class ExportFormat(models.TextChoices):
    """What a file of entries is for."""

    ZIP = "zip", _("Verifiable package (zip)")
    CSV = "csv", _("Table (CSV)")
    XLSX = "xlsx", _("Table (XLSX)")
    JSONL = "jsonl", _("Lines (JSONL)")
    PDF = "pdf", _("Document to read (PDF)")


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


class LogFeed(models.Model):
    """Where entries go once they are signed. `cursor` is the first leaf that was not sent yet.

    `offered` is the leaf before which what may be on its way ends: sent again, it ends there too.
    `scope` is a `governance.trail.scopes.Scope` as JSON, within what who added the feed saw; names
    and free text leave only where it `discloses`. `last_error` is why nothing arrives, if so.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.CharField(max_length=40, unique=True)
    address = models.CharField(max_length=300)
    ca_certificate = models.TextField(blank=True)
    sealed_secret = models.TextField(blank=True)
    filters = models.JSONField(default=dict)
    scope = models.JSONField()
    discloses = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    account = models.ForeignKey(User, on_delete=PROTECT, related_name="log_feeds")
    added_at = models.DateTimeField(default=timezone.now)
    cursor = models.PositiveBigIntegerField(default=0)
    offered = models.PositiveBigIntegerField(default=0)
    sent = models.PositiveBigIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("feed")
        verbose_name_plural = _("feeds")
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    @property
    def error(self) -> str:
        """Why the last attempt failed, in the reader's language."""
        return str(recalled(self.last_error))


class LogVerification(models.Model):
    """A check of the whole log that somebody asked for; `found` is what it came to, as JSON."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    account = models.ForeignKey(User, on_delete=PROTECT, related_name="log_verifications")
    requested_at = models.DateTimeField(default=timezone.now)
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    found = models.JSONField(null=True)

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        default_permissions = ()

    def __str__(self) -> str:
        return f"verification {self.pk}"


class RetentionPeriod(models.Model):
    """After how many days personal values of a class of entries go; without a row they stay."""

    name = models.CharField(primary_key=True, max_length=20)
    days = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("retention period")
        verbose_name_plural = _("retention periods")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name}: {self.days}"


class LegalHold(models.Model):
    """Nothing within its `scope` (see LogFeed) is erased or removed before it is lifted."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    title = models.CharField(max_length=120)
    reason = models.TextField()
    filters = models.JSONField(default=dict)
    scope = models.JSONField()
    set_by = models.ForeignKey(User, on_delete=PROTECT, related_name="holds_set")
    set_at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(User, on_delete=PROTECT, null=True, related_name="holds_lifted")
    lifted_at = models.DateTimeField(null=True)
    lift_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("legal hold")
        verbose_name_plural = _("legal holds")
        default_permissions = ()

    def __str__(self) -> str:
        return self.title


class Erasure(models.Model):
    """Personal values that somebody wants gone: all of one person's, or those of one entry.

    Another person confirms or declines. `erased` of them are gone, `kept` had to stay.
    """

    class Outcome(models.TextChoices):
        """What became of it."""

        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=PROTECT, null=True, related_name="erasures")
    entry = models.UUIDField(null=True)
    reason = models.TextField()
    requested_by = models.ForeignKey(User, on_delete=PROTECT, related_name="erasures_requested")
    requested_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=9, choices=Outcome.choices, blank=True)
    decided_by = models.ForeignKey(User, on_delete=PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    erased = models.PositiveIntegerField(null=True)
    kept = models.PositiveIntegerField(null=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        default_permissions = ()
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) ^ Q(entry__isnull=True),
                name="erasure_person_or_entry",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at__isnull=True)
                | Q(outcome__in=("confirmed", "declined"), decided_at__isnull=False),
                name="erasure_decided_once",
            ),
        ]

    def __str__(self) -> str:
        return f"erasure {self.pk}"
