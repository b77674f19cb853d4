"""The validation of what is used: why it is asked for, what came of it, and use before it."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models import Person, Role
from governance.access.scopes import Scope
from governance.inventory.models import ModelVersion
from workflows.cases.models.cases import Case


class Revalidation(models.Model):
    """A version that is used is to be validated, again or at last: why, by when, what came of it.

    `occasion` names what asked for it, so that the same asks once. What was found stands here and
    not in the report that an approval binds to: that stays what it was.
    """

    scope: ClassVar[str] = "version__model"

    class Trigger(models.TextChoices):
        TIME = "time", _("its time has come")
        BREACH = "breach", _("a key figure left its bounds")
        TIER = "tier", _("its risk tier was raised")
        CHANGE = "change", _("the settings of its targets have changed")
        EXCEPTION = "exception", _("it is used before validation, by exception")

    class Outcome(models.TextChoices):
        VALIDATED = "validated", _("validated")
        WITH_FINDINGS = "with_findings", _("validated with findings")
        NOT_VALIDATED = "not_validated", _("not validated")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="revalidations"
    )
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="revalidation")
    trigger = models.CharField(max_length=10, choices=Trigger)
    occasion = models.CharField(max_length=120)
    due_on = models.DateField()
    # SHA-256 of the settings of the targets that it ran at when it was judged.
    route_digest = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=14, choices=Outcome, blank=True)
    scope_text = models.TextField(_("scope"), blank=True)
    tests = models.TextField(_("tests done"), blank=True)
    limits = models.TextField(_("limits"), blank=True)
    conclusion = models.TextField(_("conclusion"), blank=True)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("validation again")
        verbose_name_plural = _("validations again")
        ordering = ["-due_on"]
        constraints = [
            models.UniqueConstraint(fields=["version", "occasion"], name="asked_once_an_occasion"),
            models.CheckConstraint(
                name="revalidation_decided_by_somebody",
                condition=Q(outcome="", decided_by=None, decided_at=None)
                | (~Q(outcome="") & Q(decided_by__isnull=False, decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occasion} {self.outcome}"

    def access_scope(self) -> Scope:
        """It is looked after where its version is."""
        return self.version.access_scope()


class UseException(models.Model):
    """Leave to use a version before it is validated: within limits, until a moment. Never deleted.

    Its validation is asked for at once (`revalidation`) and due when it ends.
    """

    scope: ClassVar[str] = "version__model"

    class State(models.TextChoices):
        LIVE = "live", _("holds")
        VALIDATED = "validated", _("validated meanwhile")
        EXPIRED = "expired", _("ended without validation")
        REVOKED = "revoked", _("taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="use_exceptions"
    )
    revalidation = models.OneToOneField(
        Revalidation, on_delete=models.PROTECT, related_name="use_exception"
    )
    limits = models.TextField(_("limits of the use"))
    reason = models.TextField(_("reason"))
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    granted_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.LIVE)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("use before validation")
        verbose_name_plural = _("uses before validation")
        ordering = ["-granted_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(state="live"), name="one_live_exception_a_version"
            ),
            models.CheckConstraint(
                name="exception_says_why", condition=~Q(reason="") & ~Q(limits="")
            ),
            models.CheckConstraint(
                name="exception_ends_after_it_starts",
                condition=Q(expires_at__gt=models.F("granted_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.expires_at:%Y-%m-%d}"

    def access_scope(self) -> Scope:
        """It is looked after where its version is."""
        return self.version.access_scope()
