"""One table four times: nobody follows it, or one of the peers does."""

import uuid

import pghistory
from auditlog.registry import auditlog
from django.db import models
from simple_history.models import HistoricalRecords


class Followed(models.Model):
    """A row as the product has many."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Bare(Followed):
    """Nobody follows this one."""

    class Meta:
        app_label = "histories"


@pghistory.track()
class Pghistory(Followed):
    """A trigger of the database copies the row."""

    class Meta:
        app_label = "histories"


class SimpleHistory(Followed):
    """A signal copies the row."""

    history = HistoricalRecords()

    class Meta:
        app_label = "histories"


class Auditlog(Followed):
    """A signal notes what differs."""

    class Meta:
        app_label = "histories"


auditlog.register(Auditlog)
