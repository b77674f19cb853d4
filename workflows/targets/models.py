"""Targets, in the order of their route, and promotions: what shall stand where, and why."""

from typing import ClassVar
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.scopes import ORGANISATION, Scope
from governance.sentences import recalled

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
    KUSTOMIZE_DEPLOYMENT = "kustomize_deployment", _("Kustomize overlay with a Deployment")
    OVERLAY_KSERVE = "overlay_kserve", _("KServe service in a Kustomize overlay of a team's own")
    OVERLAY_DEPLOYMENT = (
        "overlay_deployment",
        _("Image of a Deployment in a Kustomize overlay of a team's own"),
    )
    KSERVE = "kserve", _("KServe service as one file")
    DEPLOYMENT = "deployment", _("Deployment as one file")
    HELM_VALUES = "helm_values", _("Values of a Helm chart")


class ForgeKind(models.TextChoices):
    """Which protocol a forge speaks; `local` is the embedded one and needs no connection."""

    GITHUB = "github", _("GitHub")
    GITLAB = "gitlab", _("GitLab")
    GITEA = "gitea", _("Gitea or Forgejo")
    PLAIN_GIT = "plain_git", _("Plain Git")


class PromotionKind(models.TextChoices):
    """Why something shall stand at a target, or stand there no more."""

    DEPLOY = "deploy", _("Deploy")
    ROLL_BACK = "roll_back", _("Roll back")
    SUSPEND = "suspend", _("Suspend")
    RETIRE = "retire", _("Retire")
    RESUME = "resume", _("Resume")


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


class ForgeConnection(models.Model):
    """How Foureyes reaches one forge. Name, kind and address never change: approvals name them.

    `sealed_token` and `sealed_secret` are encrypted (`sealing`); only `token_hint`, the last four
    characters, is ever shown. `checks` is what the last test found, a list of `{check, ok, text}`.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    name = models.SlugField(_("name"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=ForgeKind)
    base_url = models.CharField(_("address"), max_length=300)
    username = models.CharField(_("account"), max_length=100, blank=True, default="")
    sealed_token = models.TextField(editable=False)
    token_hint = models.CharField(_("token"), max_length=8, blank=True, default="")
    token_ends_on = models.DateField(_("token ends"), null=True, blank=True)
    sealed_secret = models.TextField(editable=False, blank=True, default="")
    ca_certificate = models.TextField(
        _("certificate of your own authority"), blank=True, default=""
    )
    active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    renewed_at = models.DateTimeField(_("token since"), default=timezone.now)
    tested_at = models.DateTimeField(_("tested"), null=True, blank=True)
    checks = models.JSONField(_("result of the test"), default=list)

    class Meta:
        ordering: ClassVar = ["name"]
        verbose_name = _("forge connection")
        verbose_name_plural = _("forge connections")
        constraints: ClassVar = [
            models.CheckConstraint(
                name="forge_connection_kind_known", condition=Q(kind__in=ForgeKind.values)
            ),
            models.CheckConstraint(
                name="forge_connection_not_local", condition=~Q(name__in=["", "local"])
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def access_scope(self) -> Scope:
        """Connections are looked after by the whole organisation."""
        return ORGANISATION


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
    forge = models.CharField(
        _("forge"),
        max_length=40,
        default="local",
        help_text=_("Name of a forge connection, or local for the embedded forge."),
    )
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
    application = models.CharField(
        _("application"),
        max_length=200,
        blank=True,
        default="",
        help_text=_("Its name in Argo CD or Flux; {model} and {target} are known."),
    )
    values_key = models.CharField(
        _("place in the values"),
        max_length=100,
        blank=True,
        default="model",
        help_text=_(
            "Helm values only: where our values stand, as in serving.model or models[name=credit]."
        ),
    )
    deployment = models.CharField(
        _("Deployment"),
        max_length=100,
        blank=True,
        default="",
        help_text=_(
            "Deployment in an overlay of a team's own only: its name there. {model} and {target} "
            "are known. Empty: the model's name."
        ),
    )
    image_there = models.CharField(
        _("image there"),
        max_length=200,
        blank=True,
        default="",
        help_text=_(
            "Deployment in an overlay of a team's own only: the image that it runs, as its base "
            "names it, without a tag. Empty: the model's name."
        ),
    )
    # {labels, reviewers, assignees: [name], draft: bool, milestone: name}, as far as given.
    wishes = models.JSONField(_("wishes for the pull request"), default=dict, blank=True)
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
    written once, with the row. A text of null says that no such file shall be there; an entry with
    `fields` instead of a text names the places that we manage in a file of somebody else's, each
    with its value (`places`). What gitops did about it lives in its own rows.
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
    kind = models.CharField(
        _("kind"), max_length=12, choices=PromotionKind, default=PromotionKind.DEPLOY
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
    # The same for all that were asked for in one act.
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now, editable=False)
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    merged_at = models.DateTimeField(_("merged"), null=True, blank=True)
    synced_at = models.DateTimeField(_("synced"), null=True, blank=True)
    healthy_at = models.DateTimeField(_("healthy"), null=True, blank=True)
    deployed_at = models.DateTimeField(_("deployed"), null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["created_at", "id"]
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="promotion_once_a_round_and_target",
                fields=["approval_round", "target"],
                # What was closed may be asked for again by name; never two at once.
                condition=Q(kind="deploy") & ~Q(state="closed"),
            ),
            models.UniqueConstraint(
                name="promotion_one_under_way_of_a_kind",
                fields=["version", "target", "kind"],
                condition=~Q(kind="deploy")
                & Q(state__in=["waiting", "preparing", "open", "held", "merged"]),
            ),
            models.CheckConstraint(
                name="promotion_kind_known", condition=Q(kind__in=PromotionKind.values)
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

    @property
    def reason(self) -> str:
        """Why it stands where it stands, in the reader's language."""
        return str(recalled(self.state_reason))

    def access_scope(self) -> Scope:
        """A promotion is looked after where its version is."""
        return self.version.access_scope()
