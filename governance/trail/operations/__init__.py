"""What the auditor's side writes: exports, and checkpoints kept outside."""

from governance.trail.operations.anchoring import anchor_checkpoint, anchor_checkpoints
from governance.trail.operations.exporting import (
    cancel_export,
    download_export,
    expire_exports,
    request_evidence,
    request_export,
)
from governance.trail.operations.writing import write_export

__all__ = [
    "anchor_checkpoint",
    "anchor_checkpoints",
    "cancel_export",
    "download_export",
    "expire_exports",
    "request_evidence",
    "request_export",
    "write_export",
]
