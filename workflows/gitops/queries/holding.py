"""What keeps a deployment from going on: a line that is stopped, a target that has not soaked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from governance.sentences import Words
from governance.sentences import sentence as _
from workflows.policies.queries import Hold as Stop
from workflows.policies.queries import definition_of, hold_over
from workflows.targets.models import Promotion, PromotionKind
from workflows.targets.queries import soaking_before

LIFTED = "lifted"
HEALTHY = "healthy"
CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a promotion waits, what to do about it, and until when: a time, or a word for it."""

    words: Words
    remedy: Words
    until: str


def why_held(promotion: Promotion) -> Hold | None:
    """Say what keeps a deployment from going on now; an emergency is never held."""
    return _why_held(promotion, None)


def why_held_at(promotion: Promotion, merged_at: datetime, seen_open_at: datetime) -> Hold | None:
    """Say what held a deployment when it merged, by its forge's clock.

    That clock is not ours: the merge came after we saw the request open, and not later than now.
    Where a stop began within CLOCKS_DIFFER after it, it counts as merged past the stop. Whether an
    earlier target had soaked is asked of now, since no time is kept of that.
    """
    now = timezone.now()
    at = min(max(merged_at, seen_open_at), now)
    return _why_held(promotion, at) or _why_held(promotion, min(at + CLOCKS_DIFFER, now))


def _why_held(promotion: Promotion, at: datetime | None) -> Hold | None:
    if promotion.kind != PromotionKind.DEPLOY:
        return None
    definition = definition_of(promotion.approval_round.case.policy_version)
    if (stop := hold_over(promotion.version.model, definition, at)) is not None:
        return _stopped(stop)
    earlier = soaking_before(promotion)
    return _soaking(earlier) if earlier is not None else None


def _stopped(stop: Stop) -> Hold:
    remedy = _("Wait until it ends, or until somebody lifts it on the page of freezes.")
    until = stop.until.isoformat(timespec="seconds") if stop.until else LIFTED
    return Hold(stop.words, remedy, until)


def _soaking(earlier: Promotion) -> Hold:
    target = earlier.target.name
    words = _("This waits until {target} has been healthy for its whole soak time.", target=target)
    remedy = _("Look at {target}; once it has soaked, this goes on by itself.", target=target)
    return Hold(words, remedy, HEALTHY)
