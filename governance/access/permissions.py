"""What can be permitted, as `subject:action`, and the roles that ship with the product. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    """One thing that somebody may do within a scope. Alphabetical; the verb is the operation's."""

    ACCESS_REVIEW_OPEN = "access_review:open"
    ALERT_CLOSE = "alert:close"
    ASSIGNMENT_GRANT = "assignment:grant"
    ASSIGNMENT_REVOKE = "assignment:revoke"
    CONFLICT_RULE_ADD = "conflict_rule:add"
    CONFLICT_RULE_REMOVE = "conflict_rule:remove"
    CONDITION_CLOSE = "condition:close"
    CONDITION_MEET = "condition:meet"
    CONNECTION_ADD = "connection:add"
    CONNECTION_CHANGE = "connection:change"
    CONNECTION_VIEW = "connection:view"
    EMERGENCY_SIGN = "emergency:sign"
    ERASURE_CONFIRM = "erasure:confirm"
    ERASURE_REQUEST = "erasure:request"
    FEED_ADD = "feed:add"
    FEED_CHANGE = "feed:change"
    FINDING_ANSWER = "finding:answer"
    FINDING_CLOSE = "finding:close"
    FINDING_RAISE = "finding:raise"
    FREEZE_LIFT = "freeze:lift"
    FREEZE_SET = "freeze:set"
    GATE_WAIVE = "gate:waive"
    GLASS_BREAK = "glass:break"
    GLASS_REVIEW = "glass:review"
    HOLD_LIFT = "hold:lift"
    HOLD_SET = "hold:set"
    JOB_RETRY = "job:retry"
    KPI_RECORD = "kpi:record"
    LIVE_CHANGE_REVIEW = "live_change:review"
    LOG_VIEW = "log:view"
    MODEL_REGISTER = "model:register"
    MODEL_SET_TIER = "model:set_tier"
    MODEL_VIEW = "model:view"
    PERSON_ADD = "person:add"
    PERSON_DEACTIVATE = "person:deactivate"
    PERSON_VIEW = "person:view"
    POLICY_APPLY = "policy:apply"
    POLICY_DRAFT = "policy:draft"
    POLICY_ENFORCE = "policy:enforce"
    PORTFOLIO_ADD = "portfolio:add"
    PROMOTION_ALARM_CLOSE = "promotion_alarm:close"
    PROMOTION_CLOSE = "promotion:close"
    PROMOTION_MERGE = "promotion:merge"
    RETENTION_SET = "retention:set"
    ROLE_ADD = "role:add"
    ROLE_CHANGE = "role:change"
    ROLE_DELETE = "role:delete"
    TARGET_ADD = "target:add"
    TARGET_CHANGE = "target:change"
    TEAM_ADD = "team:add"
    TEAM_CHANGE = "team:change"
    THRESHOLD_SET = "threshold:set"
    TOKEN_ISSUE = "token:issue"  # noqa: S105 - the name of a permission, not a secret
    TOKEN_REVOKE = "token:revoke"  # noqa: S105
    VERSION_APPROVE = "version:approve"
    VERSION_COMMENT = "version:comment"
    VERSION_CREATE = "version:create"
    VERSION_REJECT = "version:reject"
    VERSION_RESUME = "version:resume"
    VERSION_RETIRE = "version:retire"
    VERSION_ROLL_BACK = "version:roll_back"
    VERSION_SUBMIT = "version:submit"
    VERSION_SUSPEND = "version:suspend"
    VERSION_VALIDATE = "version:validate"
    VERSION_WITHDRAW = "version:withdraw"


@dataclass(frozen=True, slots=True)
class ShippedRole:
    """A role that exists on every site; administrators may add others."""

    name: str
    title: str
    permissions: frozenset[Permission]


_P = Permission
_VIEW = frozenset({_P.MODEL_VIEW})
# Whoever has a part in the life of a version may say something about it; who only reads may not.
_TAKE_PART = _VIEW | {_P.VERSION_COMMENT}
_DEVELOP = _TAKE_PART | {
    _P.CONDITION_MEET,
    _P.FINDING_ANSWER,
    _P.KPI_RECORD,
    _P.MODEL_REGISTER,
    _P.VERSION_CREATE,
    _P.VERSION_SUBMIT,
    _P.VERSION_WITHDRAW,
}
_ADMINISTER_PORTFOLIO = _VIEW | {
    _P.ACCESS_REVIEW_OPEN,
    _P.ASSIGNMENT_GRANT,
    _P.ASSIGNMENT_REVOKE,
    _P.JOB_RETRY,
    _P.LOG_VIEW,
    _P.PERSON_VIEW,
    _P.POLICY_DRAFT,
    _P.TARGET_ADD,
    _P.TARGET_CHANGE,
    _P.TOKEN_ISSUE,
    _P.TOKEN_REVOKE,
}
_ADMINISTER = _ADMINISTER_PORTFOLIO | {
    _P.CONFLICT_RULE_ADD,
    _P.CONFLICT_RULE_REMOVE,
    _P.CONNECTION_ADD,
    _P.CONNECTION_CHANGE,
    _P.CONNECTION_VIEW,
    _P.ERASURE_CONFIRM,
    _P.ERASURE_REQUEST,
    _P.FEED_ADD,
    _P.FEED_CHANGE,
    _P.FREEZE_LIFT,
    _P.FREEZE_SET,
    _P.GLASS_BREAK,
    _P.GLASS_REVIEW,
    _P.HOLD_LIFT,
    _P.HOLD_SET,
    _P.PERSON_ADD,
    _P.PERSON_DEACTIVATE,
    _P.POLICY_APPLY,
    _P.POLICY_ENFORCE,
    _P.PORTFOLIO_ADD,
    _P.RETENTION_SET,
    _P.ROLE_ADD,
    _P.ROLE_CHANGE,
    _P.ROLE_DELETE,
    _P.TEAM_ADD,
    _P.TEAM_CHANGE,
}

