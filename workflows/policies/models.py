"""Policies as rows: written by one administrator, put in force by another, never edited after."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models import Person, Portfolio
from governance.access.scopes import ORGANISATION, Scope
from governance.inventory.models import RegisteredModel


class Policy(models.Model):
    """The rules of a tier; narrower ones may be written for a portfolio or one model."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    tier = models.PositiveSmallIntegerField(choices=RegisteredModel.Tier)
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, null=True, blank=True)
    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, null=True, blank=True)
    shipped = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")
        ordering = ["tier", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["tier", "portfolio", "model"],
                name="one_policy_a_scope",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return str(_(self.title))

    def access_scope(self) -> Scope:
        """A policy is looked after where it holds: for a model, a portfolio, or everywhere."""
        if self.model is not None:
            return self.model.access_scope()
        return self.portfolio.access_scope() if self.portfolio else ORGANISATION


class PolicyVersion(models.Model):
    """One wording of a policy. A case keeps the one it was submitted under."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        IN_FORCE = "in_force", _("in force")
        REPLACED = "replaced", _("replaced")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    definition = models.JSONField()
    # What changes and why, in the words of who drafted it.
    note = models.TextField(blank=True)
    drafted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    put_in_force_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="+"
    )
    put_in_force_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("policy version")
        verbose_name_plural = _("policy versions")
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policy_number_once"),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(state="in_force"), name="one_version_in_force"
            ),
            models.UniqueConstraint(
                fields=["policy"], condition=Q(state="draft"), name="one_draft_a_policy"
            ),
            models.CheckConstraint(
                name="two_administrators_a_policy",
                condition=~Q(drafted_by=F("put_in_force_by")) | Q(drafted_by=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.policy} v{self.number}"


class BusinessCalendar(models.Model):
    """Which days are worked: what due times count in. Its holidays are kept by administrators."""

    name = models.SlugField(max_length=60, primary_key=True)
    title = models.CharField(max_length=200)
    # Days of the week that are not worked, Monday 0.
    weekend = models.JSONField(default=list)
    # Names of days by date, as "2026-12-25".
    holidays = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("business calendar")
        verbose_name_plural = _("business calendars")
        ordering = ["name"]

    def __str__(self) -> str:
        return str(_(self.title))


class Freeze(models.Model):
    """Somebody has stopped the line: until it ends or is lifted, nothing goes live in its scope.

    A model's freeze names its portfolio too; one that names neither holds everywhere.
    """

    scope_portfolio: ClassVar[str] = "portfolio"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    portfolio = models.ForeignKey(
        Portfolio, on_delete=models.PROTECT, null=True, blank=True, related_name="freezes"
    )
    model = models.ForeignKey(
        RegisteredModel, on_delete=models.PROTECT, null=True, blank=True, related_name="freezes"
    )
    reason = models.TextField(_("reason"))
    begins_at = models.DateTimeField(_("begins"), default=timezone.now)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(default=timezone.now)
    lifted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.TextField(blank=True)

    class Meta:
        verbose_name = _("freeze")
        verbose_name_plural = _("freezes")
        ordering = ["-set_at"]
        constraints = [
            models.CheckConstraint(name="freeze_says_why", condition=~Q(reason="")),
            models.CheckConstraint(
                name="freeze_ends_after_it_begins",
                condition=Q(ends_at=None) | Q(ends_at__gt=F("begins_at")),
            ),
            models.CheckConstraint(
                name="freeze_of_a_model_names_its_portfolio",
                condition=Q(model=None) | Q(portfolio__isnull=False),
            ),
            models.CheckConstraint(
                name="freeze_lifted_by_somebody",
                condition=Q(lifted_at=None, lifted_by=None)
                | Q(lifted_at__isnull=False, lifted_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason[:60]}"

    def access_scope(self) -> Scope:
        """A freeze is set and lifted where it holds."""
        if self.model is not None:
            return self.model.access_scope()
        return self.portfolio.access_scope() if self.portfolio else ORGANISATION
