"""What waits for a person, what they have submitted, and what they have done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from governance.actors import Actor
from governance.monitoring.labels import broken_words
from governance.monitoring.models import Alert
from workflows.cases.models import LIVE, Case, Task
from workflows.cases.naming import address_of, address_of_case, label_of
from workflows.cases.queries import DECIDED, submitted_by
from workflows.desk.queries.deployments import gave_up, reason_of, topic_words
from workflows.desk.queries.duties import duties_waiting
from workflows.desk.queries.lists import Narrowing, narrowed
from workflows.desk.queries.standing import ROWS, signers_in, standings
from workflows.desk.reasons import (
    Standing,
    where_it_stands,
    why_approve,
    why_asked,
    why_asked_anew,
    why_gave_up,
    why_live,
    why_merge,
    why_merged,
    why_validate,
)
from workflows.lifecycle.queries import open_rounds, tasks_waiting_for
from workflows.targets.models import Promotion

if TYPE_CHECKING:
    from governance.outbox.models import OutboxJob
    from workflows.lifecycle.models import ApprovalRound


# The section of a case that a task is about.
PLACES = {
    Task.Verb.ANSWER: "#findings",
    Task.Verb.MEET: "#conditions",
    Task.Verb.CHECK: "#conditions",
    Task.Verb.ESCALATE: "#conditions",
}
OF_WHAT_IS_LIVE = (*LIVE, Case.Kind.REVIEW, Case.Kind.REVALIDATION)


@dataclass(frozen=True, slots=True)
class Seat:
    """One place of a quorum: signed, you, or open."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One line of the inbox, ready to be shown."""

    title: str
    version: str
    url: str
    tier: int
    why: str
    due_at: datetime | None
    opened_at: datetime
    who: str
    seats: tuple[Seat, ...] = ()
    need: str = ""
    state: str = ""
    case_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """How far a version is on its way to what is live; `job` is the one that gave up over it."""

    promotion: Promotion | None = None
    job: "OutboxJob | None" = None


NOWHERE = Way()


@dataclass(frozen=True, slots=True)
class Group:
    """Lines whose deadline lies in the same stretch of time."""

    title: str
    rows: tuple[CaseRow, ...]


def inbox_count(actor: Actor) -> int:
    """How much waits for this person, of cases and of access; stands in the bar of every page."""
    return tasks_waiting_for(actor).count() + duties_waiting(actor)


def waiting_tasks(actor: Actor, narrowing: Narrowing) -> QuerySet[Task]:
    """The open tasks of a person by deadline, narrowed."""
    rows = narrowed(tasks_waiting_for(actor), "case__version", narrowing)
    if narrowing.overdue:
        rows = rows.filter(due_at__lt=timezone.now())
    return rows.select_related(
        "case__policy_version", "case__alert", "case__reviews"
    ).prefetch_related(*_standing_of("case__version"))


def submitted_cases(actor: Actor, narrowing: Narrowing) -> QuerySet[Case]:
    """The open cases of a person's versions, narrowed."""
    rows = narrowed(submitted_by(actor), "version", narrowing)
    asked = Prefetch("tasks", Task.objects.filter(state=Task.State.OPEN))
    return rows.select_related(
        "policy_version", "alert", "reviews", "version__submitted_by"
    ).prefetch_related(asked, *_standing_of("version"))


def _standing_of(path: str) -> list[str]:
    return [f"{path}__{rows}" for rows in ROWS]


def waiting_rows(tasks: Sequence[Task], actor: Actor) -> list[CaseRow]:
    """The lines of these tasks. The number of queries does not grow with them."""
    rounds = open_rounds([task.case_id for task in tasks])
    known = standings([task.case for task in tasks], rounds, actor)
    merging = [task.case.version_id for task in tasks if task.verb == Task.Verb.MERGE]
    moving = promotions_moving(merging)
    return [
        _task_row(
            task,
            known[task.case_id],
            rounds.get(task.case_id),
            moving.get(task.case.version_id, NOWHERE),
            actor,
        )
        for task in tasks
    ]


def promotions_moving(version_ids: Iterable[UUID]) -> dict[UUID, Way]:
    """The promotion of each version that needs somebody most: open before held before the rest.

    Of those to one target only the last counts: it took the place of one that was closed.
    """
    order = ("open", "held", "preparing", "diverged", "closed", "merged", "waiting")
    rows = Promotion.objects.filter(version__in=version_ids, state__in=order)
    rows = rows.select_related("pull_request").order_by("created_at", "pk")
    last = {(row.version_id, row.target_id, row.kind): row for row in rows}
    found: dict[UUID, Promotion] = {}
    for row in sorted(last.values(), key=lambda p: order.index(p.state)):
        found.setdefault(row.version_id, row)
    stuck = gave_up(row.pk for row in found.values())
    return {pk: Way(row, stuck.get(row.pk)) for pk, row in found.items()}


def _task_row(
    task: Task,
    standing: Standing,
    round_: "ApprovalRound | None",
    way: Way,
    actor: Actor,
) -> CaseRow:
    why, url = _why_and_where(task, standing, way)
    seats, need = _seats(task, standing, round_, actor)
    row = _row(task.case, why, url, task.due_at, task.opened_at)
    return replace(row, seats=seats, need=need)


