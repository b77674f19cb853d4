"""The titles of roles, the reasons of rules and the words of permissions, for the catalogue.

Roles and rules are data: their rows hold the English words, which are translated when shown.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from governance.access.permissions import Permission

SHIPPED_TITLES = (
    gettext_noop("Administrator"),
    gettext_noop("Auditor"),
    gettext_noop("Head of model risk"),
    gettext_noop("MLOps engineer"),
    gettext_noop("Model developer"),
    gettext_noop("Model owner"),
    gettext_noop("Model validator"),
    gettext_noop("Portfolio administrator"),
    gettext_noop("Risk officer"),
    gettext_noop("Service account"),
)
SHIPPED_REASONS = (
    gettext_noop("Nobody judges, signs or puts live what they made, checked or signed themselves."),
    gettext_noop("Who holds both could prepare in one capacity what they agree to in the other."),
)
# What each permission lets somebody do, as the end of "may …".
_P = Permission
PERMISSION_WORDS: Mapping[Permission, Promise] = {
    _P.ACCESS_REVIEW_OPEN: _("open access reviews"),
    _P.ALERT_CLOSE: _("close alerts"),
    _P.ASSIGNMENT_GRANT: _("give roles"),
    _P.ASSIGNMENT_REVOKE: _("take roles back"),
    _P.CONFLICT_RULE_ADD: _("add conflict rules"),
    _P.CONFLICT_RULE_REMOVE: _("remove the site's own conflict rules"),
    _P.CONDITION_CLOSE: _("find conditions met"),
    _P.CONDITION_MEET: _("meet conditions"),
    _P.CONNECTION_ADD: _("add forges"),
    _P.CONNECTION_CHANGE: _("change forges and their tokens"),
    _P.CONNECTION_VIEW: _("see the connections to forges"),
    _P.EMERGENCY_SIGN: _("sign in an emergency"),
    _P.ERASURE_CONFIRM: _("confirm erasures of personal values that others asked for"),
    _P.ERASURE_REQUEST: _("ask for personal values to be erased"),
    _P.FEED_ADD: _("send the log to other systems"),
    _P.FEED_CHANGE: _("change feeds of the log and their secrets"),
    _P.FINDING_ANSWER: _("answer findings"),
    _P.FINDING_CLOSE: _("close findings"),
    _P.FINDING_RAISE: _("raise findings"),
    _P.FREEZE_LIFT: _("lift freezes"),
    _P.FREEZE_SET: _("stop the line"),
    _P.GATE_WAIVE: _("waive gates"),
    _P.GLASS_BREAK: _("take a role in an emergency"),
    _P.GLASS_REVIEW: _("review emergencies of others"),
    _P.HOLD_LIFT: _("lift legal holds"),
    _P.HOLD_SET: _("set legal holds"),
    _P.JOB_RETRY: _("start parked jobs anew"),
    _P.KPI_RECORD: _("record key figures"),
    _P.LIVE_CHANGE_REVIEW: _("review what was done in an emergency"),
    _P.LOG_VIEW: _("read and verify the log"),
    _P.MODEL_REGISTER: _("register models"),
    _P.MODEL_SET_TIER: _("set the risk tier of a model"),
    _P.MODEL_VIEW: _("see models and their cases"),
    _P.PERSON_ADD: _("add people and service accounts"),
    _P.PERSON_DEACTIVATE: _("deactivate and reactivate people"),
    _P.PERSON_VIEW: _("see people, roles and their history"),
    _P.POLICY_APPLY: _("apply a stricter policy to an open case"),
    _P.POLICY_DRAFT: _("draft a policy"),
    _P.POLICY_ENFORCE: _("put in force what another drafted; keep calendars"),
    _P.PORTFOLIO_ADD: _("add portfolios"),
    _P.PROMOTION_ALARM_CLOSE: _("answer alarms of promotions"),
    _P.PROMOTION_CLOSE: _("close pull requests"),
    _P.PROMOTION_MERGE: _("merge pull requests"),
    _P.RETENTION_SET: _("set how long personal values are kept"),
    _P.ROLE_ADD: _("add roles"),
    _P.ROLE_CHANGE: _("change the site's own roles"),
    _P.ROLE_DELETE: _("delete roles that nobody ever held"),
    _P.TARGET_ADD: _("add targets"),
    _P.TARGET_CHANGE: _("change targets"),
    _P.TEAM_ADD: _("add teams"),
    _P.TEAM_CHANGE: _("change who is in a team"),
    _P.THRESHOLD_SET: _("set thresholds"),
    _P.TOKEN_ISSUE: _("issue tokens"),
    _P.TOKEN_REVOKE: _("revoke tokens"),
    _P.VERSION_APPROVE: _("sign approvals"),
    _P.VERSION_COMMENT: _("comment on versions"),
    _P.VERSION_CREATE: _("create versions and upload files"),
    _P.VERSION_REJECT: _("reject versions or ask for changes"),
    _P.VERSION_RESUME: _("ask for a suspended version to be live again"),
    _P.VERSION_RETIRE: _("retire versions"),
    _P.VERSION_ROLL_BACK: _("ask for a roll back"),
    _P.VERSION_SUBMIT: _("submit versions"),
    _P.VERSION_SUSPEND: _("ask for a suspension"),
    _P.VERSION_VALIDATE: _("validate versions"),
    _P.VERSION_WITHDRAW: _("withdraw versions"),
}


def permission_words(name: str) -> str:
    """A permission in words; its name when it has none, as in rows of a later release."""
    known = {str(permission): words for permission, words in PERMISSION_WORDS.items()}
    return str(known.get(name, name))
