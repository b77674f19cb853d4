"""Key figures of live versions, the thresholds they must hold, and the alerts when they do not."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models import Person
from governance.access.scopes import Scope
from governance.inventory.models import ModelVersion, RegisteredModel


class Threshold(models.Model):
    """The bound that one key figure of a model must hold."""

    scope: ClassVar[str] = "model"

    class Bound(models.TextChoices):
        AT_LEAST = "at_least", _("at least")
        AT_MOST = "at_most", _("at most")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, related_name="thresholds")
    kpi = models.SlugField(max_length=60)
    bound = models.CharField(max_length=10, choices=Bound)
    value = models.DecimalField(max_digits=20, decimal_places=8)
    set_at = models.DateTimeField(default=timezone.now)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("threshold")
        verbose_name_plural = _("thresholds")
        ordering = ["kpi"]
        constraints = [
            models.UniqueConstraint(fields=["model", "kpi", "bound"], name="threshold_once")
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.bound} {self.value}"


class KpiReading(models.Model):
    """One key figure of one version on one day."""

    scope: ClassVar[str] = "version__model"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="readings")
    kpi = models.SlugField(max_length=60)
    value = models.DecimalField(max_digits=20, decimal_places=8)
    observed_on = models.DateField()
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reading")
        verbose_name_plural = _("readings")
        ordering = ["-observed_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kpi", "observed_on"], name="reading_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.value}"


class Alert(models.Model):
    """A key figure that does not hold its threshold. At most one is open per model and figure."""

    scope: ClassVar[str] = "version__model"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="alerts")
    reading = models.ForeignKey(KpiReading, on_delete=models.PROTECT, related_name="alerts")
    kpi = models.SlugField(max_length=60)
    bound = models.CharField(max_length=10, choices=Threshold.Bound)
    threshold = models.DecimalField(max_digits=20, decimal_places=8)
    value = models.DecimalField(max_digits=20, decimal_places=8)
    raised_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        ordering = ["-raised_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "kpi", "bound"],
                condition=Q(closed_at__isnull=True),
                name="one_open_alert_a_figure",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kpi} {self.value}"

    def access_scope(self) -> Scope:
        """An alert is looked after where its version is."""
        return self.version.access_scope()
