"""What runs by the clock: name, function without arguments, seconds between two runs.

`workflows.delivery.operations.run_schedule` reads it as `settings.SCHEDULE`.
"""

from typing import NamedTuple


class Entry(NamedTuple):
    """A dotted path, resolved when it is due, and the period in seconds."""

    operation: str
    every_s: float


SCHEDULE: dict[str, Entry] = {
    "promotions.poll": Entry("workflows.gitops.operations.poll_promotions", 60),
    "approvals.expire": Entry("workflows.lifecycle.operations.reopen_expired", 60),
}
