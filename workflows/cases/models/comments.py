"""What people say about a version beside deciding on it. Their words stand in the log alone."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models import Person
from governance.access.scopes import Scope
from governance.inventory.models import ModelVersion


class Comment(models.Model):
    """One comment as it was written. A change of it is another one, which says what it replaces."""

    scope: ClassVar[str] = "version__model"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="comments")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField(default=timezone.now)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaced_by"
    )
    mentioned = models.ManyToManyField(Person, related_name="+", blank=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-written_at"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.written_at:%Y-%m-%d %H:%M}"

    def access_scope(self) -> Scope:
        """A comment is looked after where its version is."""
        return self.version.access_scope()
