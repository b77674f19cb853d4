"""Opening and closing cases and tasks, inside the operation that gives the reason."""

from collections.abc import Collection
from datetime import date, datetime, time
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from governance.access.models import Person
from governance.access.permissions import Permission
from governance.access.queries import person_of, who_could
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.inventory.models import Finding, ModelVersion
from governance.monitoring.models import Alert
from governance.outbox.claims import Claim
from governance.outbox.operations import enqueue
from workflows.cases.models import Attention, Case, Task
from workflows.policies.calendars import CLOSE_OF_BUSINESS, due_after
from workflows.policies.models import PolicyVersion
from workflows.policies.queries import calendar_of, policy_for

ALERT_DUE_DAYS = 5
OWNER = "model_owner"
LONGEST_NOTE_S = 30
MOST_SECTIONS = 30
ANSWER_DUE_DAYS = 10


@transaction.atomic
def open_case(
    version: ModelVersion,
    kind: Case.Kind,
    policy_version: PolicyVersion,
    *,
    alert: Alert | None = None,
    actor: Actor,
) -> Case:
    """Opens the thread that everything about a submission or an alert hangs on."""
    case = Case.objects.create(
        version=version, kind=kind, policy_version=policy_version, alert=alert
    )
    record(
        Action.CASE_OPENED,
        actor=actor,
        subject=("case", case.pk),
        portfolio_id=version.model.portfolio_id,
        after={"kind": kind, "version": str(version.pk), "policy": str(policy_version.pk)},
    )
    return case


@transaction.atomic
def close_case(case: Case, outcome: str, *, actor: Actor) -> None:
    """Ends a case and every task that is still open in it."""
    close_tasks(case, actor=actor)
    case.closed_at = timezone.now()
    case.outcome = outcome
    case.save(update_fields=["closed_at", "outcome"])
    record(
        Action.CASE_CLOSED,
        actor=actor,
        subject=("case", case.pk),
        portfolio_id=case.version.model.portfolio_id,
        after={"outcome": outcome},
    )


def open_task(  # noqa: PLR0913 - a task has these parts
    case: Case,
    verb: Task.Verb,
    *,
    role: str | None = None,
    person: Person | None = None,
    step: str = "",
    business_days: int = 0,
    due_on: date | None = None,
    about: UUID | None = None,
    actor: Actor,
) -> Task:
    """Asks the holders of a role, or one person, to do something.

    By the close of business of `due_on`, or in so many business days of the calendar of the case's
    policy. `step` is the step that asks, `about` the finding or condition in question.
    """
    task = Task.objects.create(
        case=case,
        verb=verb,
        role_id=role,
        person=person,
        step=step,
        due_at=_end_of(due_on) if due_on else _due(case, business_days),
        about=about,
    )
    _record_task(task, actor)
    tell_people("task", str(task.pk))
    return task


def _record_task(task: Task, actor: Actor) -> None:
    record(
        Action.TASK_OPENED,
        actor=actor,
        subject=("case", task.case_id),
        portfolio_id=task.case.version.model.portfolio_id,
        after={
            "task": str(task.pk),
            "verb": task.verb,
            "role": task.role_id or "",
            "step": task.step,
            "due_at": task.due_at,
        },
    )


@transaction.atomic
def note_attention(
    case: Case, *, seconds: int, sections: Collection[str], actor: Actor
) -> Attention:
    """Adds what a page reports: never more seconds than have passed since it last did."""
    row, new = Attention.objects.get_or_create(case=case, person_id=person_of(actor))
    row = Attention.objects.select_for_update().get(pk=row.pk)
    now = timezone.now()
    passed = LONGEST_NOTE_S if new else (now - row.last_at).total_seconds()
    row.seconds += max(0, min(seconds, LONGEST_NOTE_S, int(passed)))
    row.sections = sorted({*row.sections, *sections})[:MOST_SECTIONS]
    row.last_at = now
    row.save(update_fields=["seconds", "sections", "last_at"])
    return row


def tell_people(event: str, about: str) -> None:
    """Asks for the notices of an event, in its transaction; `workflows.notifications` says whom."""
    enqueue("people.notify", f"{event}:{about}", {"event": event, "about": about})


def _end_of(day: date) -> datetime:
    return datetime.combine(day, time(CLOSE_OF_BUSINESS), tzinfo=timezone.get_current_timezone())


def _due(case: Case, business_days: int) -> datetime:
    return due_after(timezone.localtime(), business_days, calendar_of(case.policy_version))


def close_tasks(case: Case, *verbs: Task.Verb, done_by: UUID | None = None, actor: Actor) -> int:
    """Ends the open tasks of a case (of the given verbs, or all); done when a person did them."""
    rows = case.tasks.filter(state=Task.State.OPEN)
    if verbs:
        rows = rows.filter(verb__in=verbs)
    return _end(rows, done_by, actor)


def close_tasks_about(case: Case, about: UUID, *, done_by: UUID | None = None, actor: Actor) -> int:
    """Ends the open tasks of a case about one finding or condition."""
    return _end(case.tasks.filter(state=Task.State.OPEN, about=about), done_by, actor)