def _row(case: Case, why: str, url: str, due_at: datetime | None, asked_at: datetime) -> CaseRow:
    version = case.version
    who = version.submitted_by.full_name if version.submitted_by else ""
    return CaseRow(
        title=version.model.title,
        version=label_of(version),
        url=url,
        tier=version.model.tier,
        why=why,
        due_at=due_at,
        opened_at=asked_at,
        who=_("Monitoring") if case.alert_id else who,
        case_id=case.pk,
    )


def _why_and_where(task: Task, standing: Standing, way: Way) -> tuple[str, str]:
    case, verb = task.case, Task.Verb(task.verb)
    page = address_of_case(case)
    if verb is Task.Verb.LOOK and case.alert:
        return _why_look(case.alert), page
    if case.kind in OF_WHAT_IS_LIVE:
        return (
            why_asked(verb) if verb is Task.Verb.MERGE else _why_live(case, verb, standing)
        ), page
    if verb is Task.Verb.MERGE:
        return why_merging(way), _where_merging(way) or page
    if verb is Task.Verb.VALIDATE:
        return why_validate(standing), page
    if verb is Task.Verb.APPROVE:
        return why_approve(standing), page
    return why_asked(verb), address_of(case.version) + PLACES.get(verb, "")


def _where_merging(way: Way) -> str:
    if way.job and way.promotion:
        return reverse("promotion", args=[way.promotion.pk])
    pull_request = getattr(way.promotion, "pull_request", None)
    return pull_request.url if pull_request else ""


def why_merging(way: Way) -> str:
    """What an approved version waits for on its way to what is live, and what holds it."""
    promotion = way.promotion
    if way.job:
        return why_gave_up(topic_words(way.job.topic), reason_of(way.job))
    pull_request = getattr(promotion, "pull_request", None)
    state = promotion.state if promotion else ""
    held = promotion.reason if promotion and state in {"held", "diverged", "closed"} else ""
    if pull_request is None:
        return why_merge(None, "", held)
    if state == "merged":
        return why_merged(pull_request.number)
    return why_merge(pull_request.number, pull_request.repository, held)


def _why_live(case: Case, verb: str, standing: Standing) -> str:
    """What a change of what is live, the review of one, or a validation asks."""
    if case.kind == Case.Kind.REVALIDATION:
        return why_asked_anew(verb or "revalidate")
    return why_asked("review") if case.kind == Case.Kind.REVIEW else why_live(case.kind, standing)


def _why_look(alert: Alert) -> str:
    words = broken_words(alert.kpi, alert.value, alert.bound, alert.threshold)
    return _("Alert: {words}.").format(words=words)


def _seats(
    task: Task, standing: Standing, round_: "ApprovalRound | None", actor: Actor
) -> tuple[tuple[Seat, ...], str]:
    you = Seat("you", actor.name)
    if task.verb not in DECIDED:
        return (you,), capfirst(str(Task.Verb(task.verb).label))
    signed = [Seat("signed", name) for name in signers_in(round_, actor)]
    open_ = standing.needed - len(signed) - 1
    need = _("{verb}, {signed} of {needed}").format(
        verb=capfirst(str(Task.Verb(task.verb).label)),
        signed=len(signed),
        needed=standing.needed,
    )
    return (*signed, you, *[Seat("open")] * open_), need


def grouped(rows: Iterable[CaseRow]) -> list[Group]:
    """Lines by deadline: overdue, this week, later; empty groups are left out."""
    now, sunday = timezone.now(), _end_of_week()
    late, soon, later = [], [], []
    for row in rows:
        if row.due_at and row.due_at < now:
            late.append(row)
        elif row.due_at and row.due_at < sunday:
            soon.append(row)
        else:
            later.append(row)
    found = ((_("Overdue"), late), (_("This week"), soon), (_("Later"), later))
    return [Group(title, tuple(group)) for title, group in found if group]


def _end_of_week() -> datetime:
    today = timezone.localdate()
    monday = today + timedelta(days=7 - today.weekday())
    return timezone.make_aware(datetime.combine(monday, time()))


def submitted_rows(cases: Sequence[Case]) -> list[CaseRow]:
    """The lines of a submitter's own cases: where each stands, and until when somebody is asked."""
    known = where_they_stand(cases)
    return [_submitted_row(case, known[case.pk]) for case in cases]


def where_they_stand(cases: Sequence[Case]) -> dict[UUID, tuple[str, str]]:
    """Where each case stands, in words, and where that is shown, by case."""
    rounds = open_rounds([case.pk for case in cases])
    known = standings(cases, rounds)
    approved = [case.version_id for case in cases if case.version.state == "approved"]
    moving = promotions_moving(approved)
    return {
        case.pk: (
            _how_it_stands(case, known[case.pk], moving.get(case.version_id, NOWHERE)),
            address_of_case(case),
        )
        for case in cases
    }


def _how_it_stands(case: Case, standing: Standing, way: Way) -> str:
    if case.alert:
        return _why_look(case.alert)
    if case.kind in OF_WHAT_IS_LIVE:
        return _why_live(case, _verb_of(case), standing)
    if case.kind == Case.Kind.CONDITIONS:
        return why_asked(_verb_of(case) or Task.Verb.MEET)
    if case.version.state == "approved":
        return why_merging(way)
    return where_it_stands(case.version.state, standing)


def _verb_of(case: Case) -> str:
    """The most urgent of what is asked."""
    return next((task.verb for task in case.tasks.all()), "")


def _submitted_row(case: Case, where: tuple[str, str]) -> CaseRow:
    due = [task.due_at for task in case.tasks.all() if task.due_at]
    row = _row(case, *where, min(due, default=None), case.opened_at)
    return replace(row, state=case.version.state)
