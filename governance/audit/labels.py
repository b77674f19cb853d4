"""What each action is called on a screen."""

from collections.abc import Mapping
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.audit.actions import Action

LABELS: Mapping[str, Promise] = MappingProxyType(
    {
        Action.ACCESS_REVIEW_CLOSED: _("Access review closed"),
        Action.ACCESS_REVIEW_DECIDED: _("Role kept or removed in a review"),
        Action.ACCESS_REVIEW_OPENED: _("Access review opened"),
        Action.ACCESS_REVIEW_REMINDED: _("Reviewers reminded"),
        Action.ACCOUNT_ADDED: _("Account added"),
        Action.ACCOUNT_FACTOR_ADDED: _("Second factor added"),
        Action.ACCOUNT_FACTOR_REMOVED: _("Second factor removed"),
        Action.ACCOUNT_PASSWORD_CHANGED: _("Password changed"),
        Action.ACCOUNT_SESSIONS_ENDED: _("Other sessions ended"),
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
        Action.CONFLICT_RULE_ADDED: _("Conflict rule added"),
        Action.CONFLICT_RULE_REMOVED: _("Conflict rule removed"),
        Action.DECISION_RECORDED: _("Decision signed"),
        Action.DELEGATION_GIVEN: _("Deputy named"),
        Action.DELEGATION_REVOKED: _("Delegation ended"),
        Action.EVIDENCE_UPLOADED: _("Evidence uploaded"),
        Action.FINDING_ANSWERED: _("Finding answered"),
        Action.FINDING_CLOSED: _("Finding closed"),
        Action.FINDING_RAISED: _("Finding raised"),
        Action.GATE_COMPLETED: _("Gate completed"),
        Action.GLASS_BROKEN: _("Emergency access taken"),
        Action.GLASS_REVIEWED: _("Emergency access reviewed"),
        Action.GRANT_CONFIRMED: _("Grant confirmed"),
        Action.GRANT_DECLINED: _("Grant declined"),
        Action.GRANT_PROPOSED: _("Grant proposed"),
        Action.GRANTS_IMPORTED: _("Grants imported"),
        Action.JOB_PARKED: _("Job parked"),
        Action.JOB_RETRIED: _("Job retried"),
        Action.KPI_RECORDED: _("KPI recorded"),
        Action.MODEL_REGISTERED: _("Model registered"),
        Action.PERSON_ADDED: _("Person added"),
        Action.PERSON_DEACTIVATED: _("Person deactivated"),
        Action.PERSON_REACTIVATED: _("Person reactivated"),
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
        Action.ROLE_CHANGED: _("Role changed"),
        Action.ROLE_DELETED: _("Role deleted"),
        Action.SITE_ADMINISTRATOR_NAMED: _("Administrator named at the server"),
        Action.SITE_BOOTSTRAPPED: _("Site set up"),
        Action.TARGET_ADDED: _("Target added"),
        Action.TASK_CLOSED: _("Task closed"),
        Action.TASK_OPENED: _("Task opened"),
        Action.TEAM_ADDED: _("Team added"),
        Action.TEAM_MEMBER_ADDED: _("Team member added"),
        Action.TEAM_MEMBER_REMOVED: _("Team member removed"),
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
