"""What is done in forges: open what was approved, see what became of it, merge and close by hand.

A forge is another world: nothing of it happens inside a transaction of ours. Each handler observes,
acts, and observes again; whatever is killed in between, the next try finds its own traces and ends
with exactly one pull request (docs/gitops.md).
"""

from workflows.gitops.operations.alarms import close_alarm
from workflows.gitops.operations.closing import close_promotion
from workflows.gitops.operations.connecting import (
    add_connection,
    add_forge_login,
    connection_by_id,
    renew_token,
    reseal_connections,
    switch_connection,
    test_connection,
)
from workflows.gitops.operations.hearing import follow_hint, forget_deliveries, hear
from workflows.gitops.operations.holding import follow_freeze
from workflows.gitops.operations.merging import close_pull_request, merge_pull_request
from workflows.gitops.operations.observing import observe_promotion
from workflows.gitops.operations.opening import open_promotion
from workflows.gitops.operations.polling import (
    ask_to_observe,
    poll_promotions,
    read_promotion_again,
)
from workflows.gitops.operations.standing import (
    ask_for_standings,
    renew_standings,
    sign_standings,
    write_standings,
)
from workflows.gitops.operations.watching import watch_target, watch_targets

__all__ = [
    "add_connection",
    "add_forge_login",
    "ask_for_standings",
    "ask_to_observe",
    "close_alarm",
    "close_promotion",
    "close_pull_request",
    "connection_by_id",
    "follow_freeze",
    "follow_hint",
    "forget_deliveries",
    "hear",
    "merge_pull_request",
    "observe_promotion",
    "open_promotion",
    "poll_promotions",
    "read_promotion_again",
    "renew_standings",
    "renew_token",
    "reseal_connections",
    "sign_standings",
    "switch_connection",
    "test_connection",
    "watch_target",
    "watch_targets",
    "write_standings",
]
