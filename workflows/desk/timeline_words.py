"""The words of a timeline: what decisions, ends, tasks and triggers are called in it. Pure."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop

AGREED = {
    "approve": gettext_noop("signed: approve"),
    "emergency": gettext_noop("signed, in an emergency"),
    "retire": gettext_noop("agreed to the retirement"),
    "validate": gettext_noop("decided: validated"),
}
DECISIONS = {
    "abstain": gettext_noop("abstained"),
    "approve_with_conditions": gettext_noop("signed: approve with conditions"),
    "delegate": gettext_noop("delegated the decision"),
    "recuse": gettext_noop("stepped aside"),
    "request_changes": gettext_noop("decided: request changes"),
    "validate_with_findings": gettext_noop("decided: validated with findings"),
}
OUTCOMES = {
    "changes_requested": gettext_noop("changes requested"),
    "deployed": gettext_noop("deployed"),
    "met": gettext_noop("all conditions met"),
    "done": gettext_noop("done"),
    "justified": gettext_noop("justified"),
    "not_justified": gettext_noop("not justified"),
    "not_merged": gettext_noop("closed without merging"),
    "not_used": gettext_noop("not used any more"),
    "not_validated": gettext_noop("not validated"),
    "rejected": gettext_noop("rejected"),
    "validated": gettext_noop("validated"),
    "with_findings": gettext_noop("validated with findings"),
    "withdrawn": gettext_noop("withdrawn"),
}
TASKS = {
    "validate": gettext_noop("validate"),
    "approve": gettext_noop("approve"),
    "merge": gettext_noop("merge the pull request"),
    "answer": gettext_noop("answer the finding"),
    "revise": gettext_noop("revise and submit again"),
    "look": gettext_noop("look at the alert"),
    "meet": gettext_noop("meet the condition"),
    "check": gettext_noop("judge the evidence of the condition"),
    "escalate": gettext_noop("follow the breached condition"),
    "revalidate": gettext_noop("validate what is used"),
    "roll_back": gettext_noop("roll back"),
    "emergency": gettext_noop("sign in an emergency"),
    "retire": gettext_noop("agree to the retirement"),
    "review": gettext_noop("review what was signed in an emergency"),
}
TRIGGERS = {
    "time": gettext_noop("its time has come"),
    "breach": gettext_noop("a key figure left its bounds"),
    "tier": gettext_noop("its risk tier was raised"),
    "change": gettext_noop("the settings of its targets have changed"),
    "exception": gettext_noop("it is used before validation, by exception"),
}
ASKED = {
    "suspend": gettext_noop("asked for a suspension"),
    "resume": gettext_noop("asked for it to be resumed"),
    "roll_back": gettext_noop("asked for a roll back"),
    "retire": gettext_noop("asked for the retirement"),
}

# What a timeline can be narrowed to: beginnings of the actions that belong together. A line of none
# stands among all of them, and among those of people or of the product.
SHOWN: Mapping[str, tuple[str, ...]] = {
    "decisions": (
        "condition.",
        "decision.",
        "exception.",
        "gate.waived",
        "live_change.",
        "revision.",
        "version.admitted",
        "version.approved",
        "version.changes_requested",
        "version.created",
        "version.rejected",
        "version.reopened",
        "version.retired",
        "version.submitted",
        "version.validated",
        "version.withdrawn",
    ),
    "comments": ("version.commented",),
    "evidence": (
        "artifact.",
        "checks.",
        "comparison.",
        "evidence.",
        "finding.",
        "gate.completed",
        "validation_report.",
    ),
    "requests": ("case.", "task.", "validation.asked_again"),
    "deployments": (
        "promotion.",
        "version.deployed",
        "version.resumed",
        "version.rolled_back",
        "version.superseded",
        "version.suspended",
    ),
}
SHOWN_TITLES = {
    "": gettext_noop("All"),
    "decisions": gettext_noop("Decisions"),
    "comments": gettext_noop("Comments"),
    "evidence": gettext_noop("Evidence and checks"),
    "requests": gettext_noop("Requests"),
    "deployments": gettext_noop("Deployments"),
    "people": gettext_noop("People only"),
    "system": gettext_noop("System only"),
}
