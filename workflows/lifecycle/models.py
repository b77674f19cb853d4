"""The state machine of a version, the rounds in which people decide, and what they signed."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from governance.access.models import Person, Role, User
from governance.inventory.models import ModelVersion
from workflows.cases.models import Case
from workflows.lifecycle.transitions import EDGES


def _sources(verb: str) -> list[str]:
    return [state.value for state in EDGES[verb].sources]


class LivingVersion(ModelVersion):
    """A version that can move. Only the operations beside this file call these methods.

    A method says that the edge exists; whether the actor may take it, and what it sets off, is
    the operation's to say.
    """

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("version")

    @transition("state", source=_sources("submit"), target=EDGES["submit"].target.value)
    def submit(self) -> None:
        """draft -> submitted."""

    @transition("state", source=_sources("validate"), target=EDGES["validate"].target.value)
    def validate(self) -> None:
        """submitted -> validated."""

    @transition("state", source=_sources("approve"), target=EDGES["approve"].target.value)
    def approve(self) -> None:
        """validated -> approved."""

    @transition("state", source=_sources("deploy"), target=EDGES["deploy"].target.value)
    def deploy(self) -> None:
        """approved -> deployed."""

    @transition("state", source=_sources("supersede"), target=EDGES["supersede"].target.value)
    def supersede(self) -> None:
        """deployed -> superseded."""

    @transition("state", source=_sources("reject"), target=EDGES["reject"].target.value)
    def reject(self) -> None:
        """submitted, validated -> rejected."""

    @transition("state", source=_sources("withdraw"), target=EDGES["withdraw"].target.value)
    def withdraw(self) -> None:
        """Anything not yet live -> withdrawn."""

    @transition("state", source=_sources("reopen"), target=EDGES["reopen"].target.value)
    def reopen(self) -> None:
        """approved -> validated."""

    @transition("state", source=_sources("revalidate"), target=EDGES["revalidate"].target.value)
    def revalidate(self) -> None:
        """validated, approved -> submitted."""

    @transition("state", source=_sources("retire"), target=EDGES["retire"].target.value)
    def retire(self) -> None:
        """deployed, superseded, suspended -> retired."""


class ValidationReport(models.Model):
    """What the validator did and found. A new text is a new row; the newest one counts."""

    scope: ClassVar[str] = "version__model"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, related_name="validation_reports"
    )
    number = models.PositiveIntegerField()
    scope_text = models.TextField(_("scope and tests"))
    conclusion = models.TextField(_("conclusion"))
    limits = models.TextField(_("limits"), blank=True)
    independent = models.BooleanField(_("I took no part in building this version"))
    digest = models.CharField(max_length=64)
    written_at = models.DateTimeField(default=timezone.now)
    written_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("validation report")
        verbose_name_plural = _("validation reports")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="report_number_once"),
            models.CheckConstraint(name="validator_independent", condition=Q(independent=True)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.digest[:8]}"


class ApprovalRound(models.Model):
    """One asking of the people whom a policy names about one move of one case."""

    scope: ClassVar[str] = "version__model"

    class State(models.TextChoices):
        OPEN = "open", _("open")
        PASSED = "passed", _("passed")
        REJECTED = "rejected", _("rejected")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="rounds")
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="rounds")
    move = models.CharField(max_length=10)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    # The digest it passed with; empty while it is open.
    digest = models.CharField(max_length=64, blank=True)
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("approval round")
        verbose_name_plural = _("approval rounds")
        ordering = ["opened_at"]
        constraints = [
            models.UniqueConstraint(fields=["case", "move", "number"], name="round_once"),
            models.UniqueConstraint(
                fields=["case", "move"], condition=Q(state="open"), name="one_open_round_a_move"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.move} {self.number} {self.state}"


class Decision(models.Model):
    """What one person said in a round about one digest. It counts only while that digest holds."""

    scope: ClassVar[str] = "round__version__model"

    class Kind(models.TextChoices):
        APPROVE = "approve", _("approve")
        REQUEST_CHANGES = "request_changes", _("request changes")
        REJECT = "reject", _("reject")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(ApprovalRound, on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    # The step of the policy that it was given in.
    step = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=20, choices=Kind)
    # What the step's checklist and form fields were answered with.
    answers = models.JSONField(default=dict, blank=True)
    comment = models.TextField(blank=True)
    digest = models.CharField(max_length=64)
    # The sentence that was signed, as it stood on the page; empty where no signature was asked.
    meaning = models.CharField(max_length=500, blank=True)
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ["decided_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "person", "digest"], name="one_decision_a_person_and_digest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class SigningNonce(models.Model):
    """Leave to sign once: this person, this session, this move, this digest, for 120 seconds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    session_digest = models.CharField(max_length=64)
    version = models.ForeignKey(ModelVersion, on_delete=models.CASCADE, related_name="+")
    move = models.CharField(max_length=10)
    digest = models.CharField(max_length=64)
    issued_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("signing nonce")
        verbose_name_plural = _("signing nonces")

    def __str__(self) -> str:
        return f"{self.move} {self.digest[:8]}"
