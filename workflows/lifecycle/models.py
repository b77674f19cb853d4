"""The state machine of a version, the rounds in which people decide, and what they signed."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_fsm import transition

from governance.access.models import Person, Role, User
from governance.access.scopes import Scope
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

    @transition("state", source=_sources("admit"), target=EDGES["admit"].target.value)
    def admit(self) -> None:
        """submitted -> validated, by an exception: it is used before it is validated."""

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

    @transition("state", source=_sources("roll_back"), target=EDGES["roll_back"].target.value)
    def roll_back(self) -> None:
        """superseded -> deployed."""

    @transition("state", source=_sources("suspend"), target=EDGES["suspend"].target.value)
    def suspend(self) -> None:
        """deployed -> suspended."""

    @transition("state", source=_sources("resume"), target=EDGES["resume"].target.value)
    def resume(self) -> None:
        """suspended -> deployed."""

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
    scope_text = models.TextField(_("scope"))
    tests = models.TextField(_("tests done"), blank=True)
    limits = models.TextField(_("limits"), blank=True)
    conclusion = models.TextField(_("conclusion"))
    conditions = models.TextField(_("conditions"), blank=True)
    independence = models.TextField(_("independence statement"), blank=True)
    # A report that was written elsewhere and is attached; its bytes lie by their digest.
    attachment_name = models.CharField(max_length=200, blank=True)
    attachment_sha256 = models.CharField(max_length=64, blank=True)
    attachment_size = models.PositiveBigIntegerField(default=0)
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
        APPROVE_WITH_CONDITIONS = "approve_with_conditions", _("approve with conditions")
        VALIDATE_WITH_FINDINGS = "validate_with_findings", _("validate with findings")
        REQUEST_CHANGES = "request_changes", _("request changes")
        REJECT = "reject", _("reject")
        ABSTAIN = "abstain", _("abstain")
        RECUSE = "recuse", _("step aside")
        DELEGATE = "delegate", _("delegate")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(ApprovalRound, on_delete=models.PROTECT, related_name="decisions")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="decisions")
    account = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    # The step of the policy that it was given in.
    step = models.CharField(max_length=60, blank=True)
    kind = models.CharField(max_length=24, choices=Kind)
    # What the step's checklist and form fields were answered with.
    answers = models.JSONField(default=dict, blank=True)
    comment = models.TextField(blank=True)
    # To whom a decision to delegate handed it.
    delegate = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    digest = models.CharField(max_length=64)
    # What the digest is made of, so that a page can tell what has changed since.
    parts = models.JSONField(default=dict)
    # How the signer proved to be there: password, totp, passkey or sso.
    proved_by = models.CharField(max_length=10, blank=True)
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
            ),
            models.CheckConstraint(
                name="decision_delegate_named",
                condition=Q(kind="delegate") ^ Q(delegate__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.digest[:8]}"


class Condition(models.Model):
    """What an approval demands of somebody by a day. It is met or breached, never deleted.

    It belongs to what is approved: a new one changes the digest, so that who signed before is
    asked again. `void`: taken back before anybody's approval rested on it.
    """

    scope: ClassVar[str] = "version__model"

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("evidence given")
        MET = "met", _("met")
        BREACHED = "breached", _("breached")
        VOID = "void", _("taken back")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="conditions")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="conditions")
    number = models.PositiveIntegerField()
    text = models.TextField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="conditions")
    due_on = models.DateField()
    # What is asked for when it is breached: a roll back, or only somebody's look.
    demands_roll_back = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    evidence = models.TextField(blank=True)
    answered_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    breached_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("condition")
        verbose_name_plural = _("conditions")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="condition_number_once"),
            models.CheckConstraint(
                name="condition_met_by_somebody",
                condition=~Q(state="met") | Q(closed_by__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(state__in=["open", "answered"]),
                name="conditions_to_come",
            )
        ]

    def __str__(self) -> str:
        return f"C-{self.number} {self.text[:60]}"

    def access_scope(self) -> Scope:
        """A condition is looked after where its version is."""
        return self.version.access_scope()


class Waiver(models.Model):
    """A failed required gate accepted by the role that the policy names, until a moment.

    It covers exactly the value and threshold that were seen: measured again with another result,
    the gate stands against the version anew. Never deleted.
    """

    scope: ClassVar[str] = "version__model"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="waivers")
    gate = models.CharField(max_length=60)
    value = models.CharField(max_length=40, blank=True)
    threshold = models.CharField(max_length=40, blank=True)
    reason = models.TextField()
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="+")
    waived_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    waived_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("waiver of a gate")
        verbose_name_plural = _("waivers of gates")
        ordering = ["waived_at"]
        constraints = [
            models.CheckConstraint(
                name="waiver_ends_after_it_starts",
                condition=Q(expires_at__gt=models.F("waived_at")),
            ),
            models.CheckConstraint(name="waiver_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.gate} {self.expires_at:%Y-%m-%d}"


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
    # What the signer ticked and wrote down before signing: the signature is for exactly that.
    answers = models.JSONField(default=dict)
    # What the signer's passkeys were asked, and how the answer is checked.
    passkey = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("signing nonce")
        verbose_name_plural = _("signing nonces")

    def __str__(self) -> str:
        return f"{self.move} {self.digest[:8]}"
