"""People and the accounts they come in by. Rows and constraints, no verbs."""

import uuid

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


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
    # Keys of one letter disturb who speaks to the computer (WCAG 2.1.4).
    single_keys = models.BooleanField(_("keys of one letter"), default=True)
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
