"""What shall stand where, what stands there, and the jobs that gave up on the way."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import reach_of, visible_to
from governance.access.reach import Reach
from governance.actors import Actor
from governance.errors import NotFound
from governance.inventory.models import ModelVersion
from governance.monitoring.models import Alert
from governance.outbox.models import OutboxJob
from governance.outbox.queries import parked
from governance.templatetags.foureyes import moment_short
from workflows.desk.progress import Course, Station, stations_of
from workflows.gitops.models import PromotionAlarm, PullRequest, SyncReport
from workflows.gitops.queries import DeploymentLine, newest_reports
from workflows.gitops.queries import deployments as deployment_lines
from workflows.lifecycle.queries import EVALUATE
from workflows.targets.models import Promotion


@dataclass(frozen=True, slots=True)
class ParkedJob:
    """A job that gave up: what it is about, and whether the reader may start it anew."""

    job: OutboxJob
    what: str
    version: ModelVersion | None
    promotion: Promotion | None
    may_retry: bool


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
class Board:
    """The page: what is on its way, what stands, and every parked job that the reader may see."""

    moving: tuple[DeploymentRow, ...]
    rows: tuple[DeploymentRow, ...]
    parked: tuple[ParkedJob, ...]

    @property
    def alarmed(self) -> int:
        """How many lines have an alarm that nobody has answered."""
        return sum(row.alarm is not None for row in self.rows)


def board(actor: Actor) -> Board:
    """The deployments that an actor may see. The number of queries does not grow with them."""
    jobs = parked_jobs(actor)
    by_promotion = {job.promotion.pk: job for job in jobs if job.promotion}
    lines = deployment_lines(actor)
    reports = newest_reports(one for line in lines for one in _standing(line))
    alarms = open_alarms(one for line in lines for one in (line.desired, line.live) if one)
    rows = [_row(line, by_promotion, reports, alarms) for line in lines]
    drawn = {row.parked.job.pk for row in rows if row.parked}
    return Board(
        moving=tuple(row for row in rows if not row.line.settled),
        rows=tuple(rows),
        parked=tuple(job for job in jobs if job.job.pk not in drawn),
    )


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


def open_alarms(promotions: Iterable[Promotion]) -> dict[UUID, PromotionAlarm]:
    """The newest alarm of each promotion that nobody has answered. One query."""
    ids = {promotion.pk for promotion in promotions}
    rows = PromotionAlarm.objects.filter(promotion__in=ids, closed_at=None).order_by("raised_at")
    return {row.promotion_id: row for row in rows}


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


def course_of(promotion: Promotion, pulled: PullRequest | None, job: ParkedJob | None) -> Course:
    """What is known of a promotion, in words."""
    return Course(
        state=promotion.state,
        reason=promotion.reason,
        approved_at=_moment(promotion.created_at),
        opened_at=_moment(promotion.opened_at),
        merged_at=_moment(promotion.merged_at),
        synced_at=_moment(promotion.synced_at),
        deployed_at=_moment(promotion.deployed_at),
        pull_request=str(pulled) if pulled else "",
        address=pulled.url if pulled else "",
        merged_by=pulled.merged_by if pulled else "",
        parked=reason_of(job.job) if job else "",
        tries=job.job.attempts if job else 0,
    )


def _moment(at: datetime | None) -> str:
    return moment_short(at) if at else ""


def parked_jobs(actor: Actor) -> list[ParkedJob]:
    """The parked jobs about versions that an actor may see, the longest parked first."""
    jobs = list(parked())
    versions = _by_id(visible_to(actor, _versions()).filter(pk__in=_named(jobs, "version_id")))
    promotions = _by_id(
        visible_to(
            actor, Promotion.objects.filter(pk__in=_named(jobs, "promotion_id"))
        ).select_related("target", "version__model")
    )
    alerts = _by_id(
        visible_to(actor, Alert.objects.filter(pk__in=_named(jobs, "alert_id"))).select_related(
            "version__model"
        )
    )
    reach = reach_of(actor)
    found = (_parked(job, versions, promotions, alerts, reach) for job in jobs)
    return [one for one in found if one is not None]


def gave_up(promotion_ids: Iterable[UUID]) -> dict[UUID, OutboxJob]:
    """The job that gave up over each of these promotions, the first where several did. One query.

    What is on its way by its state stands still then, and every page has to say so.
    """
    ids = [str(pk) for pk in promotion_ids]
    jobs = parked().filter(payload__promotion_id__in=ids) if ids else ()
    found: dict[UUID, OutboxJob] = {}
    for job in jobs:
        found.setdefault(UUID(job.payload["promotion_id"]), job)
    return found


def parked_over(actor: Actor, promotions: Iterable[Promotion]) -> dict[UUID, ParkedJob]:
    """The same for pages that offer to start it anew."""
    rows = {row.pk: row for row in promotions}
    reach = reach_of(actor)
    return {
        pk: ParkedJob(
            job,
            topic_words(job.topic),
            rows[pk].version,
            rows[pk],
            may_retry=reach.allows(Permission.JOB_RETRY, rows[pk].version),
        )
        for pk, job in gave_up(rows).items()
    }


def parked_job(actor: Actor, job_id: UUID) -> ParkedJob:
    """One parked job.

    Raises:
        NotFound: there is none, it is not parked any more, or it is not the actor's to see.
    """
    found = next((one for one in parked_jobs(actor) if one.job.pk == job_id), None)
    if found is None:
        raise NotFound(
            _("There is no parked job here that you can see."),
            remedy=_("Look at the deployments: it may have been started anew."),
        )
    return found


def _versions() -> QuerySet[ModelVersion]:
    rows: QuerySet[ModelVersion] = ModelVersion.objects.select_related("model")
    return rows


def _named(jobs: Iterable[OutboxJob], name: str) -> list[str]:
    return [job.payload[name] for job in jobs if name in job.payload]


def _by_id(rows: Iterable[Any]) -> dict[str, Any]:
    return {str(row.pk): row for row in rows}


def _parked(
    job: OutboxJob,
    versions: dict[str, Any],
    promotions: dict[str, Any],
    alerts: dict[str, Any],
    reach: Reach,
) -> ParkedJob | None:
    promotion = promotions.get(job.payload.get("promotion_id", ""))
    alert = alerts.get(job.payload.get("alert_id", ""))
    about = promotion or alert
    version = about.version if about else versions.get(job.payload.get("version_id", ""))
    may = reach.allows(Permission.JOB_RETRY, version)
    if version is None and not may:
        return None
    return ParkedJob(job, topic_words(job.topic), version, promotion, may)


def reason_of(job: OutboxJob) -> str:
    """Why a job gave up."""
    return job.error or _("It gave no reason.")


def topic_words(topic: str) -> str:
    """What a job is for, as people say it."""
    known = {
        "alert.closed": _("Closing the case of an alert"),
        "alert.raised": _("Opening the case of an alert"),
        "comparison.request": _("Comparing two versions"),
        "promotion.close": _("Closing the pull request"),
        "promotion.observe": _("Reading the pull request"),
        "promotion.open": _("Opening the pull request"),
        "target.watch": _("Watching the repository"),
        EVALUATE: _("Running the checks"),
        "webhook.heard": _("Following a hint"),
    }
    return known.get(topic, topic)
