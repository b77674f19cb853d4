"""What waits for a person, what they have submitted, and what they have done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.actors import Actor
from governance.evaluation.labels import gate_title
from governance.inventory.models import Finding
from governance.monitoring.labels import broken_words
from governance.monitoring.models import Alert
from workflows.cases.models import LIVE, Case, Task
from workflows.cases.queries import DECIDED, submitted_by
from workflows.desk.queries.done import done_tasks
from workflows.desk.queries.duties import duties_waiting
from workflows.desk.queries.lists import Narrowing, address_of, label_of, narrowed
from workflows.desk.reasons import (
    Standing,
    where_it_stands,
    why_approve,
    why_asked,
    why_asked_anew,
    why_live,
    why_merge,
    why_validate,
)
from workflows.lifecycle.queries import (
    AGREEING,
    decisions_by,
    gates_ended,
    open_rounds,
    stands_against,
    tasks_waiting_for,
)
from workflows.policies.definition import Move
from workflows.policies.queries import definition_of
from workflows.targets.models import Promotion

if TYPE_CHECKING:
    from workflows.lifecycle.models import ApprovalRound


# The section of a case that a task is about.
PLACES = {
    Task.Verb.ANSWER: "#findings",
    Task.Verb.MEET: "#conditions",
    Task.Verb.CHECK: "#conditions",
    Task.Verb.ESCALATE: "#conditions",
}


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


@dataclass(frozen=True, slots=True)
class Group:
    """Lines whose deadline lies in the same stretch of time."""

    title: str
    rows: tuple[CaseRow, ...]


@dataclass(frozen=True, slots=True)
class Counts:
    """How much there is behind each tab and each saved filter."""

    waiting: int
    overdue: int
    first_tier: int
    submitted: int
    done: int


def inbox_count(actor: Actor) -> int:
    """How much waits for this person, of cases and of access; stands in the bar of every page."""
    return tasks_waiting_for(actor).count() + duties_waiting(actor)


def inbox_counts(actor: Actor) -> Counts:
    """The numbers of the inbox, whatever is narrowed."""
    waiting = tasks_waiting_for(actor).aggregate(
        waiting=Count("pk"),
        overdue=Count("pk", filter=Q(due_at__lt=timezone.now())),
        first_tier=Count("pk", filter=Q(case__version__model__tier=1)),
    )
    done = decisions_by(actor).count() + done_tasks(actor).count()
    return Counts(**waiting, submitted=submitted_by(actor).count(), done=done)


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
    return rows.select_related("policy_version", "alert", "version__submitted_by").prefetch_related(
        asked, *_standing_of("version")
    )


def _standing_of(path: str) -> list[str]:
    return [f"{path}__{rows}" for rows in ("gates", "findings", "waivers", "validation_reports")]


def waiting_rows(tasks: Sequence[Task], actor: Actor) -> list[CaseRow]:
    """The lines of these tasks. The number of queries does not grow with them."""
    rounds = open_rounds([task.case_id for task in tasks])
    merging = [task.case.version_id for task in tasks if task.verb == Task.Verb.MERGE]
    promotions = _promotions_of(merging)
    return [_task_row(task, rounds.get(task.case_id), promotions, actor) for task in tasks]


def _promotions_of(version_ids: Iterable[UUID]) -> dict[UUID, Promotion]:
    """The promotion of each version that needs somebody most: open before held before the rest."""
    order = ("open", "held", "preparing", "waiting")
    rows = Promotion.objects.filter(version__in=version_ids, state__in=order)
    found: dict[UUID, Promotion] = {}
    for row in sorted(rows.select_related("pull_request"), key=lambda p: order.index(p.state)):
        found.setdefault(row.version_id, row)
    return found


def _task_row(
    task: Task, round_: "ApprovalRound | None", promotions: dict[UUID, Promotion], actor: Actor
) -> CaseRow:
    standing = standing_of(task.case, round_, actor)
    why, url = _why_and_where(task, standing, promotions.get(task.case.version_id))
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
    )


def standing_of(
    case: Case, round_: "ApprovalRound | None", reader: Actor | None = None
) -> Standing:
    """What a line says of a case, from rows that are read already.

    A `reader` who is asked although they have decided is asked again: the case changed since.
    """
    definition = definition_of(case.policy_version)
    gates, waivers = list(case.version.gates.all()), list(case.version.waivers.all())
    move = Move(round_.move) if round_ else Move.VALIDATE
    return Standing(
        running=not gates_ended(definition, gates),
        failed=tuple(str(gate_title(gate.gate)) for gate in gates if stands_against(gate, waivers)),
        findings=sum(
            finding.required and finding.state != Finding.State.CLOSED
            for finding in case.version.findings.all()
        ),
        reported=bool(case.version.validation_reports.all()),
        signed=len(_signers(round_, reader)),
        changed=bool(reader and round_ and _digests_of(reader, round_)),
        needed=definition.moves[move].signers,
    )


def _signers(round_: "ApprovalRound | None", reader: Actor | None = None) -> list[str]:
    """Who has agreed in a round, over the digest of its newest decision if that still holds."""
    if round_ is None:
        return []
    fallen = _digests_of(reader, round_) if reader else set()
    agreed = [d for d in round_.decisions.all() if d.kind in AGREEING and d.digest not in fallen]
    newest = agreed[-1].digest if agreed else ""
    return [d.person.full_name for d in agreed if d.digest == newest]


def _digests_of(reader: Actor, round_: "ApprovalRound") -> set[str]:
    return {d.digest for d in round_.decisions.all() if d.person_id == reader.person_id}


def _why_and_where(task: Task, standing: Standing, promotion: Promotion | None) -> tuple[str, str]:
    case, verb = task.case, Task.Verb(task.verb)
    dossier = address_of(case.version)
    if verb is Task.Verb.LOOK and case.alert:
        return _why_look(case.alert), reverse("alert", args=[case.alert_id])
    if case.kind in {*LIVE, Case.Kind.REVIEW, Case.Kind.REVALIDATION}:
        why, url = why_and_where_live(case, verb)
        return (why_asked(verb) if verb is Task.Verb.MERGE else why), url
    if verb is Task.Verb.MERGE:
        pull_request = getattr(promotion, "pull_request", None)
        held = promotion.reason if promotion and promotion.state == "held" else ""
        number = pull_request.number if pull_request else None
        repository = pull_request.repository if pull_request else ""
        why = why_merge(number, repository, held)
        return why, (pull_request.url if pull_request else dossier)
    if verb is Task.Verb.VALIDATE:
        return why_validate(standing), dossier
    if verb is Task.Verb.APPROVE:
        return why_approve(standing), dossier
    return why_asked(verb), dossier + PLACES.get(verb, "")


def why_and_where_live(case: Case, verb: str = "") -> tuple[str, str]:
    """A change of what is live, the review of one, or a validation: what it asks, and its page."""
    if case.kind == Case.Kind.REVALIDATION:
        return why_asked_anew(verb or "revalidate"), reverse("revalidation", args=[case.pk])
    if case.kind == Case.Kind.REVIEW:
        return why_asked("review"), reverse("live_change", args=[case.reviews.case_id])
    return why_live(case.kind), reverse("live_change", args=[case.pk])


def _why_look(alert: Alert) -> str:
    words = broken_words(alert.kpi, alert.value, alert.bound, alert.threshold)
    return _("Alert: {words}.").format(words=words)


def _seats(
    task: Task, standing: Standing, round_: "ApprovalRound | None", actor: Actor
) -> tuple[tuple[Seat, ...], str]:
    you = Seat("you", actor.name)
    if task.verb not in DECIDED:
        return (you,), str(Task.Verb(task.verb).label).capitalize()
    signed = [Seat("signed", name) for name in _signers(round_, actor)]
    open_ = standing.needed - len(signed) - 1
    need = _("{verb}, {signed} of {needed}").format(
        verb=str(Task.Verb(task.verb).label).capitalize(),
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
    rounds = open_rounds([case.pk for case in cases])
    return [_submitted_row(case, rounds.get(case.pk)) for case in cases]


def _submitted_row(case: Case, round_: "ApprovalRound | None") -> CaseRow:
    due = [task.due_at for task in case.tasks.all() if task.due_at]
    if case.alert:
        why, url = _why_look(case.alert), reverse("alert", args=[case.alert_id])
    else:
        why = where_it_stands(case.version.state, standing_of(case, round_))
        url = address_of(case.version)
    row = _row(case, why, url, min(due, default=None), case.opened_at)
    return replace(row, state=case.version.state)
