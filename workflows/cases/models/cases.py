"""The thread that a submission or an alert hangs on, and who is asked to do what by when."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.access.models import Person, Role
from governance.access.scopes import Scope
from governance.inventory.models import ModelVersion
from governance.monitoring.models import Alert
from workflows.policies.models import PolicyVersion


class Case(models.Model):
    """One submission, alert or review, from its opening to its end."""

    scope: ClassVar[str] = "version__model"

    class Kind(models.TextChoices):
        SUBMISSION = "submission", _("submission")
        ALERT = "alert", _("alert")
        CONDITIONS = "conditions", _("conditions of an approval")
        SUSPEND = "suspend", _("suspension")
        RESUME = "resume", _("resumption")
        ROLL_BACK = "roll_back", _("roll back")
        RETIRE = "retire", _("retirement")
        REVIEW = "review", _("review after the fact")
        REVALIDATION = "revalidation", _("validation again")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind)
    version = models.ForeignKey(ModelVersion, on_delete=models.PROTECT, related_name="cases")
    alert = models.OneToOneField(
        Alert, on_delete=models.PROTECT, null=True, blank=True, related_name="case"
    )
    policy_version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="cases"
    )
    opened_at = models.DateTimeField(default=timezone.now)
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True)
    # Since when its checks are stopped: nobody decides before they were begun again and have ended.
    checks_cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(kind="submission", closed_at__isnull=True),
                name="one_open_submission_a_version",
            ),
            models.UniqueConstraint(
                fields=["version"],
                condition=Q(
                    kind__in=["suspend", "resume", "roll_back", "retire"], closed_at__isnull=True
                ),
                name="one_open_live_change_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.version_id}"

    def access_scope(self) -> Scope:
        """A case is looked after where its version is."""
        return self.version.access_scope()


# Cases about what is live, each named for the move that it asks for.
LIVE = frozenset({Case.Kind.SUSPEND, Case.Kind.RESUME, Case.Kind.ROLL_BACK, Case.Kind.RETIRE})


class LiveChange(models.Model):
    """What somebody asks to be done about what is live, and what came of it.

    Its case says what: suspend, resume, roll back or retire. `instead` is the former champion that
    shall stand in the place of a suspended version. The review after the fact is a case of its own.
    """

    scope: ClassVar[str] = "case__version__model"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="live_change")
    reason = models.TextField()
    instead = models.ForeignKey(
        ModelVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    review_case = models.OneToOneField(
        Case, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews"
    )
    review = models.TextField(blank=True)
    justified = models.BooleanField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("change of what is live")
        verbose_name_plural = _("changes of what is live")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(name="live_change_says_why", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.case.kind} {self.case.version_id}"

    def access_scope(self) -> Scope:
        """A change is looked after where its version is."""
        return self.case.access_scope()


class Task(models.Model):
    """Somebody who holds a role is asked to do something by a time."""

    scope: ClassVar[str] = "case__version__model"

    class Verb(models.TextChoices):
        VALIDATE = "validate", _("validate")
        APPROVE = "approve", _("approve")
        MERGE = "merge", _("merge")
        ANSWER = "answer", _("answer the finding")
        REVISE = "revise", _("revise and submit again")
        LOOK = "look", _("look at the alert")
        MEET = "meet", _("meet the condition")
        CHECK = "check", _("check the evidence of the condition")
        ESCALATE = "escalate", _("follow the breached condition")
        ROLL_BACK = "roll_back", _("roll back")
        EMERGENCY = "emergency", _("sign in an emergency")
        RETIRE = "retire", _("agree to the retirement")
        REVIEW = "review", _("review after the fact")
        REVALIDATE = "revalidate", _("validate again")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DONE = "done", _("done")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="tasks")
    verb = models.CharField(max_length=12, choices=Verb)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, null=True, blank=True)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="tasks"
    )
    # The step of the policy that asks; empty where no policy does.
    step = models.CharField(max_length=60, blank=True)
    # The finding or condition that it is about, where a case has several.
    about = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    opened_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["due_at"]
        constraints = [
            models.CheckConstraint(
                name="task_asks_somebody",
                condition=Q(role__isnull=False) | Q(person__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="open"), name="open_tasks_by_due")
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.state}"


class TimerEvent(models.Model):
    """A timer of a task has gone off. Its row is the memory of it: it never does so again."""

    class Kind(models.TextChoices):
        REMINDER = "reminder", _("reminder")
        OVERDUE = "overdue", _("overdue")
        ESCALATION = "escalation", _("escalation")
        ENDING = "ending", _("ending")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="timer_events")
    kind = models.CharField(max_length=12, choices=Kind)
    # Business days from the due time, negative before it.
    business_days = models.SmallIntegerField()
    # When it was set to go off, and when somebody looked and it did.
    set_for = models.DateTimeField()
    went_off_at = models.DateTimeField(default=timezone.now)
    # The task of the higher role, for an escalation.
    opened = models.OneToOneField(
        Task, on_delete=models.PROTECT, null=True, blank=True, related_name="escalated_by"
    )

    class Meta:
        verbose_name = _("timer event")
        verbose_name_plural = _("timer events")
        constraints = [
            models.UniqueConstraint(
                fields=["task", "kind", "business_days"], name="timer_goes_off_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.business_days}"


class Attention(models.Model):
    """How long the page of a case was open before one of those who decide, and what they saw."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="attention")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    seconds = models.PositiveIntegerField(default=0)
    # Names of the sections that stood on their screen.
    sections = models.JSONField(default=list)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("attention")
        verbose_name_plural = _("attention")
        constraints = [
            models.UniqueConstraint(fields=["case", "person"], name="attention_once_a_person")
        ]

    def __str__(self) -> str:
        return f"{self.seconds} s"
