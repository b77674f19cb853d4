"""The decisions that a panel offers, and what each sets off."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from workflows.desk.panel import Choice, Consequence, Line
from workflows.desk.queries.dossier import Dossier
from workflows.policies.definition import Move


def choices_of(dossier: Dossier, move: Move, chosen: str, *, blocked: bool) -> list[Choice]:
    """What can be decided on a move; `chosen` is what was picked before, nothing is preset."""
    against = _("something stands against it") if blocked else ""
    first = _to_approve(against) if move is Move.APPROVE else _to_validate(dossier, against)
    required = _("comment required")
    silent = {"approve", "validate"}
    no = _("Reject") if move is Move.APPROVE else _("Not validated")
    others = [
        ("request_changes", _("Request changes"), required),
        ("reject", no, required),
        ("abstain", _("Abstain"), required),
        ("delegate", _("Delegate"), ""),
        ("recuse", _("Step aside (recuse)"), required),
    ]
    return [
        *(
            Choice(
                value,
                label,
                why_not or ("" if value in silent else required),
                disabled=bool(why_not),
                chosen=chosen == value and not why_not,
            )
            for value, label, why_not in first
        ),
        *(Choice(value, label, note, chosen=chosen == value) for value, label, note in others),
    ]


def _to_approve(against: str) -> list[tuple[str, str, str]]:
    return [
        ("approve", _("Approve"), against),
        ("approve_with_conditions", _("Approve with conditions"), against),
    ]


def _to_validate(dossier: Dossier, against: str) -> list[tuple[str, str, str]]:
    left = [finding for finding in dossier.findings if finding.state != "closed"]
    first = ", ".join(f"F-{finding.number}" for finding in left[:2])
    open_ = _("{findings} is open").format(findings=first) if left else ""
    none = _("no finding is open")
    return [
        ("validate", _("Validated"), against or open_),
        ("validate_with_findings", _("Validated with findings"), against or ("" if left else none)),
    ]


def consequences_of(
    dossier: Dossier, move: Move, then: Sequence[Line], *, left: int
) -> list[Consequence]:
    """What each choice sets off; `then` is what follows from agreeing.

    `left` is how many more must say no after the reader's own no; 0: that ends it.
    """
    agreeing = _after_approval(then) if move is Move.APPROVE else _after_validation(dossier, then)
    return [*agreeing, *_after_no(dossier, left), *_after_others()]


def _after_approval(then: Sequence[Line]) -> list[Consequence]:
    if not then:
        return []
    asked_again = Line("sync", _("Who signed before is asked to confirm, with your conditions"))
    owed = Line("clock", _("Each condition becomes somebody's task, due on its day"))
    return [
        Consequence("approve", _("If you approve"), then, first=True),
        Consequence(
            "approve_with_conditions",
            _("If you approve with conditions"),
            [Line("sign", _("You write the conditions in the next step")), asked_again, owed],
        ),
    ]


def _after_validation(dossier: Dossier, then: Sequence[Line]) -> list[Consequence]:
    if not then:
        return []
    left = sum(finding.state != "closed" for finding in dossier.findings)
    go_with = Line("flag", _("Open findings go with it: {number}").format(number=left))
    return [
        Consequence("validate", _("If you validate"), then, first=not left),
        Consequence(
            "validate_with_findings",
            _("If you validate with findings"),
            [*then, go_with],
            first=bool(left),
        ),
    ]


def _after_no(dossier: Dossier, left: int) -> list[Consequence]:
    if left:
        words = ngettext(
            "It is a vote: {number} more ends the review",
            "It is a vote: {number} more end the review",
            left,
        )
        vote = [
            Line("people", words.format(number=left)),
            Line("bell", _("Others are still asked")),
        ]
        return [
            Consequence("request_changes", _("If you request changes"), vote),
            Consequence("reject", _("If you reject"), vote),
        ]
    who = dossier.version.submitted_by.full_name if dossier.version.submitted_by else ""
    ends = Line("cross", _("This review ends; nobody else is asked"))
    revise = Line("bell", _("{who} is asked for the next version").format(who=who))
    return [
        Consequence("request_changes", _("If you request changes"), [ends, revise]),
        Consequence("reject", _("If you reject"), [ends, Line("lock", _("It can never go live"))]),
    ]


def _after_others() -> list[Consequence]:
    not_counted = Line("people", _("It does not count; the others are still asked"))
    open_to = Line("sync", _("If the case changes, you are asked again"))
    out = Line("lock", _("You are out of this round, whatever changes"))
    named = Line("bell", _("You choose somebody in the next step; only they can take it"))
    return [
        Consequence("abstain", _("If you abstain"), [not_counted, open_to]),
        Consequence("delegate", _("If you delegate"), [named, out]),
        Consequence("recuse", _("If you step aside"), [not_counted, out]),
    ]
