"""Which function answers which topic: one explicit table, so that grep finds the whole feature.

A handler gets its Claim and returns what the job came to (kept as the result), None, or `Again`
when the world is not ready. It may be called more than once for one job and must then find its
own traces; `claim.heartbeat()` first in a transaction fences the writes in it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from governance.outbox.claims import Again, Claim

Ending = Mapping[str, Any] | Again | None
Handler = Callable[[Claim], Ending]

HANDLERS: dict[str, Handler] = {}
