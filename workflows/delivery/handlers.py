"""Which function answers which topic: one explicit table, so that grep finds the whole feature.

A handler gets its Claim and returns what the job came to (kept as the result), None, or `Again`
when the world is not ready. It may be called more than once for one job and must then find its
own traces; `claim.heartbeat()` first in a transaction fences the writes in it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from governance.access.operations import ask_for_review, remind_reviewer
from governance.evaluation.operations import run_comparison
from governance.outbox.claims import Again, Claim
from governance.trail.operations import anchor_checkpoint, push_feed
from workflows.cases.operations import (
    close_alert_case,
    close_finding_task,
    open_alert_case,
    open_finding_task,
)
from workflows.desk.operations import complete_verification, write_export
from workflows.gitops.operations import (
    close_promotion,
    follow_freeze,
    follow_hint,
    observe_promotion,
    open_promotion,
    renew_standings,
    watch_target,
)
from workflows.lifecycle.operations import evaluate_version, revalidate_versions
from workflows.notifications.operations import notify, post_to_channel, send_mail

Ending = Mapping[str, Any] | Again | None
Handler = Callable[[Claim], Ending]

HANDLERS: dict[str, Handler] = {
    "access_review.remind": remind_reviewer,
    "alert.closed": close_alert_case,
    "alert.raised": open_alert_case,
    "channel.post": post_to_channel,
    "checkpoint.anchor": anchor_checkpoint,
    "comparison.request": run_comparison,
    "export.write": write_export,
    "feed.push": push_feed,
    "finding.answered": close_finding_task,
    "finding.closed": close_finding_task,
    "finding.raised": open_finding_task,
    "freeze.changed": follow_freeze,
    "glass.broken": ask_for_review,
    "log.verify": complete_verification,
    "mail.send": send_mail,
    "model.tier_raised": revalidate_versions,
    "people.notify": notify,
    "promotion.close": close_promotion,
    "promotion.observe": observe_promotion,
    "promotion.open": open_promotion,
    "standings.renew": renew_standings,
    "target.watch": watch_target,
    "version.evaluate": evaluate_version,
    "webhook.heard": follow_hint,
}
