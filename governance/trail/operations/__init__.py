"""What the auditor's side writes: exports."""

from governance.trail.operations.exporting import (
    cancel_export,
    download_export,
    expire_exports,
    request_evidence,
    request_export,
)
from governance.trail.operations.writing import write_export

__all__ = [
    "cancel_export",
    "download_export",
    "expire_exports",
    "request_evidence",
    "request_export",
    "write_export",
]
