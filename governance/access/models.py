"""People, accounts, roles and what was granted to whom. Rows and constraints, no verbs."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase

from governance.access.permissions import Permission
from governance.access.scopes import Scope
from governance.access.separation import Part

PERMISSIONS: tuple[tuple[str, str], ...] = tuple(
    (permission.value, permission.value) for permission in Permission
)


class Person(models.Model):
    """A human being. Rules look at persons: all accounts of one person are one pair of eyes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    full_name = models.CharField(_("name"), max_length=200)
    email = models.EmailField(_("e-mail"), unique=True)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["full_name"]

    def __str__(self) -> str:
        return self.full_name


class UserManager(BaseUserManager["User"]):
    """Finds an account by the name that somebody signs in with."""


class User(AbstractBaseUser, PermissionsMixin):
    """An account: one way for one person, or for one service, to come in."""

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        SERVICE = "service", _("service account")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = models.CharField(_("account"), max_length=150, unique=True)
    email = models.EmailField(_("e-mail"), blank=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.PERSON)
    # For a service account: the human owner, without whom it does nothing.
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="accounts")
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(default=False)
    language = models.CharField(_("language"), max_length=5, blank=True)
    theme = models.CharField(_("theme"), max_length=5, blank=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """The name of the person behind the account, which screens and allauth show."""
        return self.person.full_name if self.kind == self.Kind.PERSON else self.username


class Team(models.Model):
    """People who hold roles together."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    members = models.ManyToManyField(Person, related_name="teams", blank=True)

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


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
    reason = models.CharField(max_length=500)
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


class ApiToken(models.Model):
    """A key for programs: shown once, kept as a hash, never more than its account may do."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    account = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=16)
    digest = models.CharField(max_length=64, unique=True)
    permissions = models.JSONField(default=list)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("token")
        verbose_name_plural = _("tokens")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}…"
