"""Access reviews: campaigns in which every assignment is kept or removed."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models.people import Person
from governance.access.models.roles import Portfolio, Role, RoleAssignment


class AccessReview(models.Model):
    """One campaign over all assignments of a portfolio, or of the organisation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    title = models.CharField(max_length=200)
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, null=True, blank=True)
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("access review")
        verbose_name_plural = _("access reviews")
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                name="review_due_after_it_opens", condition=Q(due_at__gt=F("opened_at"))
            )
        ]

    def __str__(self) -> str:
        return self.title


class AccessReviewItem(models.Model):
    """One assignment before its reviewer. What nobody decided is removed at the deadline."""

    class Verdict(models.TextChoices):
        OPEN = "open", _("open")
        KEEP = "keep", _("keep")
        REMOVE = "remove", _("remove")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(AccessReview, on_delete=models.PROTECT, related_name="items")
    assignment = models.ForeignKey(
        RoleAssignment, on_delete=models.PROTECT, related_name="review_items"
    )
    reviewer = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="review_items")
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.OPEN)
    reason = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("assignment under review")
        verbose_name_plural = _("assignments under review")
        ordering = ["review", "assignment"]
        constraints = [
            models.UniqueConstraint(fields=["review", "assignment"], name="reviewed_once")
        ]

    def __str__(self) -> str:
        return self.verdict


class GroupMapping(models.Model):
    """A group of the identity provider that gives a role here, at each sign-in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    provider = models.CharField(max_length=80)
    group = models.CharField(max_length=200)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, null=True, blank=True)
    # Empty in mappings from before authors were kept.
    added_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("group mapping")
        verbose_name_plural = _("group mappings")
        ordering = ["provider", "group"]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "group", "role", "portfolio"],
                name="group_mapping_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider}/{self.group} > {self.role_id}"
