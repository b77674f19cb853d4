"""Deployments as a list: what shall stand where, what stands there, and what is on its way."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.inventory.models import RegisteredModel
from workflows.desk.progress import Course, Station, stations_of
from workflows.desk.queries.deployments import ParkedJob, course_of, open_alarms, parked_jobs
from workflows.desk.queries.inventory import inventory_models
from workflows.desk.queries.lists import Narrowing, Shown
from workflows.gitops.models import PromotionAlarm, SyncReport
from workflows.gitops.queries import (
    DeploymentLine,
    deployments,
    newest_reports,
    standing_alarms,
    unsettled,
)
from workflows.targets.models import Promotion, PromotionState

if TYPE_CHECKING:
    from django.core.paginator import Page

DRAWN = 5
DIVERGED = Q(state=PromotionState.DIVERGED)


@dataclass(frozen=True, slots=True)
class DeploymentRow:
    """One model at one target, with the stations of what is on its way there."""

    line: DeploymentLine
    verdict: str
    stations: tuple[Station, ...]
    parked: ParkedJob | None
    report: SyncReport | None
    alarm: PromotionAlarm | None = None


@dataclass(frozen=True, slots=True)
class BoardCounts:
    """What the sentence over the list says, whatever is narrowed."""

    moving: int
    differing: int
    alarmed: int


@dataclass(frozen=True, slots=True)
class Board:
    """The page: what is on its way, what stands, and the parked jobs that are not told with these.

    Of what is on its way, and of the jobs, only so many are drawn; the rest is `more_moving` and
    `more_parked`.
    """

    moving: tuple[DeploymentRow, ...]
    more_moving: bool
    rows: tuple[DeploymentRow, ...]
    parked: tuple[ParkedJob, ...]
    more_parked: int


def board_models(actor: Actor, narrowing: Narrowing) -> QuerySet[RegisteredModel]:
    """The models that were ever promoted, as the actor may see them, narrowed, by title."""
    rows = inventory_models(actor, narrowing)
    return rows.filter(pk__in=_promoted(narrowing.shown))


def _promoted(shown: str) -> QuerySet[Any, Any]:
    if shown == Shown.ALARMED:
        return standing_alarms().values("promotion__version__model")
    if shown == Shown.MOVING:
        return unsettled().exclude(DIVERGED).values("version__model")
    if shown == Shown.DIFFERS:
        return unsettled().filter(DIVERGED).values("version__model")
    return Promotion.objects.order_by().values("version__model")


def board_counts(actor: Actor) -> BoardCounts:
    """How many promotions the actor sees on their way, differing, and with an open alarm."""
    return BoardCounts(
        **visible_to(actor, unsettled()).aggregate(
            moving=Count("pk", filter=~DIVERGED), differing=Count("pk", filter=DIVERGED)
        ),
        alarmed=visible_to(actor, standing_alarms()).values("promotion").distinct().count(),
    )


def board(actor: Actor, models: QuerySet[RegisteredModel], page: "Page[RegisteredModel]") -> Board:
    """The deployments of a page of models; before the first, what is on its way to any of them.

    The number of queries does not grow with them.
    """
    jobs = parked_jobs(actor)
    drawn = {} if page.has_previous() else _under_way(models)
    shown = {model.pk for model in page}
    rows = _rows(shown | set(drawn.values()), jobs)
    keys = set(list(drawn)[:DRAWN])
    moving = tuple(row for row in rows if row.line.desired and row.line.desired.pk in keys)
    told = {row.parked.job.pk for row in moving if row.parked}
    rest = [job for job in jobs if job.job.pk not in told]
    return Board(
        moving=moving,
        more_moving=len(drawn) > DRAWN,
        rows=tuple(row for row in rows if row.line.model.pk in shown),
        parked=tuple(rest[:DRAWN]),
        more_parked=len(rest[DRAWN:]),
    )


def _under_way(models: QuerySet[RegisteredModel]) -> dict[UUID, UUID]:
    """What was asked for last among them, each with its model; one more than is drawn."""
    rows = unsettled().filter(version__model__in=models.order_by().values("pk"))
    newest = rows.order_by("-created_at", "-id").values_list("pk", "version__model")
    return dict(newest[: DRAWN + 1])


def _rows(model_ids: set[UUID], jobs: Iterable[ParkedJob]) -> list[DeploymentRow]:
    by_promotion = {job.promotion.pk: job for job in jobs if job.promotion}
    lines = deployments(model_ids)
    reports = newest_reports(one for line in lines for one in _standing(line))
    alarms = open_alarms(one for line in lines for one in (line.desired, line.live) if one)
    return [_row(line, by_promotion, reports, alarms) for line in lines]


def _row(
    line: DeploymentLine,
    by_promotion: dict[UUID, ParkedJob],
    reports: dict[UUID, SyncReport],
    alarms: dict[UUID, PromotionAlarm],
) -> DeploymentRow:
    job = by_promotion.get(line.desired.pk) if line.desired else None
    stations = stations_of(_course(line, job)) if line.desired else []
    report = next((reports[one.pk] for one in _standing(line) if one.pk in reports), None)
    raised = (alarms.get(one.pk) for one in (line.desired, line.live) if one)
    alarm = next((one for one in raised if one), None)
    return DeploymentRow(line, verdict_of(line, job), tuple(stations), job, report, alarm)


def _standing(line: DeploymentLine) -> list[Promotion]:
    """What a deployer may speak of: what is live, else what shall be."""
    return [one for one in (line.live or line.desired,) if one]


def verdict_of(line: DeploymentLine, job: ParkedJob | None) -> str:
    """How a line stands in one word: equal, parked, or the state of what is on its way."""
    if line.settled:
        return "equal" if line.live else "closed"
    if job:
        return "parked"
    return line.desired.state if line.desired else "closed"


def _course(line: DeploymentLine, job: ParkedJob | None) -> Course:
    assert line.desired is not None
    return course_of(line.desired, line.pull_request, job)
