"""What keeps a deployment from going on: a line that is stopped, a target that has not soaked."""

from dataclasses import dataclass

from governance.sentences import Words
from governance.sentences import sentence as _
from workflows.policies.queries import Hold as Stop
from workflows.policies.queries import definition_of, hold_over
from workflows.targets.models import Promotion, PromotionKind
from workflows.targets.queries import soaking_before

LIFTED = "lifted"
HEALTHY = "healthy"


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a promotion waits, what to do about it, and until when: a time, or a word for it."""

    words: Words
    remedy: Words
    until: str


def why_held(promotion: Promotion) -> Hold | None:
    """Say what keeps a deployment from going on now; an emergency is never held."""
    if promotion.kind != PromotionKind.DEPLOY:
        return None
    definition = definition_of(promotion.approval_round.case.policy_version)
    if (stop := hold_over(promotion.version.model, definition)) is not None:
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
