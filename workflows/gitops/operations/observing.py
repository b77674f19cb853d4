"""Observing: what became of a pull request, read from the forge and never believed from a hint."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.access.operations import involve
from governance.access.separation import Part
from governance.audit.actions import Action
from governance.errors import Permanent
from governance.outbox.claims import Again, Claim
from governance.sentences import Words, recalled
from governance.sentences import sentence as _
from workflows.cases.models import Task
from workflows.cases.operations import close_tasks
from workflows.gitops.connections import forge_of
from workflows.gitops.forges.base import (
    APPROVED_CONTEXT,
    Forge,
    RemotePullRequest,
    RemoteStatus,
)
from workflows.gitops.models import AlarmKind, PullRequest
from workflows.gitops.operations.alarms import question_head, question_merger, raise_alarm
from workflows.gitops.operations.closing import close_open, close_twins, store_closed
from workflows.gitops.operations.following import follow_reports
from workflows.gitops.operations.holding import (
    hold_open,
    make_sure_it_is_green,
    make_sure_of_status,
    question_hold,
    release_open,
)
from workflows.gitops.operations.recording import (
    GITOPS,
    moved,
    record_about,
    store_remote,
)
from workflows.gitops.queries import (
    differing_files,
    merger_of,
    promotion_in_hand,
    pull_request_of,
    unmerged_of_round,
    why_held,
    why_void,
)
from workflows.lifecycle.operations import settle_promotion
from workflows.targets.models import Promotion
from workflows.targets.operations import deploy_promotion, locked
from workflows.targets.progress import IN_FORGE, STANDS, may_move
from workflows.targets.queries import newer_than, round_stands

POLL_S = 60.0
MOVED = RemoteStatus(
    APPROVED_CONTEXT,
    "failure",
    "The branch has changed since the approval; nothing here is approved",
)
CLOSED = RemoteStatus(
    APPROVED_CONTEXT, "failure", "Closed without merging; ask for another one in Foureyes"
)


def observe_promotion(claim: Claim) -> dict[str, str] | Again:
    """Handler of `promotion.observe`: read the pull request again and follow what it tells.

    The promotion's own job looks again every POLL_S seconds until there is nothing to see; a job
    for one event looks once.
    """
    promotion = promotion_in_hand(UUID(claim.payload["promotion_id"]))
    if promotion.state in IN_FORGE and _look(claim, promotion):
        promotion = promotion_in_hand(promotion.pk)
    if promotion.state == "closed":
        _question_closed(claim, promotion)
    if promotion.state in STANDS and follow_reports(claim, promotion):
        promotion = promotion_in_hand(promotion.pk)
    state = promotion.state
    if state == "merged" and _is_live(promotion):
        state = _stand(claim, promotion)
    own_job = claim.key == str(promotion.pk)
    return Again(POLL_S) if own_job and state in IN_FORGE else {"state": state}


def _look(claim: Claim, promotion: Promotion) -> bool:
    """Look at the pull request; says whether the promotion may have moved."""
    row = pull_request_of(promotion)
    if row is None:
        return False
    forge = forge_of(row.forge)
    remote = forge.pull_request(row.repository, row.number)
    if remote.state == "open":
        return _look_at_open(claim, promotion, forge, remote)
    if remote.state == "merged":
        _settle_merged(claim, promotion, forge, remote)
    else:
        _settle_closed(claim, promotion, forge, remote)
    return True


# Merged ----------------------------------------------------------------------------------------
def _settle_merged(
    claim: Claim, promotion: Promotion, forge: Forge, remote: RemotePullRequest
) -> None:
    """Compare what stands on the base branch, not ids of commits: squash and rebase are fine."""
    branch, other = promotion.target.base_branch, remote.base_branch
    if other != branch:
        words = _("Merged into {other} instead of {branch}.", other=other, branch=branch)
        _store_diverged(claim, promotion, remote, words)
        return
    differing = differing_files(promotion, forge, remote.merge_sha)
    reason = _("Not what was approved: {files}", files=", ".join(differing))
    if not differing:
        void = why_void(promotion)
        reason = _("Merged without a standing approval. {reason}", reason=void)
        if not void:
            _store_merged(claim, promotion, remote)
            return
    _store_diverged(claim, promotion, remote, reason)


def _store_merged(claim: Claim, promotion: Promotion, remote: RemotePullRequest) -> None:
    person = merger_of(remote, promotion.target.forge)
    with transaction.atomic():
        claim.heartbeat()
        at = _merged_at(promotion, remote)
        row = moved(promotion, "merged", merge_commit=remote.merge_sha, merged_at=at)
        if row is None:
            return
        seen_open_at = store_remote(row, remote, person)
        if person is not None:
            involve(person.pk, Part.MERGER, row.version_id)
        record_about(
            Action.PROMOTION_MERGED,
            row,
            {"merge_commit": remote.merge_sha, "by": str(person.pk) if person else "unknown"},
            personal={"merged_by": remote.merged_by},
        )
        question_merger(row, remote)
        question_head(row, remote)
        question_hold(promotion, remote, seen_open_at)
        if not unmerged_of_round(row):
            case = row.approval_round.case
            done_by = person.pk if person else None
            close_tasks(case, Task.Verb.MERGE, done_by=done_by, actor=GITOPS)


def _merged_at(promotion: Promotion, remote: RemotePullRequest) -> datetime:
    """When it merged by the forge's clock, as far as ours allows: soak times count from there."""
    now = timezone.now()
    return min(max(remote.merged_at or now, promotion.opened_at or now), now)


