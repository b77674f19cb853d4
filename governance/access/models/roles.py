"""Portfolios, roles and who was given which. Rows and constraints, no verbs."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from governance.access.models.people import Person, Team, User
from governance.access.permissions import Permission
from governance.access.scopes import Scope

PERMISSIONS: tuple[tuple[str, str], ...] = tuple(
    (permission.value, permission.value) for permission in Permission
)


class Portfolio(models.Model):
    """The scope that roles are given in: a business line's models."""

    scope_portfolio = "pk"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("portfolio")
        verbose_name_plural = _("portfolios")
        ordering = ["title"]
        permissions = PERMISSIONS

    def __str__(self) -> str:
        return self.title

    def access_scope(self) -> Scope:
        """Where a permission on this portfolio is looked up."""
        return Scope(portfolio_id=self.pk, title=self.title)


class PortfolioGroupPermission(GroupObjectPermissionBase):
    """guardian's direct-key rows on portfolios: the projection of assignments, never the truth."""

    content_object = models.ForeignKey(Portfolio, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        pass


class Role(models.Model):
    """A named set of permissions. Roles are data; the permissions they name are code."""

    name = models.SlugField(primary_key=True, max_length=80)
    title = models.CharField(max_length=200)
    shipped = models.BooleanField(default=False)
    # A grant of it needs a second administrator.
    sensitive = models.BooleanField(_("sensitive"), default=False)
    # Who holds it must sign in with a second factor.
    mfa_required = models.BooleanField(_("second factor required"), default=False)

    class Meta:
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        ordering = ["title"]

    def __str__(self) -> str:
        return str(_(self.title))  # shipped titles stand in the catalogue


class RolePermission(models.Model):
    """One permission that a role gives."""

    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="permissions")
    permission = models.CharField(max_length=80, choices=PERMISSIONS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "permission"], name="role_permission_once")
        ]

    def __str__(self) -> str:
        return f"{self.role_id} {self.permission}"


class RoleAssignment(models.Model):
    """A role given to somebody in a scope, for a reason and a time: the truth about rights."""

    class ScopeKind(models.TextChoices):
        ORGANISATION = "organisation", _("organisation")
        PORTFOLIO = "portfolio", _("portfolio")
        MODEL = "model", _("model")

    class Source(models.TextChoices):
        PERSON = "person", _("an administrator")
        SIGN_ON = "sign_on", _("single sign-on")
        BREAK_GLASS = "break_glass", _("emergency access")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    account = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments"
    )
    scope_kind = models.CharField(max_length=12, choices=ScopeKind)
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, null=True, blank=True)
    model = models.ForeignKey(
        "governance.RegisteredModel", on_delete=models.PROTECT, null=True, blank=True
    )
    source = models.CharField(max_length=12, choices=Source, default=Source.PERSON)
    reason = models.CharField(max_length=500)
    # Why it was given although it conflicts with another role of the same person.
    conflict_reason = models.CharField(max_length=500, blank=True)
    starts_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_at = models.DateTimeField(default=timezone.now)
    granted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["-granted_at"]
        constraints = [
            models.CheckConstraint(
                name="assignment_one_holder",
                condition=(
                    Q(person__isnull=False, team__isnull=True, account__isnull=True)
                    | Q(person__isnull=True, team__isnull=False, account__isnull=True)
                    | Q(person__isnull=True, team__isnull=True, account__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="assignment_scope_fits_its_kind",
                condition=(
                    Q(scope_kind="organisation", portfolio__isnull=True, model__isnull=True)
                    | Q(scope_kind="portfolio", portfolio__isnull=False, model__isnull=True)
                    | Q(scope_kind="model", portfolio__isnull=True, model__isnull=False)
                ),
            ),
            models.CheckConstraint(
                name="assignment_ends_after_it_starts",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "role"],
                condition=Q(revoked_at__isnull=True),
                name="assignment_live_by_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.role_id} ({self.scope_kind})"
