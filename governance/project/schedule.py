"""What runs by the clock: name, function without arguments, seconds between two runs.

`workflows.delivery.operations.run_schedule` reads it as `settings.SCHEDULE`.
"""

from typing import NamedTuple


class Entry(NamedTuple):
    """A dotted path, resolved when it is due, and the period in seconds."""

    operation: str
    every_s: float


SCHEDULE: dict[str, Entry] = {
    "access.close_due_reviews": Entry("governance.access.operations.close_due_reviews", 300),
    "access.follow_windows": Entry("governance.access.operations.follow_windows", 60),
    "access.remind_reviewers": Entry("governance.access.operations.remind_reviewers", 3600),
    "files.sweep": Entry("workflows.lifecycle.operations.sweep_files", 3600),
    "checkpoints.anchor": Entry("governance.trail.operations.anchor_checkpoints", 60),
    "exports.expire": Entry("governance.trail.operations.expire_exports", 3600),
    "feeds.push": Entry("governance.trail.operations.push_feeds", 5),
    "retention.apply": Entry("governance.trail.operations.apply_retention", 86400),
    "promotions.poll": Entry("workflows.gitops.operations.poll_promotions", 60),
    "standings.renew": Entry("workflows.gitops.operations.ask_for_standings", 3600),
    "deadlines.follow": Entry("workflows.lifecycle.operations.follow_deadlines", 60),
    "notices.digest": Entry("workflows.notifications.operations.send_digests", 300),
    "approvals.ask_again": Entry("workflows.lifecycle.operations.ask_all_again", 60),
    "targets.watch": Entry("workflows.gitops.operations.watch_targets", 60),
    "webhooks.forget": Entry("workflows.gitops.operations.forget_deliveries", 86400),
    "approvals.reopen": Entry("workflows.lifecycle.operations.reopen_fallen", 60),
    "validations.ask_again": Entry("workflows.lifecycle.operations.ask_due_validations", 3600),
    "exceptions.expire": Entry("workflows.lifecycle.operations.expire_exceptions", 60),
    "conditions.breach": Entry("workflows.lifecycle.operations.breach_conditions", 600),
}
