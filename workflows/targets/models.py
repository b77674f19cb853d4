"""Targets, in the order of their route, and promotions: what shall stand where, and why."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.scopes import ORGANISATION, Scope

SHA1 = 40
SHA256 = 64


class Environment(models.TextChoices):
    """What a target is for; a screen shows it beside the name."""

    TEST = "test", _("Test")
    STAGING = "staging", _("Staging")
    PRODUCTION = "production", _("Production")


class Flavour(models.TextChoices):
    """The shape of the files a target wants; each has a renderer in `manifests`."""

    KUSTOMIZE_KSERVE = "kustomize_kserve", _("Kustomize overlay with a KServe service")


class PromotionState(models.TextChoices):
    """Where a promotion stands; `progress.EDGES` lists the legal moves."""

    WAITING = "waiting", _("Waiting for an earlier target")
    PREPARING = "preparing", _("Preparing the pull request")
    OPEN = "open", _("Pull request open")
    MERGED = "merged", _("Merged")
    DEPLOYED = "deployed", _("Deployed")
    DIVERGED = "diverged", _("Diverged from what was approved")
    CLOSED = "closed", _("Closed without merging")
    SUPERSEDED = "superseded", _("Superseded")
    HELD = "held", _("Held")


class Target(models.Model):
    """One environment's place in one repository."""

    scope_portfolio: ClassVar[str] = "portfolio"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.SlugField(_("name"), max_length=40, unique=True)
    environment = models.CharField(_("environment"), max_length=16, choices=Environment)
    portfolio = models.ForeignKey(
        "governance.Portfolio",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="targets",
        verbose_name=_("portfolio"),
        help_text=_("Empty: a target of every portfolio."),
    )
    forge = models.CharField(_("forge"), max_length=16, default="local")
    repository = models.CharField(_("repository"), max_length=200)
    base_branch = models.CharField(_("base branch"), max_length=100, default="main")
    path = models.CharField(
        _("path"),
        max_length=200,
        default="models/{model}",
        help_text=_(
            "Folder of our files. {model}, {target}, {environment}, {portfolio} are known."
        ),
    )
    flavour = models.CharField(
        _("flavour"), max_length=24, choices=Flavour, default=Flavour.KUSTOMIZE_KSERVE
    )
    position = models.PositiveSmallIntegerField(
        _("position"),
        default=1,
        help_text=_("Place in the route; the same number goes at the same time."),
    )
    soak_s = models.PositiveIntegerField(
        _("soak, seconds"),
        default=0,
        help_text=_("How long a version stands here before the next target gets it."),
    )
    health_required = models.BooleanField(_("must report healthy"), default=False)
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        ordering: ClassVar = ["position", "name"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="target_environment_known", condition=Q(environment__in=Environment.values)
            ),
            models.CheckConstraint(
                name="target_flavour_known", condition=Q(flavour__in=Flavour.values)
            ),
            models.CheckConstraint(name="target_repository_given", condition=~Q(repository="")),
            models.CheckConstraint(name="target_path_given", condition=~Q(path="")),
        ]

    def __str__(self) -> str:
        return self.name

    def access_scope(self) -> Scope:
        """A target is looked after where its portfolio is, or by the whole organisation."""
        return self.portfolio.access_scope() if self.portfolio else ORGANISATION


class Promotion(models.Model):
    """What shall stand at one target because of one approval.

    `approved_content` is a list of `{path, sha256, text}`, exactly what the signers saw; it is
    written once, with the row. What gitops did about it lives in its own rows.
    """

    scope: ClassVar[str] = "version__model"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    approval_round = models.ForeignKey(
        "workflows.ApprovalRound", on_delete=models.PROTECT, related_name="promotions"
    )
    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="promotions")
    version = models.ForeignKey(
        "governance.ModelVersion", on_delete=models.PROTECT, related_name="promotions"
    )
    state = models.CharField(
        _("state"), max_length=12, choices=PromotionState, default=PromotionState.WAITING
    )
    state_reason = models.TextField(_("reason"), blank=True, default="")
    approved_content = models.JSONField(_("approved content"))
    content_digest = models.CharField(_("content digest"), max_length=SHA256)
    branch = models.CharField(_("branch"), max_length=200, blank=True, default="")
    base_commit = models.CharField(_("base commit"), max_length=SHA1, blank=True, default="")
    expected_head = models.CharField(_("expected head"), max_length=SHA1, blank=True, default="")
    merge_commit = models.CharField(_("merge commit"), max_length=SHA1, blank=True, default="")
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    merged_at = models.DateTimeField(_("merged"), null=True, blank=True)
    deployed_at = models.DateTimeField(_("deployed"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="promotion_once_a_round_and_target", fields=["approval_round", "target"]
            ),
            models.CheckConstraint(
                name="promotion_state_known", condition=Q(state__in=PromotionState.values)
            ),
            models.CheckConstraint(
                name="promotion_merged_names_commit",
                condition=~Q(state__in=["merged", "deployed"]) | ~Q(merge_commit=""),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="promotion_by_state", fields=["state", "target"]),
            models.Index(name="promotion_by_version", fields=["version", "created_at"]),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def access_scope(self) -> Scope:
        """A promotion is looked after where its version is."""
        return self.version.access_scope()
