"""How long to wait, and when to stop trying. Pure arithmetic in seconds."""

from datetime import timedelta
from secrets import SystemRandom

MAX_ATTEMPTS = 8
GIVE_UP_AFTER = timedelta(hours=24)
FIRST_S = 2.0
LONGEST_S = 900.0
LONGEST_RETRY_AFTER_S = 6 * 3600.0

_random = SystemRandom()


def ceiling_s(attempts: int) -> float:
    """The longest wait after that many attempts: 4 s, 8 s, 16 s … 900 s."""
    return min(LONGEST_S, FIRST_S * 2.0 ** min(attempts, 20))


def delay_s(attempts: int, retry_after: float | None = None) -> float:
    """Full jitter below the ceiling, so that jobs that failed together do not return together.

    A time that the other side named is obeyed instead, with a little jitter on top and within
    six hours.
    """
    if retry_after is None:
        return _random.uniform(0.0, ceiling_s(attempts))
    return min(LONGEST_RETRY_AFTER_S, max(0.0, retry_after)) + _random.uniform(0.0, 1.0)
