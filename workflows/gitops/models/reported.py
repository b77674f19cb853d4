"""What came back from outside: who people are there, hints, runs, reports; and alarms over it."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.scopes import Scope
from governance.sentences import recalled
from workflows.gitops.models.ours import SHA1


class ForgeLogin(models.Model):
    """What a person is called at a forge, so that we know who merged."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(
        "governance.Person", on_delete=models.PROTECT, related_name="forge_logins"
    )
    forge = models.CharField(_("forge"), max_length=40)
    login = models.CharField(_("name there"), max_length=100)
    added_at = models.DateTimeField(_("added"), default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["forge", "login"]
        verbose_name = _("forge log-in")
        verbose_name_plural = _("forge log-ins")
        constraints: ClassVar = [
            models.UniqueConstraint(name="forge_login_once", fields=["forge", "login"])
        ]

    def __str__(self) -> str:
        return f"{self.login} ({self.forge})"


class WebhookDelivery(models.Model):
    """A hint from outside that was verified; what it hints at is read again, never believed.

    `source` is the name of a forge connection, or tekton, argo_cd or flux. `payload` has no
    secrets any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    source = models.CharField(_("source"), max_length=40)
    delivery_id = models.CharField(_("delivery"), max_length=200)
    event = models.CharField(_("event"), max_length=100)
    body_sha256 = models.CharField(max_length=64)
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField(_("received"), default=timezone.now, editable=False)
    processed_at = models.DateTimeField(_("processed"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=200, blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-received_at"]
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints: ClassVar = [
            models.UniqueConstraint(name="webhook_delivery_once", fields=["source", "delivery_id"])
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.event} {self.delivery_id}"


class RunStatus(models.TextChoices):
    """What became of a pipeline run, in the words of Tekton's dashboard."""

    PENDING = "pending", _("Pending")
    RUNNING = "running", _("Running")
    SUCCEEDED = "succeeded", _("Succeeded")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class PipelineRun(models.Model):
    """A run of a delivery pipeline, as Tekton reported it last. Its words prove nothing."""

    scope: ClassVar[str] = "promotion__version__model"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    uid = models.CharField(max_length=100, unique=True)
    promotion = models.ForeignKey(
        "workflows.Promotion", on_delete=models.PROTECT, related_name="pipeline_runs"
    )
    name = models.CharField(_("name"), max_length=253)
    pipeline = models.CharField(_("pipeline"), max_length=253, blank=True, default="")
    namespace = models.CharField(_("namespace"), max_length=253, blank=True, default="")
    status = models.CharField(_("status"), max_length=12, choices=RunStatus)
    reason = models.CharField(_("reason"), max_length=200, blank=True, default="")
    commit = models.CharField(_("commit"), max_length=SHA1, blank=True, default="")
    labels = models.JSONField(_("labels"), default=dict)
    created_at = models.DateTimeField(_("created"))
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        verbose_name = _("pipeline run")
        verbose_name_plural = _("pipeline runs")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="pipeline_run_status_known", condition=Q(status__in=RunStatus.values)
            )
        ]

    def __str__(self) -> str:
        return self.name


class SyncReport(models.Model):
    """What Argo CD or Flux said last about one application."""

    scope: ClassVar[str] = "target"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    source = models.CharField(_("source"), max_length=40)
    application = models.CharField(_("application"), max_length=253)
    target = models.ForeignKey(
        "workflows.Target", on_delete=models.PROTECT, related_name="sync_reports"
    )
    revision = models.CharField(_("revision"), max_length=SHA1, blank=True, default="")
    synced = models.BooleanField(_("synced"), default=False)
    health = models.CharField(_("health"), max_length=20, blank=True, default="")
    message = models.CharField(_("message"), max_length=500, blank=True, default="")
    observed_at = models.DateTimeField(_("observed"))
    reported_at = models.DateTimeField(_("reported"), default=timezone.now)

    class Meta:
        ordering: ClassVar = ["-reported_at"]
        verbose_name = _("sync report")
        verbose_name_plural = _("sync reports")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="sync_report_one_an_application", fields=["source", "application"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.application} {self.health}"


class AlarmKind(models.TextChoices):
    """What is wrong between what was approved and what stands in a repository or cluster."""

    DIVERGED = "diverged", _("Merged content differs from what was approved")
    DRIFTED = "drifted", _("The repository was changed without an approval")
    INSIDER = "insider", _("Merged by somebody who took part in the version")
    # Also people who are known here: no role of theirs merges.
    STRANGER = "stranger", _("Merged by somebody who may not merge here")
    DEGRADED = "degraded", _("Reported unhealthy")
    FROZEN = "frozen", _("Merged although it was held")


class PromotionAlarm(models.Model):
    """Something that a person must look at; it stays until one says what was done about it."""

    scope: ClassVar[str] = "promotion__version__model"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    promotion = models.ForeignKey(
        "workflows.Promotion", on_delete=models.PROTECT, related_name="alarms"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=AlarmKind)
    # What makes it the same alarm when it is seen again: a commit, a digest.
    occasion = models.CharField(max_length=64)
    text = models.TextField(_("what was seen"))
    raised_at = models.DateTimeField(_("raised"), default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "governance.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answer = models.TextField(_("what was done"), blank=True, default="")

    class Meta:
        ordering: ClassVar = ["-raised_at"]
        verbose_name = _("alarm of a promotion")
        verbose_name_plural = _("alarms of promotions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="promotion_alarm_once", fields=["promotion", "kind", "occasion"]
            ),
            models.CheckConstraint(
                name="promotion_alarm_kind_known", condition=Q(kind__in=AlarmKind.values)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.told}"

    @property
    def told(self) -> str:
        """What was seen, in the reader's language."""
        return str(recalled(self.text))

    @property
    def headline(self) -> str:
        """What it is about, in the reader's language."""
        return str(AlarmKind(self.kind).label)

    def access_scope(self) -> Scope:
        """An alarm is looked after where its version is."""
        return self.promotion.access_scope()
