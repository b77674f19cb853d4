"""How long a forge asks us to wait: by headers, or by its words where it sends none. Pure."""

import time
from collections.abc import Mapping

from governance.sentences import sentence as _

SECONDARY_S = 60.0  # a limit that names no time: GitHub asks for a minute at least
FORBIDDEN, TOO_MANY, AWAY = 403, 429, 503
IF_IT_STAYS = _(
    "It is tried again. If it stays so, look at the address of the forge connection {name}."
)
LIMITING = frozenset({FORBIDDEN, TOO_MANY, AWAY})


def asked_to_wait(status: int, headers: Mapping[str, str], says: str) -> float | None:
    """Seconds: Retry-After, then the reset of a used-up limit; None where it does not ask.

    Names of headers are in small letters.
    """
    if (seconds := headers.get("retry-after", "")).isdigit():
        return float(seconds)
    if headers.get("x-ratelimit-remaining") == "0":
        reset = headers.get("x-ratelimit-reset", "")
        return max(1.0, float(reset) - time.time()) if reset.isdigit() else SECONDARY_S
    if status == FORBIDDEN and "rate limit" in says.lower():
        return SECONDARY_S
    return None
