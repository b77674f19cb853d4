"""Of a promotion: how far it is, its alarms, and the jobs that gave up on the way."""

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
from workflows.desk.progress import Course
from workflows.gitops.models import PromotionAlarm, PullRequest
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


def open_alarms(promotions: Iterable[Promotion]) -> dict[UUID, PromotionAlarm]:
    """The newest alarm of each promotion that nobody has answered. One query."""
    ids = {promotion.pk for promotion in promotions}
    rows = PromotionAlarm.objects.filter(promotion__in=ids, closed_at=None).order_by("raised_at")
    return {row.promotion_id: row for row in rows}


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


def parked_jobs(actor: Actor, **narrow: UUID) -> list[ParkedJob]:
    """The parked jobs about versions that an actor may see, the longest parked first."""
    jobs = list(parked().filter(**narrow))
    versions = _by_id(visible_to(actor, _versions()).filter(pk__in=_named(jobs, "version_id")))
    promotions = _by_id(
        visible_to(actor, Promotion.objects.filter(pk__in=_named(jobs, "promotion_id")))
        .select_related("target", "version__model")
        .defer("approved_content")
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
    found = parked_jobs(actor, pk=job_id)
    if not found:
        raise NotFound(
            _("There is no parked job here that you can see."),
            remedy=_("Look at the deployments: it may have been started anew."),
        )
    return found[0]


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
