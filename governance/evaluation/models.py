"""What was measured about a version, and what the gates made of it."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.inventory.models import ModelVersion


class ComparisonReport(models.Model):
    """One champion/challenger comparison, kept by the digest of what it says.

    The same inputs give the same payload and so the same digest: an equal re-run changes nothing.
    """

    scope: ClassVar[str] = "version__model"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="comparisons")
    champion = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    digest = models.CharField(max_length=64)
    payload = models.JSONField()
    verdict = models.CharField(max_length=20)
    completed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("comparison")
        verbose_name_plural = _("comparisons")
        ordering = ["-completed_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "champion", "digest"],
                name="comparison_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.verdict} {self.digest[:8]}"


class GateResult(models.Model):
    """What one gate said of a version at its last run: value, threshold, outcome, evidence."""

    scope: ClassVar[str] = "version__model"

    class Outcome(models.TextChoices):
        PASSED = "passed", _("passed")
        FAILED = "failed", _("failed")
        WAIVED = "waived", _("waived")
        ERROR = "error", _("error")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="gates")
    gate = models.CharField(max_length=60)
    position = models.PositiveSmallIntegerField()
    required = models.BooleanField()
    threshold = models.CharField(max_length=40, blank=True)
    value = models.CharField(max_length=40, blank=True)
    outcome = models.CharField(max_length=8, choices=Outcome)
    reason = models.CharField(max_length=500, blank=True)
    evidence_sha256 = models.CharField(max_length=64, blank=True)
    tool_version = models.CharField(max_length=60)
    completed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("gate")
        verbose_name_plural = _("gates")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["version", "gate"], name="gate_once_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.outcome}"
