"""Opening: from a promotion that was asked for to exactly one pull request."""

from uuid import UUID

from django.db import transaction

from governance.audit.actions import Action
from governance.audit.models import AnchorKind
from governance.audit.operations import note_anchored
from governance.errors import Duplicate, Permanent, Temporary
from governance.outbox.claims import Again, Claim, LeaseLost
from governance.sentences import sentence as _
from workflows.gitops.connections import forge_of
from workflows.gitops.forges.base import (
    Forge,
    RemotePullRequest,
    Unfulfilled,
    Wishes,
)
from workflows.gitops.models import ChangeSet, PullRequest
from workflows.gitops.operations.closing import (
    BEHIND_S,
    clear_traces,
    close_twins,
    from_branch,
    void_and_clear,
)
from workflows.gitops.operations.holding import APPROVED, HELD_S, hold_promotion
from workflows.gitops.operations.polling import ask_to_observe
from workflows.gitops.operations.recording import record_about
from workflows.gitops.preparation import CHECKPOINT, new_commit, prepared
from workflows.gitops.queries import older_open, promotion_in_hand, why_held, why_void
from workflows.targets.models import Promotion
from workflows.targets.operations import move_promotion

_UNOPENED = {"waiting", "held", "preparing"}


def open_promotion(claim: Claim) -> dict[str, str | int] | Again:
    """Handler of `promotion.open`: prepare once, then make sure of branch, pull request, status.

    Raises:
        Permanent: A branch of that name holds something else, or the target cannot be written to.
    """
    promotion = promotion_in_hand(UUID(claim.payload["promotion_id"]))
    forge = forge_of(promotion.target.forge)
    if promotion.state not in _UNOPENED:
        clear_traces(forge, promotion)
        return {"state": promotion.state}
    if reason := why_void(promotion):
        if void_and_clear(claim, forge, promotion, reason):
            return Again(BEHIND_S)
        return {"state": "closed", "reason": str(reason)}
    if (hold := why_held(promotion)) is not None:
        hold_promotion(claim, promotion, hold)
        return Again(HELD_S)
    try:
        remote = _opened(claim, promotion, forge)
    except LeaseLost:
        _undo_if_closed(forge, promotion_in_hand(promotion.pk))
        raise
    return {"state": "open", "number": remote.number, "url": remote.url}


def _opened(claim: Claim, promotion: Promotion, forge: Forge) -> RemotePullRequest:
    """Step by step; each asks first whether the job is still ours."""
    _start(claim, promotion)
    change_set = prepared(claim, promotion, forge)
    claim.progress(str(_("Pushing the branch")), 1, 4)
    _make_sure_of_branch(forge, promotion, change_set)
    claim.progress(str(_("Opening the pull request")), 2, 4)
    remote = _make_sure_of_pull_request(forge, promotion, change_set)
    claim.progress(str(_("Setting the status")), 3, 4)
    forge.set_status(promotion.target.repository, change_set.expected_head, APPROVED)
    unfulfilled = _fulfil(forge, promotion, remote)
    _store_opened(claim, promotion, remote, unfulfilled)
    return remote


def _undo_if_closed(forge: Forge, promotion: Promotion) -> None:
    """Whoever slept may have opened it after the others had looked for the last time."""
    if promotion.state == "closed":
        clear_traces(forge, promotion)


def _start(claim: Claim, promotion: Promotion) -> None:
    with transaction.atomic():
        claim.progress(str(_("Preparing the change set")), 0, 4)
        if promotion.state != "preparing":
            move_promotion(promotion.pk, "preparing")


def _make_sure_of_branch(forge: Forge, promotion: Promotion, change_set: ChangeSet) -> None:
    """Absent: create it. Ours: go on. Anything else: a person must look."""
    repository, branch = promotion.target.repository, change_set.branch
    tip = forge.ref(repository, branch)
    if tip is None:
        forge.write_commit(repository, new_commit(change_set))
        forge.create_branch(repository, branch, change_set.expected_head)
        tip = forge.ref(repository, branch)
    if tip != change_set.expected_head:
        raise Permanent(
            _(
                "The branch {branch} in {repository} holds something that Foureyes did not write.",
                branch=branch,
                repository=repository,
            ),
            remedy=_("Look who made it; delete or rename it there, then retry this job."),
        )


