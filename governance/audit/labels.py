"""What each action is called on a screen."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.audit.actions import Action

LABELS: Mapping[str, Promise] = MappingProxyType(
    {
        Action.ACCOUNT_ADDED: _("Account added"),
        Action.ACCOUNT_SIGN_IN_FAILED: _("Sign-in failed"),
        Action.ACCOUNT_SIGNED_IN: _("Signed in"),
        Action.ACCOUNT_SIGNED_OUT: _("Signed out"),
        Action.ALERT_CLOSED: _("Alert closed"),
        Action.ALERT_RAISED: _("Alert raised"),
        Action.ARTIFACT_UPLOADED: _("Artefact uploaded"),
        Action.ASSIGNMENT_GRANTED: _("Role granted"),
        Action.ASSIGNMENT_REVOKED: _("Role revoked"),
        Action.CASE_CLOSED: _("Case closed"),
        Action.CASE_OPENED: _("Case opened"),
        Action.COMPARISON_COMPLETED: _("Comparison completed"),
        Action.DECISION_RECORDED: _("Decision signed"),
        Action.EVIDENCE_UPLOADED: _("Evidence uploaded"),
        Action.FINDING_ANSWERED: _("Finding answered"),
        Action.FINDING_CLOSED: _("Finding closed"),
        Action.FINDING_RAISED: _("Finding raised"),
        Action.GATE_COMPLETED: _("Gate completed"),
        Action.JOB_PARKED: _("Job parked"),
        Action.JOB_RETRIED: _("Job retried"),
        Action.KPI_RECORDED: _("KPI recorded"),
        Action.MODEL_REGISTERED: _("Model registered"),
        Action.PERSON_ADDED: _("Person added"),
        Action.PORTFOLIO_ADDED: _("Portfolio added"),
        Action.PROMOTION_CLOSED: _("Pull request closed"),
        Action.PROMOTION_DEPLOYED: _("Promotion live"),
        Action.PROMOTION_DIVERGED: _("Promotion diverged"),
        Action.PROMOTION_DUPLICATE_HEALED: _("Second pull request closed"),
        Action.PROMOTION_MERGED: _("Pull request merged"),
        Action.PROMOTION_OBSERVED: _("Promotion observed"),
        Action.PROMOTION_OPENED: _("Pull request opened"),
        Action.PROMOTION_REQUESTED: _("Promotion requested"),
        Action.PROMOTION_SUPERSEDED: _("Promotion superseded"),
        Action.ROLE_ADDED: _("Role added"),
        Action.SITE_BOOTSTRAPPED: _("Site set up"),
        Action.TARGET_ADDED: _("Target added"),
        Action.TASK_CLOSED: _("Task closed"),
        Action.TASK_OPENED: _("Task opened"),
        Action.THRESHOLD_SET: _("Threshold set"),
        Action.TOKEN_ISSUED: _("Token issued"),
        Action.TOKEN_REVOKED: _("Token revoked"),
        Action.VALIDATION_REPORT_WRITTEN: _("Validation report written"),
        Action.VERSION_APPROVED: _("Version approved"),
        Action.VERSION_CHANGES_REQUESTED: _("Changes requested"),
        Action.VERSION_CREATED: _("Version created"),
        Action.VERSION_DEPLOYED: _("Version deployed"),
        Action.VERSION_REJECTED: _("Version rejected"),
        Action.VERSION_REOPENED: _("Version reopened"),
        Action.VERSION_RETIRED: _("Version retired"),
        Action.VERSION_SUBMITTED: _("Version submitted"),
        Action.VERSION_SUPERSEDED: _("Version superseded"),
        Action.VERSION_VALIDATED: _("Version validated"),
        Action.VERSION_WITHDRAWN: _("Version withdrawn"),
    }
)


def label_of(action: str) -> str:
    """The action in the reader's language; its bare name if this release does not know it."""
    return str(LABELS.get(action, action))
