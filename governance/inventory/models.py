"""Registered models, their versions and what came with them. Rows and constraints, no verbs."""

import uuid
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import ConcurrentTransitionMixin, FSMField, FSMModelMixin
from guardian.models import GroupObjectPermissionBase

from governance.access.models import PERMISSIONS, Person, Portfolio, User
from governance.access.scopes import Scope
from governance.inventory.states import State
from governance.inventory.tiers import Complexity, Use
from governance.sentences import recalled


class RegisteredModel(models.Model):
    """The named, owned thing in the inventory, whose versions come and go."""

    scope: ClassVar[str] = ""

    class Tier(models.IntegerChoices):
        ONE = 1, _("Tier 1")
        TWO = 2, _("Tier 2")
        THREE = 3, _("Tier 3")

    class Kind(models.TextChoices):
        BINARY = "binary", _("whether an event happens")
        REGRESSION = "regression", _("a number")
        MULTICLASS = "multiclass", _("one of several classes")

    class Used(models.TextChoices):
        INTERNAL = Use.INTERNAL.value, _("internal analysis")
        SUPPORT = Use.SUPPORT.value, _("support of people who decide")
        DECISION = Use.DECISION.value, _("decisions about customers")
        REGULATORY = Use.REGULATORY.value, _("capital, provisions or reports to supervisors")

    class Complex(models.TextChoices):
        SIMPLE = Complexity.SIMPLE.value, _("simple: a formula or scorecard")
        MODERATE = Complexity.MODERATE.value, _("moderate: regression or few trees")
        COMPLEX = Complexity.COMPLEX.value, _("complex: many trees, networks, outside parts")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    portfolio = models.ForeignKey(Portfolio, on_delete=models.PROTECT, related_name="models")
    name = models.SlugField(_("name"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    purpose = models.TextField(_("purpose"), blank=True)
    description = models.TextField(_("description"), blank=True)
    kind = models.CharField(_("predicts"), max_length=12, choices=Kind, default=Kind.BINARY)
    tier = models.PositiveSmallIntegerField(_("tier"), choices=Tier)
    # What the tier was scored from; unknown until somebody said so.
    exposure_millions = models.PositiveIntegerField(_("exposure, millions"), null=True, blank=True)
    use = models.CharField(_("used for"), max_length=12, choices=Used, blank=True)
    complexity = models.CharField(_("complexity"), max_length=12, choices=Complex, blank=True)
    # Why the tier is another than the facts come to.
    tier_reason = models.TextField(_("reason"), blank=True)
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="owned_models")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("model")
        verbose_name_plural = _("models")
        ordering = ["title"]
        permissions = PERMISSIONS
        indexes = [models.Index(fields=["title", "id"], name="model_by_title")]
        constraints = [
            models.CheckConstraint(name="model_tier_known", condition=Q(tier__in=[1, 2, 3]))
        ]

    def __str__(self) -> str:
        return self.title

    def access_scope(self) -> Scope:
        """Where a permission on this model is looked up."""
        return Scope(portfolio_id=self.portfolio_id, model_id=self.pk, title=self.title)


class RegisteredModelGroupPermission(GroupObjectPermissionBase):
    """guardian's direct-key rows on models: the projection of assignments, never the truth."""

    content_object = models.ForeignKey(RegisteredModel, on_delete=models.CASCADE)

    class Meta(GroupObjectPermissionBase.Meta):
        pass


class ModelVersion(ConcurrentTransitionMixin, FSMModelMixin, models.Model):
    """One immutable submission of a model.

    Governance can read the state; only the proxy in `workflows/lifecycle` can move it, and the
    database refuses every edge that its table does not have.
    """

    scope: ClassVar[str] = "model"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    model = models.ForeignKey(RegisteredModel, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    label = models.CharField(_("label"), max_length=50, blank=True)
    state = FSMField(
        _("state"),
        max_length=12,
        default=State.DRAFT.value,
        choices=[(state.value, state.value) for state in State],
        protected=True,
    )
    # The version's last number in the log: a state may only change together with it.
    audit_seq = models.PositiveBigIntegerField(default=0)
    summary = models.TextField(_("summary"), blank=True)
    change_note = models.TextField(_("what changed"), blank=True)
    image = models.CharField(_("container image"), max_length=300, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    input_schema = models.JSONField(default=list, blank=True)
    # The version of the same model that was trained anew; unknown until its author says so.
    retrained_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("retrained from"),
    )
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    deployed_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager[Self]]

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["model", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["model"], condition=Q(state=State.DEPLOYED.value), name="one_champion"
            ),
            models.CheckConstraint(
                name="version_state_known", condition=Q(state__in=[s.value for s in State])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model.title} {self.label or self.number}"

    def access_scope(self) -> Scope:
        """A version is looked after where its model is."""
        return self.model.access_scope()


class Artifact(models.Model):
    """A file of a version, known by its SHA-256."""

    scope: ClassVar[str] = "version__model"

    class Role(models.TextChoices):
        MODEL = "model", _("model")
        CODE = "code", _("code")
        REQUIREMENTS = "requirements", _("requirements")
        OTHER = "other", _("other")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="artifacts")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=12, choices=Role)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("artefact")
        verbose_name_plural = _("artefacts")
        ordering = ["role", "name"]
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="artifact_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class Evidence(models.Model):
    """A file that a decision rests on: scored data, a document, test results."""

    scope: ClassVar[str] = "version__model"

    class Kind(models.TextChoices):
        SCORED_DATA = "scored_data", _("scored data")
        DOCUMENT = "document", _("document")
        TEST_RESULTS = "test_results", _("test results")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=Kind)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    # For scored data: which column is the score, the outcome, the segment, the key.
    columns = models.JSONField(default=dict, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint(fields=["version", "name"], name="evidence_name_once"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(kind="scored_data"), name="one_scored_file"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Finding(models.Model):
    """An objection, or what the product saw. It is answered and closed, never deleted."""

    scope: ClassVar[str] = "version__model"

    class Severity(models.TextChoices):
        HIGH = "high", _("high")
        MEDIUM = "medium", _("medium")
        LOW = "low", _("low")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveIntegerField()
    severity = models.CharField(max_length=8, choices=Severity)
    required = models.BooleanField(default=True)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answer = models.TextField(blank=True)
    # Who is asked to answer.
    owner = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField(null=True, blank=True)
    raised_at = models.DateTimeField(default=timezone.now)
    # Empty: the product itself saw it, in how the version was put live.
    raised_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="finding_number_once")
        ]

    def __str__(self) -> str:
        return f"F-{self.number} {self.heading}"

    @property
    def heading(self) -> str:
        """Its title; what the product itself saw is said in the reader's language."""
        return self.title if self.raised_by_id else str(recalled(self.title))

    @property
    def told(self) -> str:
        """Its text, likewise."""
        return self.text if self.raised_by_id else str(recalled(self.text))

    def access_scope(self) -> Scope:
        """A finding is looked after where its version is."""
        return self.version.access_scope()