def close_own_tasks(case: Case, verb: Task.Verb, person_id: UUID, *, actor: Actor) -> int:
    """One person has done what they were asked for by name."""
    rows = case.tasks.filter(state=Task.State.OPEN, verb=verb, person=person_id)
    return _end(rows, person_id, actor)


def _end(rows: QuerySet[Task], done_by: UUID | None, actor: Actor) -> int:
    ended = list(rows)
    for task in ended:
        close_task(task, done_by=done_by, actor=actor)
    return len(ended)


def close_task(task: Task, *, done_by: UUID | None = None, actor: Actor) -> None:
    """Ends one open task; done when a person did it."""
    task.state = Task.State.DONE if done_by else Task.State.CLOSED
    task.closed_at = timezone.now()
    task.closed_by_id = done_by
    task.save(update_fields=["state", "closed_at", "closed_by"])
    record(
        Action.TASK_CLOSED,
        actor=actor,
        subject=("case", task.case_id),
        portfolio_id=task.case.version.model.portfolio_id,
        after={"task": str(task.pk), "verb": task.verb, "outcome": task.state},
    )


def close_revisions(model_id: UUID, *, done_by: UUID | None, actor: Actor) -> int:
    """A successor is there: nobody is asked to revise an earlier version of the model any more."""
    asked = Case.objects.filter(
        version__model=model_id, tasks__verb=Task.Verb.REVISE, tasks__state=Task.State.OPEN
    )
    return sum(close_tasks(c, Task.Verb.REVISE, done_by=done_by, actor=actor) for c in asked)


@transaction.atomic
def open_alert_case(claim: Claim) -> dict[str, str]:
    """Handler of `alert.raised`: the alert becomes a case, and who may close it is asked to look.

    That is the model's owner, unless all they are is its developer: who built it retrains it, and
    does not judge whether the alarm can be waved away.
    """
    actor = Actor.system("monitoring")
    alert = Alert.objects.select_related("version__model__owner").get(pk=claim.payload["alert_id"])
    if (known := Case.objects.filter(alert=alert).first()) is not None:
        return {"case_id": str(known.pk)}
    if alert.closed_at:
        return {}
    policy = policy_for(alert.version.model)
    case = open_case(alert.version, Case.Kind.ALERT, policy, alert=alert, actor=actor)
    role = _closing_role(alert)
    owner = None if role else alert.version.model.owner
    days = ALERT_DUE_DAYS
    open_task(case, Task.Verb.LOOK, role=role, person=owner, business_days=days, actor=actor)
    return {"case_id": str(case.pk)}


def _closing_role(alert: Alert) -> str | None:
    """A role that may close it and is held here; None where the owner may, or where nobody may."""
    able = [one for one in who_could(Permission.ALERT_CLOSE, alert).candidates if one.may]
    if any(one.person == alert.version.model.owner for one in able):
        return None
    roles = {one.role for one in able}
    return OWNER if OWNER in roles else min(roles, default=None)


@transaction.atomic
def close_alert_case(claim: Claim) -> dict[str, str]:
    """Handler of `alert.closed`: nobody is asked to look at it any more."""
    actor, payload = Actor.system("monitoring"), claim.payload
    rows = Case.objects.select_for_update(of=("self",)).filter(alert=payload["alert_id"])
    if (case := rows.filter(closed_at=None).first()) is None:
        return {}
    closed_by = UUID(payload["closed_by"]) if payload["closed_by"] else None
    close_tasks(case, Task.Verb.LOOK, done_by=closed_by, actor=actor)
    close_case(case, "closed", actor=actor)
    return {"case_id": str(case.pk)}


@transaction.atomic
def open_finding_task(claim: Claim) -> dict[str, str]:
    """Handler of `finding.raised`: the finding's owner is asked to answer it by its day."""
    finding = Finding.objects.select_related("owner", "version__model").get(
        pk=claim.payload["finding_id"]
    )
    case = _locked_submission(finding)
    if case is None or finding.owner is None or finding.state != Finding.State.OPEN:
        return {}
    if case.tasks.filter(about=finding.pk).exists():
        return {}
    task = open_task(
        case,
        Task.Verb.ANSWER,
        person=finding.owner,
        due_on=finding.due_on,
        business_days=ANSWER_DUE_DAYS,
        about=finding.pk,
        actor=Actor.system("findings"),
    )
    return {"task_id": str(task.pk)}


@transaction.atomic
def close_finding_task(claim: Claim) -> dict[str, int]:
    """Handler of `finding.answered` and `finding.closed`: its owner has answered, or need not."""
    payload = claim.payload
    finding = Finding.objects.select_related("version__model").get(pk=payload["finding_id"])
    if (case := _locked_submission(finding)) is None:
        return {}
    answered = finding.state == Finding.State.ANSWERED and payload["by"]
    done_by = UUID(payload["by"]) if answered else None
    actor = Actor.system("findings")
    return {"ended": close_tasks_about(case, finding.pk, done_by=done_by, actor=actor)}


def _locked_submission(finding: Finding) -> Case | None:
    rows = Case.objects.select_for_update(of=("self",)).select_related("version__model")
    return rows.filter(
        version=finding.version_id, kind=Case.Kind.SUBMISSION, closed_at=None
    ).first()
