"""Following: what a cluster reports, compared with what merged.

A deployer reports the commit that it took from the branch. That may be a later one than ours, which
holds ours as well, and it may say so before we have seen the merge. So the last report is kept, and
every look at the promotion compares it: by the commit, else by the approved files at that commit.
"""

import re
from collections.abc import Sequence

from django.db import transaction

from governance.outbox.claims import Claim
from governance.outbox.operations import hasten
from workflows.gitops.connections import forge_of
from workflows.gitops.models import AlarmKind, SyncReport
from workflows.gitops.operations.alarms import raise_alarm
from workflows.gitops.queries import differing_files, reports_about
from workflows.gitops.reports import is_commit, is_short
from workflows.targets.models import Promotion
from workflows.targets.operations import OBSERVE, OPEN, locked
from workflows.targets.queries import unmerged_after

COMMIT = re.compile(r"[0-9a-f]{40}\Z")


def follow_reports(claim: Claim, promotion: Promotion) -> int:
    """Count what was reported about the promotion: synced, healthy, or degraded; how many."""
    found = [one for one in reports_about(promotion) if _is_news(promotion, one)]
    counting = [report for report in found if _holds(promotion, report)]
    if counting:
        with transaction.atomic():
            claim.heartbeat()
            _note(locked(promotion.pk), counting)
    return len(counting)


def _is_news(promotion: Promotion, report: SyncReport) -> bool:
    """Asked first, since to compare files a forge must be asked."""
    if report.health == "Degraded":
        return True
    healthy = report.synced and report.health == "Healthy"
    return (report.synced and promotion.synced_at is None) or (
        healthy and promotion.healthy_at is None
    )


def _holds(promotion: Promotion, report: SyncReport) -> bool:
    """Whether the reported commit is the merged one, or a later one that has its files."""
    if is_commit(report.revision, promotion.merge_commit):
        return True
    earlier = promotion.merged_at is None or report.observed_at < promotion.merged_at
    if earlier or not (COMMIT.match(report.revision) or is_short(report.revision)):
        return False
    target, forge = promotion.target, forge_of(promotion.target.forge)
    sha = forge.commit_on(target.repository, target.base_branch, report.revision)
    return sha is not None and not differing_files(promotion, forge, sha)


def _note(promotion: Promotion, reports: Sequence[SyncReport]) -> None:
    """In the caller's transaction, oldest first; of health the last word counts, whoever's."""
    for report in reports:
        if report.health == "Degraded":
            occasion = f"{promotion.merge_commit}:{report.source}"
            text = f"{report.application}: {report.message}"
            raise_alarm(promotion, AlarmKind.DEGRADED, occasion, text)
        if report.synced and promotion.synced_at is None:
            promotion.synced_at = report.observed_at
    last = reports[-1]
    if last.health == "Degraded":
        _disturb_soak(promotion, last)
    elif last.synced and last.health == "Healthy" and promotion.healthy_at is None:
        promotion.healthy_at = last.observed_at
    promotion.save(update_fields=["synced_at", "healthy_at"])


def _disturb_soak(promotion: Promotion, report: SyncReport) -> None:
    """What follows is held, and the whole soak begins when it is healthy again."""
    since = promotion.healthy_at
    if since is None or report.observed_at < since or not promotion.target.health_required:
        return
    followers = list(unmerged_after(promotion))
    if followers:  # where nothing waits for the soak, it stays known since when it is healthy
        promotion.healthy_at = None
    for follower in followers:
        hasten(OPEN, str(follower.pk))
        hasten(OBSERVE, str(follower.pk))
