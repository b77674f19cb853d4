"""The rows of the log. Entries, leaves and checkpoints are never changed: triggers refuse it.

`line` is the truth of an entry; the columns beside it are copies to search by. Everything else
can be computed again from the lines, and `verify` does.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import PROTECT, Q, Value
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils.translation import gettext_lazy as _

from governance.audit.lines import LARGEST_LINE

__all__ = [
    "AuditAnchor",
    "AuditCheckpoint",
    "AuditEntry",
    "AuditHead",
    "AuditKey",
    "AuditLeaf",
    "AuditNode",
    "AuditPending",
    "AuditPersonalValue",
    "AuditSubject",
]


class AuditEntry(models.Model):
    """One thing that happened. `id` is a UUIDv7; it stands in the line too."""

    id = models.UUIDField(primary_key=True, editable=False)
    line = models.BinaryField(max_length=LARGEST_LINE)
    occurred_at = models.DateTimeField()
    action = models.CharField(max_length=60)
    actor_id = models.UUIDField(null=True)
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    subject_seq = models.PositiveBigIntegerField()
    portfolio_id = models.UUIDField(null=True)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "subject_seq"], name="auditentry_subject_seq"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("line"), Value(LARGEST_LINE)),
                name="auditentry_line_size",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["occurred_at"], name="auditentry_occurred_at"),
            models.Index(fields=["actor_id", "occurred_at"], name="auditentry_actor"),
            models.Index(fields=["portfolio_id", "occurred_at"], name="auditentry_portfolio"),
            models.Index(fields=["action", "occurred_at"], name="auditentry_action"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject_type} {self.subject_id} #{self.subject_seq}"


class AuditPending(models.Model):
    """An entry that waits for its leaf. Only rows of this table ever leave."""

    n = models.BigAutoField(primary_key=True)
    # Written in one statement with the entry, which never leaves: `verify` looks, not the database.
    entry = models.OneToOneField(
        AuditEntry, on_delete=PROTECT, related_name="pending", db_constraint=False
    )

    class Meta:
        verbose_name = _("pending entry")
        verbose_name_plural = _("pending entries")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.n}: {self.entry_id}"


class AuditSubject(models.Model):
    """Where the chain of one subject stands; the row is its lock while an entry is written."""

    pk = models.CompositePrimaryKey("subject_type", "subject_id")
    subject_type = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    next_seq = models.PositiveBigIntegerField()
    last_hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("subject")
        verbose_name_plural = _("subjects")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id}"


class AuditLeaf(models.Model):
    """The place of an entry in the log, counted from 0 without a gap."""

    idx = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=PROTECT, related_name="leaf")
    leaf_hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("leaf")
        verbose_name_plural = _("leaves")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.idx}: {self.entry_id}"


class AuditNode(models.Model):
    """The hash above 256, 65536, … leaves: a cache that makes proofs cheap, never a truth."""

    pk = models.CompositePrimaryKey("height", "idx")
    height = models.PositiveSmallIntegerField()
    idx = models.PositiveBigIntegerField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("inner node")
        verbose_name_plural = _("inner nodes")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.height}/{self.idx}"


class AuditHead(models.Model):
    """The right edge of the tree. One row; whoever adds leaves compares and swaps `size`."""

    log_id = models.CharField(primary_key=True, max_length=255)
    size = models.PositiveBigIntegerField(default=0)
    frontier = models.BinaryField(max_length=64 * 32, default=b"")
    root = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = _("head")
        verbose_name_plural = _("heads")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.log_id} {self.size}"


class AuditKey(models.Model):
    """The public half of a key that signs checkpoints, in the text form of C2SP signed notes."""

    key_id = models.CharField(primary_key=True, max_length=8)
    vkey = models.CharField(max_length=400, unique=True)
    not_before = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("log key")
        verbose_name_plural = _("log keys")
        default_permissions = ()

    def __str__(self) -> str:
        return self.vkey


class AuditCheckpoint(models.Model):
    """A signed promise: so many leaves, this root. Only what stands in `note` is to be trusted."""

    size = models.PositiveBigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    key = models.ForeignKey(AuditKey, on_delete=PROTECT, related_name="checkpoints")
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        default_permissions = ()

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"


class AnchorKind(models.TextChoices):
    """Where a checkpoint is kept out of the operator's reach."""

    FILE = "file", _("file")
    GIT = "git", _("Git repository")
    RFC3161 = "rfc3161", _("time stamp")
    SYSLOG = "syslog", _("system log")
    WITNESS = "witness", _("witness")


class AuditAnchor(models.Model):
    """That a checkpoint lies somewhere outside: `ref` says where, `blob` is what came back."""

    checkpoint = models.ForeignKey(AuditCheckpoint, on_delete=PROTECT, related_name="anchors")
    kind = models.CharField(max_length=8, choices=AnchorKind.choices)
    ref = models.CharField(max_length=500)
    blob = models.BinaryField(default=b"")
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["checkpoint", "kind", "ref"], name="auditanchor_checkpoint_kind_ref"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref}"


class AuditPersonalValue(models.Model):
    """The text behind a commitment. Erasing empties salt and value; the entry stays as it is."""

    entry = models.ForeignKey(  # as in the queue; and the index of entry and path is enough
        AuditEntry,
        on_delete=PROTECT,
        related_name="personal_values",
        db_index=False,
        db_constraint=False,
    )
    path = models.CharField(max_length=100)
    salt = models.BinaryField(max_length=32)
    value = models.TextField(blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("personal value")
        verbose_name_plural = _("personal values")
        default_permissions = ()
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["entry", "path"], name="auditpersonalvalue_entry_path"),
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) | Q(value="", salt=b""),
                name="auditpersonalvalue_erased_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.path}"
