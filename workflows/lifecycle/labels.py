"""The words of the moves: what each needs, as people say it. Pure."""

from collections.abc import Mapping

from governance.inventory.states import IN_WORDS
from governance.sentences import Sentence, either
from governance.sentences import sentence as _
from workflows.lifecycle.transitions import EDGES

_NEEDS: Mapping[str, Sentence] = {
    "submit": _("To be submitted it must be {states}."),
    "validate": _("To be validated it must be {states}."),
    "admit": _("To be used before validation it must be {states}."),
    "approve": _("To be approved it must be {states}."),
    "deploy": _("To go live it must be {states}."),
    "supersede": _("To be superseded it must be {states}."),
    "reject": _("To be rejected it must be {states}."),
    "withdraw": _("To be withdrawn it must be {states}."),
    "reopen": _("To be reopened it must be {states}."),
    "roll_back": _("To be rolled back to it must be {states}."),
    "suspend": _("To be suspended it must be {states}."),
    "resume": _("To be resumed it must be {states}."),
    "retire": _("To be retired it must be {states}."),
}


def needs(verb: str) -> Sentence:
    """What a move asks of the version: `To be submitted it must be a draft.`."""
    return _NEEDS[verb].filled(states=either([IN_WORDS[state] for state in EDGES[verb].sources]))


# How a case ended: why a promotion goes no further.
ENDINGS: Mapping[str, Sentence] = {
    "changes_requested": _("Changes were requested."),
    "deployed": _("The version is live."),
    "rejected": _("The version was rejected."),
    "withdrawn": _("The version was withdrawn."),
}
# Why an approval no longer holds.
FALLEN: Mapping[str, Sentence] = {
    "changed": _("What was approved has changed since."),
    "evidence": _("Evidence that it rested on is too old by now: {name}."),
    "exception": _("The exception for its use before validation has ended."),
    "expired": _("The approval has expired."),
    "moved": _("The version is {state} now."),
    "not_passed": _("The round did not pass."),
    "waiver": _("A waiver that it rested on has ended: {gate}."),
}
