"""What keeps duties apart, and how rights are lent, proposed and broken open."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models.people import Person, Team, User
from governance.access.models.roles import Portfolio, Role, RoleAssignment
from governance.access.separation import Part


class Involvement(models.Model):
    """The part that a person played in one version. Separation of duties reads only this."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="involvements")
    version = models.ForeignKey(
        "governance.ModelVersion", on_delete=models.PROTECT, related_name="involvements"
    )
    part = models.CharField(max_length=12, choices=[(part.value, part.value) for part in Part])
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person", "part"], name="involvement_once_a_part"
            )
        ]

    def __str__(self) -> str:
        return f"{self.part}"


class ConflictRule(models.Model):
    """Two parts in one version, or two roles in one scope, that one person may not both have."""

    class Kind(models.TextChoices):
        PART = "part", _("parts in one version")
        ROLE = "role", _("roles in one scope")

    name = models.SlugField(primary_key=True, max_length=80)
    kind = models.CharField(max_length=4, choices=Kind)
    # For parts: who played `first` may not play `second` afterwards. For roles: either way.
    first = models.CharField(max_length=80)
    second = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    shipped = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("conflict rule")
        verbose_name_plural = _("conflict rules")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "first", "second"], name="conflict_rule_once")
        ]

    def __str__(self) -> str:
        return self.name


class Delegation(models.Model):
    """One person stands in for another, within a window. It cannot be passed on."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    giver = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations_given")
    deputy = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations_held")
    # Empty: everywhere that the giver holds a role.
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, null=True, blank=True)
    reason = models.CharField(max_length=500)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["-starts_at"]
        constraints = [
            models.CheckConstraint(
                name="delegation_ends_after_it_starts", condition=Q(ends_at__gt=F("starts_at"))
            ),
            models.CheckConstraint(
                name="delegation_to_somebody_else", condition=~Q(deputy=F("giver"))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.giver_id} > {self.deputy_id}"


class GrantProposal(models.Model):
    """A grant of a sensitive role that waits for a second administrator."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("waiting")
        CONFIRMED = "confirmed", _("confirmed")
        DECLINED = "declined", _("declined")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True)
    account = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, null=True, blank=True)
    model = models.ForeignKey(
        "governance.RegisteredModel", on_delete=models.PROTECT, null=True, blank=True
    )
    reason = models.CharField(max_length=500)
    conflict_reason = models.CharField(max_length=500, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    proposed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.OPEN)
    decided_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    assignment = models.OneToOneField(
        RoleAssignment, on_delete=models.PROTECT, null=True, blank=True, related_name="proposal"
    )

    class Meta:
        verbose_name = _("proposed grant")
        verbose_name_plural = _("proposed grants")
        ordering = ["-proposed_at"]
        constraints = [
            models.CheckConstraint(
                name="proposal_decided_by_another",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.role_id} {self.outcome}"


class BreakGlass(models.Model):
    """A role taken in an emergency: loud, short, and reviewed afterwards by somebody else."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    assignment = models.OneToOneField(
        RoleAssignment, on_delete=models.PROTECT, related_name="break_glass"
    )
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    started_at = models.DateTimeField(default=timezone.now)
    reviewed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                name="break_glass_reviewed_by_another",
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("person")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.started_at:%Y-%m-%d}"
