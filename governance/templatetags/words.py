"""One word, one icon and one tone for each outcome that a screen shows. Pure.

A key is `kind.value` where the same value means different things ("closed" is good for a finding
and neutral for a pull request), else the value alone. Words as in docs/glossary.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Mark:
    """What a reader sees of an outcome: tone (good, warn, bad, none, info), icon and word."""

    tone: str
    icon: str
    text: "StrOrPromise"


STATES: dict[str, "StrOrPromise"] = {
    "draft": _("Draft"),
    "submitted": _("Submitted"),
    "validated": _("Validated"),
    "approved": _("Approved"),
    "deployed": _("Deployed"),
    "superseded": _("Superseded"),
    "suspended": _("Suspended"),
    "retired": _("Retired"),
    "rejected": _("Rejected"),
    "withdrawn": _("Withdrawn"),
}

MARKS: dict[str, Mark] = {
    # gates and statuses
    "passed": Mark("good", "good", pgettext_lazy("gate", "Passed")),
    "success": Mark("good", "good", pgettext_lazy("gate", "Passed")),
    "failed": Mark("bad", "bad", pgettext_lazy("gate", "Failed")),
    "failure": Mark("bad", "bad", pgettext_lazy("gate", "Failed")),
    "waived": Mark("warn", "waived", pgettext_lazy("gate", "Waived")),
    "error": Mark("warn", "warn", pgettext_lazy("gate", "Could not be measured")),
    "pending": Mark("info", "clock", _("Waiting")),
    "running": Mark("info", "sync", _("Running")),
    # verdicts of a comparison
    "better": Mark("good", "good", pgettext_lazy("verdict", "Better")),
    "not_worse": Mark("good", "equal", pgettext_lazy("verdict", "Not worse")),
    "worse_in_limit": Mark("warn", "warn", pgettext_lazy("verdict", "Worse, in limit")),
    "worse": Mark("bad", "bad", pgettext_lazy("verdict", "Worse")),
    "not_enough_data": Mark("none", "none", pgettext_lazy("verdict", "Not enough data")),
    "no_champion": Mark("none", "none", pgettext_lazy("verdict", "First version")),
    "point_only": Mark("none", "none", pgettext_lazy("verdict", "No interval")),
    # findings
    "finding.open": Mark("warn", "flag", pgettext_lazy("finding", "Open")),
    "finding.answered": Mark("info", "comment", pgettext_lazy("finding", "Answered")),
    "finding.closed": Mark("good", "check", pgettext_lazy("finding", "Closed")),
    # conditions of an approval
    "condition.open": Mark("none", "clock", pgettext_lazy("condition", "To be met")),
    "condition.answered": Mark("info", "comment", pgettext_lazy("condition", "Evidence given")),
    "condition.met": Mark("good", "check", pgettext_lazy("condition", "Met")),
    "condition.breached": Mark("bad", "overdue", pgettext_lazy("condition", "Not met in time")),
    "condition.void": Mark("none", "cross", pgettext_lazy("condition", "Taken back")),
    # promotions and pull requests
    "waiting": Mark("none", "clock", _("Waiting for an earlier target")),
    "preparing": Mark("info", "sync", _("Preparing the pull request")),
    "open": Mark("info", "branch", _("Pull request open")),
    "merged": Mark("good", "merge", _("Merged")),
    "deployed": Mark("good", "deployed", _("Deployed")),
    "held": Mark("warn", "parked", _("Held")),
    "parked": Mark("warn", "parked", _("Parked")),
    "diverged": Mark("bad", "bad", _("Diverged")),
    "closed": Mark("none", "cross", _("Closed without merging")),
    "superseded": Mark("none", "superseded", _("Superseded")),
    # what Argo CD says
    "healthy": Mark("good", "good", _("Healthy")),
    "degraded": Mark("bad", "bad", _("Degraded")),
    "equal": Mark("good", "equal", _("Equal")),
    "differs": Mark("warn", "swap", _("Differs")),
    "yes": Mark("good", "check", _("Yes")),
    "no": Mark("bad", "cross", _("No")),
}

MESSAGE_TONES = {
    "success": "good",
    "error": "bad",
    "warning": "warn",
    "info": "info",
    "debug": "none",
}
TONE_ICONS = {"good": "check", "bad": "bad", "warn": "warn", "info": "comment", "none": "none"}


def mark_of(value: str, kind: str = "") -> Mark:
    """The mark of an outcome; an unknown one is shown as it is, in no tone."""
    known = MARKS.get(f"{kind}.{value}") or MARKS.get(value)
    return known or Mark("none", "none", value.replace("_", " ").capitalize())
