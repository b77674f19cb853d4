"""Holding: while the line is stopped, or an earlier target has not soaked, nothing goes live.

What is not open is not opened, and what is open turns red.
"""

from datetime import datetime

from django.db import transaction

from governance.audit.actions import Action
from governance.audit.queries import entries_of
from governance.outbox.claims import Claim
from governance.outbox.operations import hasten
from workflows.gitops.forges.base import (
    APPROVED_CONTEXT,
    Forge,
    RemotePullRequest,
    RemoteStatus,
)
from workflows.gitops.models import AlarmKind
from workflows.gitops.operations.alarms import raise_alarm
from workflows.gitops.operations.polling import poll_promotions
from workflows.gitops.operations.recording import moved, record_about
from workflows.gitops.queries import Hold, why_held, why_held_at
from workflows.targets.models import Promotion
from workflows.targets.operations import OPEN

APPROVED = RemoteStatus(APPROVED_CONTEXT, "success", "Approved, and exactly this commit")
HELD_S = 60.0
STATUS_LIMIT = 140


def hold_promotion(claim: Claim, promotion: Promotion, hold: Hold) -> None:
    """Write down that a promotion is held, and why; twice is once."""
    with transaction.atomic():
        claim.heartbeat()
        if row := moved(promotion, "held", reason=hold.words):
            record_about(Action.PROMOTION_HELD, row, {"until": hold.until})


def hold_open(claim: Claim, promotion: Promotion, forge: Forge, hold: Hold) -> None:
    """Turn the status of an open pull request red, so that nobody merges it.

    Written down first: whoever lost the job turns nothing red, and what is red is known to be.
    """
    hold_promotion(claim, promotion, hold)
    red = RemoteStatus(APPROVED_CONTEXT, "failure", str(hold.words)[:STATUS_LIMIT])
    make_sure_of_status(forge, promotion.target.repository, promotion.expected_head, red)


def make_sure_of_status(forge: Forge, repository: str, sha: str, status: RemoteStatus) -> None:
    """Set a status that a look each minute asks for, unless the commit has it.

    GitHub takes a thousand of them for one commit and then refuses: less than a day of looks.
    """
    there = {one.context: one.state for one in forge.statuses(repository, sha)}
    if there.get(status.context) != status.state:
        forge.set_status(repository, sha, status)


def release_open(claim: Claim, promotion: Promotion, forge: Forge) -> None:
    """Nothing holds it any more: green, and open for the merge."""
    claim.heartbeat()
    forge.set_status(promotion.target.repository, promotion.expected_head, APPROVED)
    with transaction.atomic():
        claim.heartbeat()
        if row := moved(promotion, "open", state_reason=""):
            record_about(Action.PROMOTION_RELEASED, row, {})


def make_sure_it_is_green(promotion: Promotion, forge: Forge) -> None:
    """Of what was held once: a worker that slept over its release may have turned it red since."""
    held = entries_of("promotion", promotion.pk).filter(action=Action.PROMOTION_HELD)
    if held.exists():
        sha = promotion.expected_head
        make_sure_of_status(forge, promotion.target.repository, sha, APPROVED)


def question_hold(
    promotion: Promotion, remote: RemotePullRequest, seen_open_at: datetime | None
) -> None:
    """Somebody merged past a hold in a forge that does not ask us: an alarm, not a divergence.

    What held when it merged counts, where the forge tells that time; else what holds now. Our own
    screen has asked at the press of the button.
    """
    if remote.merged_by_account is not None:
        return
    if remote.merged_at is not None and seen_open_at is not None:
        hold = why_held_at(promotion, remote.merged_at, seen_open_at)
    else:
        hold = why_held(promotion)
    if hold is not None:
        raise_alarm(promotion, AlarmKind.FROZEN, remote.merge_sha, hold.words)


def follow_freeze(claim: Claim) -> dict[str, int]:
    """Handler of `freeze.changed`: whatever waits or is open is looked at now."""
    with transaction.atomic():
        claim.heartbeat()
        looked = poll_promotions()
        held = Promotion.objects.filter(state="held", pull_request=None)
        hastened = sum(hasten(OPEN, str(pk)) for pk in held.values_list("pk", flat=True))
    return {"looked": looked, "hastened": hastened}
