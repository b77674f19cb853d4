"""What was measured about a version, and what the gates made of it."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models import User
from governance.inventory.models import ModelVersion
from governance.sentences import recalled


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


class AskedComparison(models.Model):
    """A comparison of two versions of a model that somebody asked for; no decision binds to it.

    `champion` is the one that stands in the champion's place. `inputs` is the digest of all that
    the report is made of: who asks for the same gets the same row. `refusal` and `remedy` say why
    the two cannot be compared, as `kept` sentences.
    """

    scope: ClassVar[str] = "version__model"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    champion = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="+")
    inputs = models.CharField(max_length=64)
    margin = models.CharField(max_length=40)
    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    digest = models.CharField(max_length=64, blank=True)
    payload = models.JSONField(null=True, blank=True)
    verdict = models.CharField(max_length=20, blank=True)
    refusal = models.TextField(blank=True)
    remedy = models.TextField(blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("comparison asked for")
        verbose_name_plural = _("comparisons asked for")
        default_permissions = ()
        ordering = ["-asked_at"]
        indexes = [models.Index(fields=["version", "-asked_at"], name="asked_comparison_newest")]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "champion", "inputs"],
                condition=models.Q(cancelled_at=None, refusal=""),
                name="asked_comparison_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version} / {self.champion}"

    @property
    def ended(self) -> bool:
        """Whether a worker has nothing more to do for it."""
        return bool(self.completed_at or self.cancelled_at or self.refusal)

    @property
    def why_not(self) -> tuple[str, str]:
        """Why there is no report and what to do, in the reader's language."""
        return str(recalled(self.refusal)), str(recalled(self.remedy))


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
