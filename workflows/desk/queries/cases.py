"""Every open case: at what step it is since when, what blocks it, what comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from workflows.cases.models import Case, Task
from workflows.cases.naming import label_of
from workflows.desk.queries.inbox import where_they_stand
from workflows.desk.queries.lists import Narrowing, narrowed
from workflows.desk.queries.standing import ROWS
from workflows.desk.reasons import what_comes_next
from workflows.policies.labels import role_words

SORTS = {
    "due": ("due_at", "opened_at"),
    "age": ("opened_at", "pk"),
    "since": ("since", "pk"),
    "tier": ("version__model__tier", "due_at"),
    "model": ("version__model__title", "pk"),
}
# The columns of the board: where a submission stands, what is live, and alerts.
COLUMNS = ("submitted", "validated", "approved", "live", "alert")
IN_A_COLUMN = 30
OPEN = Q(tasks__state=Task.State.OPEN)


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One open case, ready to be shown."""

    title: str
    version: str
    url: str
    portfolio: str
    tier: int
    state: str
    asked: str
    since: datetime | None
    opened_at: datetime
    due_at: datetime | None
    stands: str
    then: str

    @property
    def overdue(self) -> bool:
        """Whether somebody should have acted by now."""
        return self.due_at is not None and self.due_at < timezone.now()


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the board; `total` may be more than the lines that are shown."""

    name: str
    lines: tuple[CaseLine, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """The numbers over the list, whatever is narrowed."""

    total: int
    overdue: int


def open_cases(
    actor: Actor, narrowing: Narrowing, *, step: str = "", sort: str = "due"
) -> QuerySet[Case]:
    """The open cases that an actor may see, narrowed and sorted."""
    rows = narrowed(_seen(actor), "version", narrowing)
    if narrowing.state:
        rows = rows.filter(version__state=narrowing.state)
    if step:
        asked = Task.objects.filter(case=OuterRef("pk"), state=Task.State.OPEN, verb=step)
        rows = rows.filter(Exists(asked))
    if narrowing.overdue:
        rows = rows.filter(due_at__lt=timezone.now())  # type: ignore[misc]  # annotated above
    return _ready(rows.order_by(*_order(sort)))


def case_counts(actor: Actor) -> CaseCounts:
    """How many cases are open and how many of them overdue."""
    late = Task.objects.filter(
        case=OuterRef("pk"), state=Task.State.OPEN, due_at__lt=timezone.now()
    )
    rows = visible_to(actor, Case.objects.filter(closed_at=None)).order_by()
    found = rows.aggregate(total=Count("pk"), overdue=Count("pk", filter=Exists(late)))
    return CaseCounts(**found)


def case_lines(cases: Sequence[Case]) -> list[CaseLine]:
    """The lines of these cases. The number of queries does not grow with them."""
    known = where_they_stand(cases)
    return [_line(case, *known[case.pk]) for case in cases]


def board(actor: Actor, narrowing: Narrowing) -> list[Column]:
    """The open cases by where they stand, the most urgent first."""
    rows = open_cases(actor, narrowing)
    kinds = {name: rows.filter(_in_column(name)) for name in COLUMNS}
    shown = {name: list(found[:IN_A_COLUMN]) for name, found in kinds.items()}
    lines = iter(case_lines([case for cases in shown.values() for case in cases]))
    return [
        Column(name, tuple(next(lines) for _case in cases), kinds[name].count())
        for name, cases in shown.items()
    ]


def _in_column(name: str) -> Q:
    if name == "alert":
        return Q(kind=Case.Kind.ALERT)
    if name == "live":
        return ~Q(kind__in=[Case.Kind.ALERT, Case.Kind.SUBMISSION])
    return Q(kind=Case.Kind.SUBMISSION, version__state=name)


def _seen(actor: Actor) -> QuerySet[Case]:
    rows = Case.objects.filter(closed_at=None).annotate(
        due_at=Min("tasks__due_at", filter=OPEN), since=Min("tasks__opened_at", filter=OPEN)
    )
    return visible_to(actor, rows)


def _ready(rows: QuerySet[Case]) -> QuerySet[Case]:
    asked = Task.objects.filter(state=Task.State.OPEN).select_related("role", "person")
    return rows.select_related(
        "policy_version",
        "alert",
        "reviews",
        "version__model__portfolio",
        "version__submitted_by",
    ).prefetch_related(
        Prefetch("tasks", asked.order_by("due_at")), *(f"version__{one}" for one in ROWS)
    )


def _order(sort: str) -> tuple[str, ...]:
    """`-due` is the other way round."""
    names = SORTS.get(sort.removeprefix("-"), SORTS["due"])
    return tuple(f"-{name}" for name in names) if sort.startswith("-") else names


def _line(case: Case, stands: str, url: str) -> CaseLine:
    version = case.version
    then = what_comes_next(version.state) if case.kind == Case.Kind.SUBMISSION else ""
    if case.alert:
        then = _("Whoever looks closes it.")
    return CaseLine(
        title=version.model.title,
        version=label_of(version),
        url=url,
        portfolio=version.model.portfolio.title,
        tier=version.model.tier,
        state="" if case.alert else version.state,
        asked=_asked(case),
        since=case.since,  # type: ignore[attr-defined]
        opened_at=case.opened_at,
        due_at=case.due_at,  # type: ignore[attr-defined]
        stands=stands,
        then=then,
    )


def _asked(case: Case) -> str:
    """Who is asked now: people by name, roles as people say them."""
    asked = [
        task.person.full_name if task.person else role_words(task.role_id or "")
        for task in case.tasks.all()
    ]
    words = ", ".join(dict.fromkeys(asked))
    return words[:1].upper() + words[1:]


def step_choices() -> list[tuple[str, str]]:
    """What people can be asked to do, for a filter."""
    return [(verb.value, str(verb.label)) for verb in Task.Verb]


def open_submission(actor: Actor, name: str, number: int) -> Case:
    """The open submission of a version that an actor may see.

    Raises:
        NotFound: nothing is being decided about such a version.
    """
    rows = Case.objects.filter(closed_at=None, kind=Case.Kind.SUBMISSION)
    found = rows.filter(version__model__name=name, version__number=number)
    if (case := visible_to(actor, found).first()) is None:
        raise NotFound(_("Nothing is being decided about this version."))
    return case
