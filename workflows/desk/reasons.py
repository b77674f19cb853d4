"""Why a case stands in somebody's inbox, in one sentence. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

Words = str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of a case when its line is written.

    `signed` of `needed` have agreed in the open round. `failed` names the required gates that have
    not passed, `findings` counts the required findings that are not closed, `aged` names evidence
    that is too old to count. `outrun`: another champion went live since the comparison. `ended`:
    the exception by which it is used has. `short` says that too few people are left to decide.
    `changed`: the reader had decided before it changed. `cancelled`: somebody stopped
    the checks. `stuck` is why they gave up.
    """

    running: bool = False
    cancelled: bool = False
    stuck: Words = ""
    failed: tuple[Words, ...] = ()
    findings: int = 0
    reported: bool = False
    signed: int = 0
    needed: int = 1
    changed: bool = False
    aged: tuple[Words, ...] = ()
    outrun: bool = False
    ended: bool = False
    short: Words = ""


def why_validate(standing: Standing) -> Words:
    """What the validator meets."""
    if stopped := _stopped(standing):
        return stopped
    if standing.running:
        return _("The checks are running; the case can be read, not yet decided.")
    if blocked := _blocks(standing):
        return blocked
    if standing.findings:
        return _("All gates have passed.") + " " + _findings(standing.findings)
    if not standing.reported:
        return _("All gates have passed; the validation report is not written yet.")
    return _("Gates and report are there; it waits for your validation.")


def why_approve(standing: Standing) -> Words:
    """What the next signer meets."""
    said = (_signatures(standing), _blocks(standing), _findings(standing.findings))
    return " ".join(filter(None, said))


def _blocks(standing: Standing) -> Words:
    """What keeps people from deciding, a sentence each; empty when nothing does."""
    if standing.cancelled:
        return why_cancelled()
    return " ".join(
        filter(None, (_failed(standing.failed), _aged(standing.aged), *_ends(standing)))
    )


def _failed(names: tuple[Words, ...]) -> Words:
    if not names:
        return ""
    return ngettext(
        "A required gate has not passed: {names}.",
        "Required gates have not passed: {names}.",
        len(names),
    ).format(names=", ".join(names))


def _aged(names: tuple[Words, ...]) -> Words:
    if not names:
        return ""
    return _("Evidence is too old to count: {names}.").format(names=", ".join(names))


def _ends(standing: Standing) -> Iterator[Words]:
    if standing.outrun:
        yield _("Another champion went live since the comparison; it is run again.")
    if standing.ended:
        yield _("The exception for its use before validation has ended.")
    yield standing.short


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


def why_gave_up(what: Words, why: Words) -> Words:
    """What an approved version waits for whose job failed for good."""
    return _("{what} failed: {why} It is not tried again until somebody starts it anew.").format(
        what=what, why=why
    )


def _stopped(standing: Standing) -> Words:
    """What the checks wait for where they will not end by themselves."""
    if standing.cancelled:
        return why_cancelled()
    return why_stuck(standing.stuck) if standing.stuck else ""


def why_cancelled() -> Words:
    """What a case waits for whose checks somebody stopped."""
    return _(
        "The checks were stopped. Nobody can decide before they were begun again and have ended."
    )


def why_stuck(why: Words) -> Words:
    """What a submission waits for whose checks failed for good."""
    return _(
        "The checks failed: {why} Nobody can decide until somebody starts them anew, on the page "
        "of the deployments."
    ).format(why=why)


def why_merged(number: int) -> Words:
    """What an approved version waits for once its pull request is merged."""
    return _("Pull request {number} is merged; the report that it is live is awaited.").format(
        number=number
    )


def where_it_stands(state: str, standing: Standing) -> Words:
    """What the submitter reads of an own version that is under way."""
    if state == "submitted":
        return _with_validator(standing)
    if state == "validated":
        signed = _("{signed} of {needed} have signed.").format(
            signed=standing.signed, needed=standing.needed
        )
        return " ".join(filter(None, (signed, _blocks(standing), _findings(standing.findings))))
    return _("Nothing is asked of anybody at the moment.")


def _with_validator(standing: Standing) -> Words:
    if stopped := _stopped(standing):
        return stopped
    if standing.running:
        return _("The checks are running.")
    if blocked := _blocks(standing):
        return blocked
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


def why_live(kind: str, standing: Standing) -> Words:
    """What a change of what is live asks of whoever signs it."""
    asked = {
        "suspend": _("Emergency: the live version shall be suspended."),
        "resume": _("A suspended version shall be live again."),
        "roll_back": _("Emergency: a former champion shall take its place again."),
        "retire": _("A version that runs shall be retired."),
    }[kind]
    return " ".join(filter(None, (asked, standing.short)))
