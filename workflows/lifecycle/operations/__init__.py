"""The moves of a version. Whoever moves one, on a screen, by API or in a worker, comes here.

One function a move; each locks, requires, moves, records, enqueues and returns, in that order.
"""

from workflows.lifecycle.operations.applying import apply_policy
from workflows.lifecycle.operations.approval import approve_version
from workflows.lifecycle.operations.asking import ask_all_again
from workflows.lifecycle.operations.deadlines import follow_deadlines
from workflows.lifecycle.operations.deployment import (
    deploy_version,
    reopen_expired,
    reopen_version,
    retire_version,
)
from workflows.lifecycle.operations.evaluation import evaluate_version
from workflows.lifecycle.operations.refusal import reject_version, request_changes
from workflows.lifecycle.operations.revalidating import revalidate_versions
from workflows.lifecycle.operations.signing import Proof, begin_signature
from workflows.lifecycle.operations.submission import submit_version, withdraw_version
from workflows.lifecycle.operations.validation import validate_version, write_validation_report

__all__ = [
    "Proof",
    "apply_policy",
    "approve_version",
    "ask_all_again",
    "begin_signature",
    "deploy_version",
    "evaluate_version",
    "follow_deadlines",
    "reject_version",
    "reopen_expired",
    "reopen_version",
    "request_changes",
    "retire_version",
    "revalidate_versions",
    "submit_version",
    "validate_version",
    "withdraw_version",
    "write_validation_report",
]
