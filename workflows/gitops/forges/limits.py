"""How long a forge asks us to wait: by headers, or by its words where it sends none. Pure."""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from governance.sentences import sentence as _

SECONDARY_S = 60.0  # a limit that names no time: GitHub asks for a minute at least
FORBIDDEN, TOO_MANY, AWAY = 403, 429, 503
IF_IT_STAYS = _(
    "It is tried again. If it stays so, look at the address of the forge connection {name}."
)
LIMITING = frozenset({FORBIDDEN, TOO_MANY, AWAY})
_NUMBER = re.compile(r"[0-9]{1,12}\Z")


def asked_to_wait(status: int, headers: Mapping[str, str], says: str) -> float | None:
    """Seconds: Retry-After, then the reset of a used-up limit; None where it does not ask.

    Names of headers are in small letters.
    """
    if (wait_s := _retry_after(headers.get("retry-after", ""))) is not None:
        return wait_s
    if headers.get("x-ratelimit-remaining") == "0":
        reset = headers.get("x-ratelimit-reset", "")
        return max(1.0, float(reset) - time.time()) if _NUMBER.match(reset) else SECONDARY_S
    if status == FORBIDDEN and "rate limit" in says.lower():
        return SECONDARY_S
    return None


def _retry_after(text: str) -> float | None:
    """Seconds, or a date as RFC 9110 allows it."""
    if _NUMBER.match(text):
        return float(text)
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return max(1.0, at.timestamp() - time.time())