def _store_diverged(
    claim: Claim, promotion: Promotion, remote: RemotePullRequest, reason: Words
) -> None:
    person = merger_of(remote, promotion.target.forge)
    with transaction.atomic():
        claim.heartbeat()
        row = moved(promotion, "diverged", reason=reason, merge_commit=remote.merge_sha)
        if row is None:
            return
        store_remote(row, remote, person)
        record_about(
            Action.PROMOTION_DIVERGED,
            row,
            {"merge_commit": remote.merge_sha, "by": str(person.pk) if person else "unknown"},
            personal={"merged_by": remote.merged_by, "reason": str(reason)},
        )
        raise_alarm(row, AlarmKind.DIVERGED, remote.merge_sha, reason)
        question_merger(row, remote)


def _stand(claim: Claim, promotion: Promotion) -> str:
    """Merged is live where no health is asked for; with the last target the version moves.

    Returns the promotion's state after that.
    """
    with transaction.atomic():
        claim.heartbeat()
        row = locked(promotion.pk)
        if not may_move(row.state, "deployed"):
            return row.state
        row = deploy_promotion(promotion.pk, at=_live_at(promotion), actor=GITOPS)
        if round_stands(row):
            settle_promotion(row, actor=GITOPS)
    return row.state


def _is_live(promotion: Promotion) -> bool:
    """Merged is enough, or the cluster has reported this very commit healthy."""
    return promotion.healthy_at is not None or not promotion.target.health_required


def _live_at(promotion: Promotion) -> datetime:
    return promotion.healthy_at or promotion.merged_at or timezone.now()


# Closed ----------------------------------------------------------------------------------------
def _settle_closed(
    claim: Claim, promotion: Promotion, forge: Forge, remote: RemotePullRequest
) -> None:
    """What a person closed stays closed; whoever opens it again finds it red."""
    with suppress(Permanent):  # a commit that the forge has forgotten is merged by nobody
        forge.set_status(promotion.target.repository, promotion.expected_head, CLOSED)
    reason = recalled(promotion.state_reason) or _("Closed in the forge, without a reason.")
    store_closed(claim, promotion, remote, "closed", reason)


def _question_closed(claim: Claim, promotion: Promotion) -> None:
    """Somebody may have opened it again and merged it past its red status: that is an alarm."""
    row = pull_request_of(promotion)
    remote = forge_of(row.forge).pull_request(row.repository, row.number) if row else None
    if remote is not None and remote.state == "merged":
        text = _("Merged after it had been closed.")
        with transaction.atomic():
            claim.heartbeat()
            raise_alarm(promotion, AlarmKind.DIVERGED, remote.merge_sha, text)


# Open ------------------------------------------------------------------------------------------
def _look_at_open(
    claim: Claim, promotion: Promotion, forge: Forge, remote: RemotePullRequest
) -> bool:
    reason: Words = why_void(promotion)
    state = "closed"
    if not reason and newer_than(promotion).exists():
        reason, state = _("A newer version was approved for this target."), "superseded"
    if reason:
        close_open(claim, promotion, forge, reason, state=state)
        return True
    hold = why_held(promotion)
    if hold is not None:
        hold_open(claim, promotion, forge, hold)
    elif promotion.state == "held":
        release_open(claim, promotion, forge)
    else:
        make_sure_it_is_green(promotion, forge)
    found = forge.find_pull_requests(
        promotion.target.repository, head=remote.head_branch, base=remote.base_branch
    )
    close_twins(forge, promotion, found, keep=remote.number)
    _note_head(claim, promotion, forge, remote)
    return hold is not None or promotion.state == "held"


def _note_head(claim: Claim, promotion: Promotion, forge: Forge, remote: RemotePullRequest) -> None:
    """A push to the branch: what is there now was approved by nobody."""
    if remote.head_sha != promotion.expected_head:
        make_sure_of_status(forge, promotion.target.repository, remote.head_sha, MOVED)
    with transaction.atomic():
        claim.heartbeat()
        row = PullRequest.objects.select_for_update().get(promotion=promotion)
        moved = row.head_sha != remote.head_sha
        row.head_sha, row.read_at = remote.head_sha, timezone.now()
        row.save(update_fields=["head_sha", "read_at"])
        if moved:
            details = {"head": remote.head_sha, "approved_head": promotion.expected_head}
            record_about(Action.PROMOTION_OBSERVED, promotion, details)
