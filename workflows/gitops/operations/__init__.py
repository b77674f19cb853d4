"""What is done in forges: open what was approved, see what became of it, merge and close by hand.

A forge is another world: nothing of it happens inside a transaction of ours. Each handler observes,
acts, and observes again; whatever is killed in between, the next try finds its own traces and ends
with exactly one pull request (docs/gitops.md).
"""

from workflows.gitops.operations.closing import close_promotion
from workflows.gitops.operations.merging import close_pull_request, merge_pull_request
from workflows.gitops.operations.observing import observe_promotion
from workflows.gitops.operations.opening import open_promotion
from workflows.gitops.operations.polling import ask_to_observe, poll_promotions

__all__ = [
    "ask_to_observe",
    "close_promotion",
    "close_pull_request",
    "merge_pull_request",
    "observe_promotion",
    "open_promotion",
    "poll_promotions",
]