def _make_sure_of_pull_request(
    forge: Forge, promotion: Promotion, change_set: ChangeSet
) -> RemotePullRequest:
    """Look in every state before opening, and look again after."""
    found = from_branch(forge, promotion, change_set)
    if not found:
        opened = _open(forge, promotion, change_set)
        listed = from_branch(forge, promotion, change_set)
        # A list may be a moment behind: what was just opened counts although it is not in it yet.
        there = {remote.number: remote for remote in (*opened, *listed)}
        found = tuple(there[number] for number in sorted(there))
    if not found:
        raise Temporary(_("The forge has the pull request, but does not show it yet."))
    chosen = _chosen(found)
    close_twins(forge, promotion, found, keep=chosen.number)
    return chosen


def _open(
    forge: Forge, promotion: Promotion, change_set: ChangeSet
) -> tuple[RemotePullRequest, ...]:
    target = promotion.target
    try:
        opened = forge.open_pull_request(
            target.repository,
            head=change_set.branch,
            base=target.base_branch,
            title=change_set.title,
            body=change_set.body,
            draft=bool(target.wishes.get("draft")),
        )
    except Duplicate:
        return ()  # somebody was quicker; the next look finds it
    return (opened,)


def _chosen(found: tuple[RemotePullRequest, ...]) -> RemotePullRequest:
    """Merged before open before closed, then the lowest number: what a person did is final."""
    order = {"merged": 0, "open": 1, "closed": 2}
    return min(found, key=lambda remote: (order[remote.state], remote.number))


def _fulfil(
    forge: Forge, promotion: Promotion, remote: RemotePullRequest
) -> tuple[Unfulfilled, ...]:
    """Labels and people are courtesy: what the forge refuses is noted, and nothing waits for it."""
    asked = promotion.target.wishes
    wishes = Wishes(
        labels=tuple(asked.get("labels", ())),
        reviewers=tuple(asked.get("reviewers", ())),
        assignees=tuple(asked.get("assignees", ())),
        milestone=asked.get("milestone", ""),
        draft=bool(asked.get("draft")),
    )
    if remote.state != "open" or wishes == Wishes():
        return ()
    return forge.fulfil(promotion.target.repository, remote.number, wishes)


def _store_opened(
    claim: Claim,
    promotion: Promotion,
    remote: RemotePullRequest,
    unfulfilled: tuple[Unfulfilled, ...],
) -> None:
    """Row, state, entry and the first look, in one fenced transaction."""
    with transaction.atomic():
        claim.heartbeat()
        row = move_promotion(promotion.pk, "open", opened_at=remote.opened_at)
        PullRequest.objects.create(
            promotion=row,
            forge=row.target.forge,
            repository=row.target.repository,
            number=remote.number,
            url=remote.url,
            head_sha=row.expected_head,
            base_branch=remote.base_branch,
            opened_at=remote.opened_at,
            unfulfilled=[{"wish": one.wish, "text": one.text} for one in unfulfilled],
        )
        details: dict[str, str | int] = {
            "repository": row.target.repository,
            "number": remote.number,
            "head": row.expected_head,
        }
        record_about(Action.PROMOTION_OPENED, row, details)
        _note_anchor(row, remote)
        ask_to_observe(row.pk)
        for older in older_open(row):
            ask_to_observe(older, event=f"followed:{row.pk}")


def _note_anchor(promotion: Promotion, remote: RemotePullRequest) -> None:
    """The checkpoint in the branch lies where nobody of this site can take it back."""
    for file in promotion.change_set.files:
        if file["path"].endswith(f"/{CHECKPOINT}") and file["text"]:
            where = remote.url or promotion.target.repository
            note_anchored(file["text"], AnchorKind.GIT, f"{where} {promotion.expected_head}"[:500])