SHIPPED_ROLES = (
    ShippedRole("model_developer", "Model developer", _DEVELOP),
    ShippedRole(
        "model_owner",
        "Model owner",
        _DEVELOP
        | {
            _P.ALERT_CLOSE,
            _P.THRESHOLD_SET,
            _P.VERSION_RESUME,
            _P.VERSION_RETIRE,
            _P.VERSION_ROLL_BACK,
            _P.VERSION_SUSPEND,
        },
    ),
    ShippedRole(
        "model_validator",
        "Model validator",
        _TAKE_PART
        | {
            _P.FINDING_CLOSE,
            _P.FINDING_RAISE,
            _P.LIVE_CHANGE_REVIEW,
            _P.MODEL_SET_TIER,
            _P.VERSION_REJECT,
            _P.VERSION_VALIDATE,
        },
    ),
    ShippedRole(
        "risk_officer",
        "Risk officer",
        _TAKE_PART
        | {
            _P.CONDITION_CLOSE,
            _P.EMERGENCY_SIGN,
            _P.FREEZE_SET,
            _P.VERSION_APPROVE,
            _P.VERSION_REJECT,
            _P.VERSION_SUSPEND,
        },
    ),
    ShippedRole(
        "head_of_model_risk",
        "Head of model risk",
        _TAKE_PART
        | {
            _P.CONDITION_CLOSE,
            _P.EMERGENCY_SIGN,
            _P.FREEZE_LIFT,
            _P.FREEZE_SET,
            _P.GATE_WAIVE,
            _P.GLASS_BREAK,
            _P.GLASS_REVIEW,
            _P.LIVE_CHANGE_REVIEW,
            _P.LOG_VIEW,
            _P.MODEL_SET_TIER,
            _P.POLICY_APPLY,
            _P.VERSION_APPROVE,
            _P.VERSION_REJECT,
            _P.VERSION_RESUME,
            _P.VERSION_RETIRE,
            _P.VERSION_ROLL_BACK,
            _P.VERSION_SUSPEND,
        },
    ),
    ShippedRole(
        "mlops_engineer",
        "MLOps engineer",
        _TAKE_PART
        | {
            _P.ALERT_CLOSE,
            _P.CONDITION_MEET,
            _P.CONNECTION_VIEW,
            _P.EMERGENCY_SIGN,
            _P.FREEZE_SET,
            _P.JOB_RETRY,
            _P.KPI_RECORD,
            _P.PROMOTION_ALARM_CLOSE,
            _P.PROMOTION_CLOSE,
            _P.PROMOTION_MERGE,
            _P.THRESHOLD_SET,
            _P.VERSION_RESUME,
            _P.VERSION_ROLL_BACK,
            _P.VERSION_SUSPEND,
        },
    ),
    ShippedRole("auditor", "Auditor", _VIEW | {_P.LOG_VIEW, _P.PERSON_VIEW}),
    ShippedRole("portfolio_administrator", "Portfolio administrator", _ADMINISTER_PORTFOLIO),
    ShippedRole("administrator", "Administrator", _ADMINISTER),
    ShippedRole("service_account", "Service account", _DEVELOP),
)

# Whoever holds one of these can raise others or put something live: a role that gives one is
# sensitive, and only two administrators together give it to somebody.
SENSITIVE = frozenset(
    {
        _P.ASSIGNMENT_GRANT,
        _P.CONFLICT_RULE_REMOVE,
        _P.GLASS_BREAK,
        _P.POLICY_ENFORCE,
        _P.ROLE_CHANGE,
        _P.TEAM_CHANGE,
        _P.VERSION_APPROVE,
    }
)

# What the product itself may do without anybody's role: it acts on a rule or a report.
SYSTEM_PERMISSIONS = frozenset({_P.KPI_RECORD, _P.MODEL_VIEW})


def codename(permission: Permission) -> str:
    """The Django permission's codename: the permission itself, so that grep finds both."""
    return permission.value
