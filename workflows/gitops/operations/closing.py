"""Closing what must not be merged: void, followed by a newer one, or a twin."""

from collections.abc import Sequence
from contextlib import suppress
from uuid import UUID

from django.db import transaction

from governance.audit.actions import Action
from governance.errors import Permanent
from governance.outbox.claims import Again, Claim
from governance.sentences import Words, recalled
from workflows.cases.models import Task
from workflows.cases.operations import close_tasks
from workflows.gitops.connections import forge_of
from workflows.gitops.forges.base import (
    APPROVED_CONTEXT,
    Forge,
    RemotePullRequest,
    RemoteStatus,
)
from workflows.gitops.models import ChangeSet
from workflows.gitops.operations.polling import ask_to_observe
from workflows.gitops.operations.recording import GITOPS, moved, record_about, store_remote
from workflows.gitops.queries import promotion_in_hand, pull_request_of, unmerged_of_round
from workflows.lifecycle.operations import abandon_promotion
from workflows.targets.models import Promotion
from workflows.targets.progress import IN_FORGE

OURSELVES = "Foureyes"
BEHIND_S = 60.0  # a forge's list has caught up by then


def close_promotion(claim: Claim) -> dict[str, str] | Again:
    """Handler of `promotion.close`: the version goes no further, so its pull request does not.

    One that was merged a moment before stays merged; observing finds it diverged.
    """
    promotion = promotion_in_hand(UUID(claim.payload["promotion_id"]))
    forge, reason = forge_of(promotion.target.forge), recalled(claim.payload["reason"])
    if promotion.state in IN_FORGE and pull_request_of(promotion) is not None:
        close_open(claim, promotion, forge, reason, state="closed")
    elif void_and_clear(claim, forge, promotion, reason):
        return Again(BEHIND_S)
    return {"state": promotion_in_hand(promotion.pk).state}


def void_and_clear(claim: Claim, forge: Forge, promotion: Promotion, reason: Words) -> bool:
    """Close a promotion that no pull request is known of, and one that nobody told us of.

    Says whether to look once more: a list may be behind, and miss what a dead worker has opened.
    """
    ended = void(claim, promotion, reason)
    clear_traces(forge, promotion)
    return ended and ChangeSet.objects.filter(promotion=promotion).exists()


def void(claim: Claim, promotion: Promotion, reason: Words) -> bool:
    """Close a promotion that no pull request is known of; says whether it was not closed yet."""
    with transaction.atomic():
        claim.heartbeat()
        row = moved(promotion, "closed", reason=reason)
        if row is not None:
            record_about(Action.PROMOTION_CLOSED, row, {}, personal={"reason": str(reason)})
            abandon_promotion(row, actor=GITOPS)
    return row is not None


def clear_traces(forge: Forge, promotion: Promotion) -> None:
    """A promotion closed while it was being opened may have left a pull request: close it."""
    change_set = ChangeSet.objects.filter(promotion=promotion).first()
    if change_set is None or pull_request_of(promotion) is not None:
        return
    why = promotion_in_hand(promotion.pk).reason
    for remote in from_branch(forge, promotion, change_set):
        _close_in_forge(forge, promotion, remote.number, why)


def from_branch(
    forge: Forge, promotion: Promotion, change_set: ChangeSet
) -> tuple[RemotePullRequest, ...]:
    """Return every pull request from the promotion's branch, in all states."""
    target = promotion.target
    return forge.find_pull_requests(
        target.repository, head=change_set.branch, base=target.base_branch
    )


def close_open(
    claim: Claim, promotion: Promotion, forge: Forge, reason: Words, *, state: str
) -> None:
    """Close an open pull request in its forge and then here; `state` is closed or superseded."""
    row = pull_request_of(promotion)
    if row is None:
        return
    remote = _close_in_forge(forge, promotion, row.number, str(reason))
    if remote.state == "closed":
        if state == "superseded":
            _clear_branch(forge, promotion)
        store_closed(claim, promotion, remote, state, reason)
    else:  # somebody merged it meanwhile
        ask_to_observe(promotion.pk, event=remote.merge_sha)


def _clear_branch(forge: Forge, promotion: Promotion) -> None:
    """Nobody needs it any more; what others pushed to it stays, and so does what a forge keeps."""
    with suppress(Permanent):
        forge.delete_branch(promotion.target.repository, promotion.branch, promotion.expected_head)


def store_closed(
    claim: Claim, promotion: Promotion, remote: RemotePullRequest, state: str, reason: Words
) -> None:
    """Write down that a pull request was closed, by whomever, and why."""
    action = Action.PROMOTION_SUPERSEDED if state == "superseded" else Action.PROMOTION_CLOSED
    with transaction.atomic():
        claim.heartbeat()
        row = moved(promotion, state, reason=reason)
        if row is None:
            return
        store_remote(row, remote)
        personal = {"closed_by": remote.closed_by, "reason": str(reason)}
        record_about(action, row, {"number": remote.number}, personal=personal)
        if not unmerged_of_round(row):
            close_tasks(promotion.approval_round.case, Task.Verb.MERGE, actor=GITOPS)
        abandon_promotion(row, actor=GITOPS)


def close_twins(
    forge: Forge, promotion: Promotion, found: Sequence[RemotePullRequest], *, keep: int
) -> None:
    """Close every other open pull request from the same branch, and say so in the log."""
    for twin in found:
        if twin.state == "open" and twin.number != keep:
            _close_twin(forge, promotion, twin.number, keep)


def _close_twin(forge: Forge, promotion: Promotion, number: int, keep: int) -> None:
    repository = promotion.target.repository
    forge.comment(repository, number, f"Closed in favour of !{keep}.", author=OURSELVES)
    forge.close(repository, number, closed_by=OURSELVES)
    with transaction.atomic():
        details = {"kept": keep, "closed": number}
        record_about(Action.PROMOTION_DUPLICATE_HEALED, promotion, details)


def _close_in_forge(forge: Forge, promotion: Promotion, number: int, why: str) -> RemotePullRequest:
    """Turn the status red, say why, close; each may be repeated. Returns what it is then."""
    repository = promotion.target.repository
    red = RemoteStatus(APPROVED_CONTEXT, "failure", why)
    forge.set_status(repository, promotion.expected_head, red)
    remote = forge.pull_request(repository, number)
    if remote.state != "open":
        return remote
    forge.comment(repository, number, why, author=OURSELVES)
    return forge.close(repository, number, closed_by=OURSELVES)
