"""What the auditor's side writes: exports, feeds, checks, erasure, checkpoints kept outside."""

from governance.trail.operations.anchoring import anchor_checkpoint, anchor_checkpoints
from governance.trail.operations.exporting import (
    cancel_export,
    download_export,
    expire_exports,
    request_evidence,
    request_export,
)
from governance.trail.operations.feeding import (
    add_feed,
    push_feed,
    push_feeds,
    renew_feed,
    reseal_feeds,
    switch_feed,
)
from governance.trail.operations.retaining import (
    apply_retention,
    confirm_erasure,
    decline_erasure,
    lift_hold,
    request_erasure,
    set_hold,
    set_retention,
)
from governance.trail.operations.verifying import (
    cancel_verification,
    complete_verification,
    request_verification,
)
from governance.trail.operations.writing import write_export

__all__ = [
    "add_feed",
    "anchor_checkpoint",
    "anchor_checkpoints",
    "apply_retention",
    "cancel_export",
    "cancel_verification",
    "complete_verification",
    "confirm_erasure",
    "decline_erasure",
    "download_export",
    "expire_exports",
    "lift_hold",
    "push_feed",
    "push_feeds",
    "renew_feed",
    "request_erasure",
    "request_evidence",
    "request_export",
    "request_verification",
    "reseal_feeds",
    "set_hold",
    "set_retention",
    "switch_feed",
    "write_export",
]
