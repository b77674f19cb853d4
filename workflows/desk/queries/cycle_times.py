"""How long the steps take: from being asked to being done, by step and tier over a period."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from django.utils import timezone

from governance.access.permissions import Permission
from governance.access.queries import require_anywhere, visible_to
from governance.actors import Actor
from workflows.cases.models import Attention, Case, Task
from workflows.desk.durations import Durations
from workflows.policies.definition import Move
from workflows.policies.labels import move_title

PERIODS = (30, 90, 365)
STEPS = (Task.Verb.VALIDATE, Task.Verb.APPROVE, Task.Verb.MERGE, Task.Verb.LOOK)
QUICK_S = 60
MOVES = tuple(Move)
MOST_ROWS = 50_000


@dataclass(frozen=True, slots=True)
class CycleTime:
    """One step in one tier: how often and how long; `late` were done after the due time."""

    step: str
    label: str
    tier: int
    durations: Durations
    late: int


def cycle_times(actor: Actor, days: int) -> list[CycleTime]:
    """What was done in the last so many days, in the order of a version's life, then by tier.

    Raises:
        NotAllowed: the actor may read no log anywhere.
    """
    require_anywhere(actor, Permission.LOG_VIEW)
    since = timezone.now() - timedelta(days=days)
    done = Task.objects.filter(state=Task.State.DONE, closed_at__gte=since, verb__in=STEPS)
    rows = (
        visible_to(actor, done)
        .order_by("-closed_at")
        .values_list("verb", "case__version__model__tier", "opened_at", "closed_at", "due_at")
    )
    spans: dict[tuple[str, int], list[tuple[float, bool]]] = defaultdict(list)
    for verb, tier, opened_at, closed_at, due_at in rows[:MOST_ROWS]:
        assert closed_at is not None  # the filter above
        late = due_at is not None and closed_at > due_at
        spans[verb, tier].append(((closed_at - opened_at).total_seconds(), late))
    return [
        _cycle_time(verb, tier, spans[verb, tier])
        for verb in STEPS
        for tier in sorted({t for step, t in spans if step == verb})
    ]


def _cycle_time(verb: Task.Verb, tier: int, spans: list[tuple[float, bool]]) -> CycleTime:
    durations = Durations.of([seconds for seconds, _late in spans])
    late = sum(late for _seconds, late in spans)
    return CycleTime(verb.value, str(verb.label), tier, durations, late)


@dataclass(frozen=True, slots=True)
class Attended:
    """The decisions on one move in one tier, and the attention before them.

    `spans` are seconds on the page of those that were measured; `sections` is the median number of
    sections seen; `quick` is the share of them that took less than a minute.
    """

    move: str
    tier: int
    decisions: int
    spans: Durations | None
    sections: float
    quick: float


def attention(actor: Actor, days: int) -> list[Attended]:
    """How long the pages of cases stood before those who decided on them, without names.

    Raises:
        NotAllowed: the actor may read no log anywhere.
    """
    require_anywhere(actor, Permission.LOG_VIEW)
    since = timezone.now() - timedelta(days=days)
    cases = visible_to(actor, Case.objects.filter(rounds__decisions__decided_at__gte=since))
    rows = cases.order_by("-opened_at").values_list(
        "rounds__move", "version__model__tier", "pk", "rounds__decisions__person"
    )
    decided = list(rows[:MOST_ROWS])
    seen = {
        (row.case_id, row.person_id): row
        for row in Attention.objects.filter(case__in={case_id for _m, _t, case_id, _p in decided})
    }
    groups: dict[tuple[str, int], list[Attention | None]] = defaultdict(list)
    for move, tier, case_id, person_id in decided:
        groups[move, tier].append(seen.get((case_id, person_id)))
    return [
        _attended(move, tier, groups[move, tier])
        for move, tier in sorted(groups, key=lambda one: (MOVES.index(Move(one[0])), one[1]))
    ]


def _attended(move: str, tier: int, found: list[Attention | None]) -> Attended:
    measured = [row for row in found if row is not None]
    seconds = [float(row.seconds) for row in measured]
    return Attended(
        move_title(move),
        tier,
        len(found),
        Durations.of(seconds) if seconds else None,
        median(len(row.sections) for row in measured) if measured else 0,
        sum(one < QUICK_S for one in seconds) / len(seconds) if seconds else 0,
    )
