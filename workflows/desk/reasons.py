"""Why a case stands in somebody's inbox, in one sentence. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Words = str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a case when its line is written.

    `signed` of `needed` have agreed in the open round. `failed` names the required gates that have
    not passed, `findings` counts the required findings that are not closed. `changed`: the
    reader had decided before it changed.
    """

    running: bool = False
    failed: tuple[Words, ...] = ()
    findings: int = 0
    reported: bool = False
    signed: int = 0
    needed: int = 1
    changed: bool = False


def why_validate(standing: Standing) -> Words:
    """What the validator meets."""
    if standing.running:
        return _("The checks are running; the case can be read, not yet decided.")
    if standing.failed:
        return ngettext(
            "A required gate has not passed: {names}.",
            "Required gates have not passed: {names}.",
            len(standing.failed),
        ).format(names=", ".join(standing.failed))
    if standing.findings:
        return _("All gates have passed.") + " " + _findings(standing.findings)
    if not standing.reported:
        return _("All gates have passed; the validation report is not written yet.")
    return _("Gates and report are there; it waits for your validation.")


def why_approve(standing: Standing) -> Words:
    """What the next signer meets."""
    return " ".join(filter(None, (_signatures(standing), _findings(standing.findings))))


def _signatures(standing: Standing) -> Words:
    missing = standing.needed - standing.signed
    if standing.changed:
        return _("It changed after you had signed, so you are asked again.")
    if standing.signed == 0:
        if not standing.reported:
            return _("Used before validation, by exception; nobody has signed yet.")
        return _("Validated; nobody has signed yet.")
    if standing.signed == 1 and missing == 1:
        return _("The second signature is missing; yours completes the quorum.")
    if missing == 1:
        return _("One signature is missing; yours completes the quorum.")
    return _("{signed} of {needed} have signed.").format(
        signed=standing.signed, needed=standing.needed
    )


def _findings(number: int) -> Words:
    if not number:
        return ""
    return ngettext("{number} finding is open.", "{number} findings are open.", number).format(
        number=number
    )


def why_merge(number: int | None, repository: str, held: Words = "") -> Words:
    """What the one who merges meets; `number` None while there is no pull request."""
    if held:
        return held
    if number is None:
        return _("Approved; the pull request is being prepared.")
    return _("Approved; pull request {number} in {repository} waits for the merge.").format(
        number=number, repository=repository
    )


def where_it_stands(state: str, standing: Standing) -> Words:
    """What the submitter reads of an own version that is under way."""
    if state == "submitted":
        return _with_validator(standing)
    if state == "validated":
        signed = _("{signed} of {needed} have signed.").format(
            signed=standing.signed, needed=standing.needed
        )
        return " ".join(filter(None, (signed, _findings(standing.findings))))
    if state == "approved":
        return _("Approved; it goes live with the merge of its pull request.")
    return _("Nothing is asked of anybody at the moment.")


def _with_validator(standing: Standing) -> Words:
    if standing.running:
        return _("The checks are running.")
    if standing.failed:
        return why_validate(standing)
    if standing.findings:
        return _findings(standing.findings)
    return _("All gates have passed; it waits for the validator.")


def what_comes_next(state: str) -> Words:
    """What follows when whoever is asked now agrees."""
    return {
        "submitted": _("Then the approvers are asked."),
        "validated": _("Then the pull request is opened."),
        "approved": _("Then it is live."),
    }.get(state, "")


def why_asked(verb: str) -> Words:
    """What a task that is no decision asks for."""
    return {
        "answer": _("A finding waits for your answer."),
        "revise": _("Changes were asked for; they come as the next version."),
        "meet": _("A condition of the approval is yours to meet."),
        "check": _("There is evidence for a condition: judge whether it is met."),
        "escalate": _("A condition of the approval was not met in time."),
        "roll_back": _("A condition was not met in time, and a roll back is asked for."),
        "merge": _("A change of what is live is signed; its pull request waits for the merge."),
        "review": _("It was signed in an emergency; somebody who had no hand in it reviews it."),
    }[verb]


def why_asked_anew(verb: str) -> Words:
    """What is asked in the validation of a version that is used."""
    return {
        "revalidate": _("It is used, and is to be validated."),
        "escalate": _("It is used by an exception that has ended without validation."),
        "roll_back": _("It was not validated, and a roll back is asked for."),
    }[verb]


def why_live(kind: str) -> Words:
    """What a change of what is live asks of whoever signs it."""
    return {
        "suspend": _("Emergency: the live version shall be suspended."),
        "resume": _("A suspended version shall be live again."),
        "roll_back": _("Emergency: a former champion shall take its place again."),
        "retire": _("A version that runs shall be retired."),
    }[kind]
