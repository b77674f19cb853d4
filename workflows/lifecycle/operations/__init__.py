"""The moves of a version. Whoever moves one, on a screen, by API or in a worker, comes here.

One function a move; each locks, requires, moves, records, enqueues and returns, in that order.
"""

from workflows.lifecycle.operations.admitting import admit_version, expire_exceptions
from workflows.lifecycle.operations.applying import apply_policy
from workflows.lifecycle.operations.approval import approve_version
from workflows.lifecycle.operations.asking import ask_all_again
from workflows.lifecycle.operations.checking import cancel_checks, restart_checks
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
)
from workflows.lifecycle.operations.evaluation import evaluate_version
from workflows.lifecycle.operations.live_changes import (
    resume_version,
    retire_version,
    roll_back,
    suspend_version,
)
from workflows.lifecycle.operations.live_signing import (
    begin_live_signature,
    refuse_live_change,
    review_live_change,
    sign_live_change,
)
from workflows.lifecycle.operations.proving import Elsewhere, Proof
from workflows.lifecycle.operations.refusal import (
    abandon_revision,
    reject_version,
    request_changes,
)
from workflows.lifecycle.operations.requesting import request_promotion
from workflows.lifecycle.operations.revalidating import revalidate_versions
from workflows.lifecycle.operations.settling import abandon_promotion, settle_promotion
from workflows.lifecycle.operations.signing import begin_signature
from workflows.lifecycle.operations.stepping_aside import abstain, delegate_decision, recuse
from workflows.lifecycle.operations.submission import submit_version, withdraw_version
from workflows.lifecycle.operations.sweeping import sweep_files
from workflows.lifecycle.operations.validating_again import ask_due_validations, validate_again
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
    "abandon_promotion",
    "abandon_revision",
    "abstain",
    "admit_version",
    "apply_policy",
    "approve_version",
    "ask_all_again",
    "ask_due_validations",
    "begin_live_signature",
    "begin_signature",
    "breach_conditions",
    "cancel_checks",
    "close_condition",
    "delegate_decision",
    "deploy_version",
    "evaluate_version",
    "expire_exceptions",
    "follow_deadlines",
    "meet_condition",
    "recuse",
    "refuse_live_change",
    "reject_version",
    "reopen_fallen",
    "reopen_version",
    "request_changes",
    "request_promotion",
    "restart_checks",
    "resume_version",
    "retire_version",
    "revalidate_versions",
    "review_live_change",
    "roll_back",
    "settle_promotion",
    "sign_live_change",
    "submit_version",
    "suspend_version",
    "sweep_files",
    "validate_again",
    "validate_version",
    "void_condition",
    "waive_gate",
    "withdraw_version",
    "write_validation_report",
]
