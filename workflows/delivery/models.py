"""When each entry of the schedule last ran."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliverySchedule(models.Model):
    """The row that any number of ticks compete for, so that an entry runs once a period."""

    name = models.CharField(max_length=60, primary_key=True)
    last_run_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("schedule entry")
        verbose_name_plural = _("schedule entries")

    def __str__(self) -> str:
        return self.name
