"""One promotion with everything about it: steps and tries, desired against live, runs, alarms."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import can, visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.outbox.models import OutboxJob
from governance.outbox.queries import jobs
from workflows.desk.progress import Station, stations_of
from workflows.desk.queries.deployments import (
    ParkedJob,
    course_of,
    parked_jobs,
    topic_words,
)
from workflows.desk.queries.runs import run_statuses, runs_of
from workflows.gitops.models import PipelineRun, PromotionAlarm, PullRequest, SyncReport
from workflows.gitops.queries import reports_about
from workflows.gitops.reports import is_commit
from workflows.targets.models import Promotion
from workflows.targets.queries import is_repeatable


@dataclass(frozen=True, slots=True)
class Compared:
    """One fact as it was approved and as it stands; `live` is empty where nothing is known."""

    label: str
    approved: str
    live: str

    @property
    def outcome(self) -> str:
        """equal, differs or unknown."""
        if not self.live:
            return "unknown"
        return "equal" if self.approved == self.live else "differs"


@dataclass(frozen=True, slots=True)
class Tried:
    """A job of this promotion: what for, how it stands, how often it was tried."""

    what: str
    job: OutboxJob


@dataclass(frozen=True, slots=True)
class PromotionPage:
    """What the page of a promotion shows."""

    promotion: Promotion
    pull_request: PullRequest | None
    stations: tuple[Station, ...]
    compared: tuple[Compared, ...]
    report: SyncReport | None
    tried: tuple[Tried, ...]
    parked: tuple[ParkedJob, ...]
    runs: QuerySet[PipelineRun]
    statuses: tuple[tuple[str, str], ...]
    alarms: tuple[PromotionAlarm, ...]
    may_close_alarm: bool
    may_read_again: bool
    may_request: bool


def promotion_page(
    actor: Actor, promotion_id: UUID, *, status: str = "", label: str = ""
) -> PromotionPage:
    """Gather a promotion for its page; runs narrowed by status and by a label `key:value`.

    Raises:
        NotFound: There is none, or not for this actor.
    """
    promotion = promotion_by_id(actor, promotion_id)
    parked = tuple(
        job for job in parked_jobs(actor) if job.promotion and job.promotion.pk == promotion.pk
    )
    request = getattr(promotion, "pull_request", None)
    course = course_of(promotion, request, parked[0] if parked else None)
    report = next(reversed(reports_about(promotion)), None)
    return PromotionPage(
        promotion=promotion,
        pull_request=request,
        stations=tuple(stations_of(course)),
        compared=tuple(_compared(promotion, report)),
        report=report,
        tried=tuple(Tried(topic_words(job.topic), job) for job in _jobs(promotion)),
        parked=parked,
        runs=runs_of(promotion.pipeline_runs.all(), status, label),
        statuses=run_statuses(),
        alarms=tuple(promotion.alarms.select_related("closed_by")),
        may_close_alarm=can(actor, Permission.PROMOTION_ALARM_CLOSE, promotion),
        may_read_again=can(actor, Permission.JOB_RETRY, promotion),
        may_request=is_repeatable(promotion) and can(actor, Permission.PROMOTION_CLOSE, promotion),
    )


def promotion_by_id(actor: Actor, promotion_id: UUID) -> Promotion:
    """Return a promotion that the actor may know of.

    Raises:
        NotFound: There is none, or not for this actor.
    """
    rows = Promotion.objects.select_related(
        "target", "version__model__portfolio", "approval_round", "pull_request"
    )
    found = visible_to(actor, rows).filter(pk=promotion_id).first()
    if found is None:
        raise NotFound(_("There is no such promotion, or not for you."))
    return found


def _jobs(promotion: Promotion) -> QuerySet[OutboxJob]:
    return jobs().filter(payload__promotion_id=str(promotion.pk)).order_by("created_at", "id")


def _compared(promotion: Promotion, report: SyncReport | None) -> list[Compared]:
    live = (
        Promotion.objects.filter(
            target=promotion.target_id, version__model=promotion.version.model_id, state="deployed"
        )
        .select_related("version", "approval_round")
        .first()
    )
    version = live.version if live else None
    return [
        Compared(_("Version"), _named(promotion.version), _named(version) if version else ""),
        Compared(_("Content"), promotion.content_digest, live.content_digest if live else ""),
        Compared(
            _("Digest of the case"),
            promotion.approval_round.digest,
            live.approval_round.digest if live else "",
        ),
        Compared(_("Commit"), promotion.merge_commit or "–", _reported(promotion, report)),
    ]


def _reported(promotion: Promotion, report: SyncReport | None) -> str:
    """The commit that a deployer speaks of; Flux tells of charts only its beginning."""
    if report is None or is_commit(report.revision, promotion.merge_commit):
        return promotion.merge_commit if report else ""
    return report.revision


def _named(version: object) -> str:
    return str(getattr(version, "label", "") or getattr(version, "number", ""))
