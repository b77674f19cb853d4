"""The moves of a version. Whoever moves one, on a screen, by API or in a worker, comes here.

One function a move; each locks, requires, moves, records, enqueues and returns, in that order.
"""

from workflows.lifecycle.operations.applying import apply_policy
from workflows.lifecycle.operations.approval import approve_version
from workflows.lifecycle.operations.asking import ask_all_again
from workflows.lifecycle.operations.conditions import (
    breach_conditions,
    close_condition,
    meet_condition,
    void_condition,
)
from workflows.lifecycle.operations.deadlines import follow_deadlines
from workflows.lifecycle.operations.deployment import (
    deploy_version,
    reopen_fallen,
    reopen_version,
    retire_version,
)
from workflows.lifecycle.operations.evaluation import evaluate_version
from workflows.lifecycle.operations.proving import Elsewhere, Proof
from workflows.lifecycle.operations.refusal import reject_version, request_changes
from workflows.lifecycle.operations.revalidating import revalidate_versions
from workflows.lifecycle.operations.signing import begin_signature
from workflows.lifecycle.operations.stepping_aside import abstain, delegate_decision, recuse
from workflows.lifecycle.operations.submission import submit_version, withdraw_version
from workflows.lifecycle.operations.validation import (
    Attached,
    validate_version,
    write_validation_report,
)
from workflows.lifecycle.operations.waiving import waive_gate

__all__ = [
    "Attached",
    "Elsewhere",
    "Proof",
    "abstain",
    "apply_policy",
    "approve_version",
    "ask_all_again",
    "begin_signature",
    "breach_conditions",
    "close_condition",
    "delegate_decision",
    "deploy_version",
    "evaluate_version",
    "follow_deadlines",
    "meet_condition",
    "recuse",
    "reject_version",
    "reopen_fallen",
    "reopen_version",
    "request_changes",
    "retire_version",
    "revalidate_versions",
    "submit_version",
    "validate_version",
    "void_condition",
    "waive_gate",
    "withdraw_version",
    "write_validation_report",
]
