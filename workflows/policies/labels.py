"""The words of a policy: who is asked, and what the moves are called."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop, ngettext_lazy, npgettext_lazy
from django.utils.translation import gettext_lazy as _

from workflows.policies.definition import Step

ROLES: Mapping[str, Promise] = {
    "head_of_model_risk": ngettext_lazy("head of model risk", "heads of model risk"),
    # As the role's title is written, so it needs a context: one word has one place in a catalogue.
    "mlops_engineer": npgettext_lazy("who is asked", "MLOps engineer", "MLOps engineers"),
    "model_developer": ngettext_lazy("model developer", "model developers"),
    "model_owner": ngettext_lazy("model owner", "model owners"),
    "model_validator": ngettext_lazy("independent validator", "independent validators"),
    "risk_officer": ngettext_lazy("risk officer", "risk officers"),
}
MOVES: Mapping[str, Promise] = {
    "approve": _("Approval"),
    "deploy": _("Deployment"),
    "emergency": _("Emergency"),
    "retire": _("Retirement"),
    "validate": _("Validation"),
}
# The rows hold the English titles; `str(policy)` gives the reader's language.
SHIPPED_TITLES = (
    gettext_noop("Tier 1, material models"),
    gettext_noop("Tier 2, models of medium materiality"),
    gettext_noop("Tier 3, models of low materiality"),
)
VERBS: Mapping[str, Promise] = {
    "approve": _("Approve"),
    "deploy": _("Deploy"),
    "emergency": _("In an emergency"),
    "retire": _("Retire"),
    "validate": _("Validate"),
}
# Titles of calendars and steps, and lines of checklists that ship.
SHIPPED_WORDS = (
    gettext_noop("Mondays to Fridays"),
    gettext_noop("TARGET, the euro's settlement days"),
    gettext_noop("Review after the fact"),
    gettext_noop("Purpose, theory and method fit the use that is asked for"),
    gettext_noop("Origin, quality and period of the data were checked"),
    gettext_noop("Results were compared with what happened, and with the champion"),
    gettext_noop("Limits and assumptions are written down, and are acceptable"),
    gettext_noop("I have read the validation report and its limits"),
    gettext_noop("Open findings and waived checks are acceptable for this use"),
)


def role_words(role: str, number: int = 1) -> str:
    """A role as people say it of so many holders; a site's own role keeps its name."""
    known = ROLES.get(role)
    return str(known % number) if known is not None else role.replace("_", " ")


def move_title(move: str) -> str:
    """What a move is called on a screen."""
    return str(MOVES.get(move, move))


def verb_title(move: str) -> str:
    """What a move is called as something to do."""
    return str(VERBS.get(move, move))


def step_title(step: Step) -> str:
    """What a step is called: its own title, else who is asked."""
    if step.title:
        return gettext(step.title)
    title = role_words(step.role, step.quorum)
    return title[:1].upper() + title[1:]


def asked_words(step: Step) -> str:
    """How many of whom: "2 risk officers, among them 1 head of model risk"."""
    words = f"{step.quorum} {role_words(step.role, step.quorum)}"
    if not step.required:
        return words
    kept = ", ".join(
        f"{number} {role_words(role, number)}" for role, number in step.required.items()
    )
    return gettext("{asked}, among them {kept}").format(asked=words, kept=kept)
