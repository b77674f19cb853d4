"""What one person keeps for themselves: models they follow, cases for later, filters by name."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models import Person
from governance.inventory.models import RegisteredModel
from workflows.cases.models.cases import Case


class Follow(models.Model):
    """A person wants to see what is open about a model, whether or not they are asked."""

    scope: ClassVar[str] = "model"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, related_name="followers")
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("followed model")
        verbose_name_plural = _("followed models")
        constraints = [models.UniqueConstraint(fields=["person", "model"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.model_id}"


class Snooze(models.Model):
    """A person looks at a case again later. It goes on waiting for them, and its time runs.

    Without `until` they are done with it for now: it comes back when something new happens in it.
    """

    scope: ClassVar[str] = "case__version__model"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="snoozes")
    until = models.DateTimeField(null=True, blank=True)
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("case for later")
        verbose_name_plural = _("cases for later")
        constraints = [models.UniqueConstraint(fields=["person", "case"], name="snooze_once")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.case_id}"


class SavedFilter(models.Model):
    """A view of the inbox that a person named: the part of the address after the question mark."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=400)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="filter_name_once")]

    def __str__(self) -> str:
        return self.name
