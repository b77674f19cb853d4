"""What a decider ticked and wrote down, held against what their step asks for. Pure.

Kept in the decision as {"checklist": {name: ticked}, "fields": {name: value}}; the log holds the
SHA-256 of its RFC 8785 form, and a signature is given for exactly these answers.
"""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from hashlib import sha256
from typing import Any

import rfc8785

from governance.errors import Invalid
from governance.sentences import Sentence
from governance.sentences import sentence as _
from workflows.policies.definition import FieldKind, FormField, Step

LONGEST = 4000
YES_NO = {"yes", "no"}
Answers = Mapping[str, Mapping[str, Any]]

FOR_DEVELOPER = _("Say why, so that the developer knows what to do.")
FOR_OTHERS = _("Say why, so that others understand it.")
# By the kind of a decision: what is asked of who says nothing with it.
WHY: Mapping[str, Sentence] = {
    "approve_with_conditions": _("Say why you approve on conditions only."),
    "validate_with_findings": _("Say why you validate although findings are open."),
    "request_changes": FOR_DEVELOPER,
    "reject": FOR_DEVELOPER,
    "abstain": FOR_OTHERS,
    "recuse": FOR_OTHERS,
    "delegate": FOR_OTHERS,
}


def checked(step: Step, given: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The answers to a step, of what was typed: `check.NAME` and `field.NAME`.

    Whoever agrees gives them; {} where a step asks for nothing.

    Raises:
        Invalid: something required is missing, or no answer to what was asked.
    """
    if not step.checklist and not step.fields:
        return {}
    ticked = {item.name: f"check.{item.name}" in given for item in step.checklist}
    written = {one.name: given.get(f"field.{one.name}", "").strip() for one in step.fields}
    for one in step.fields:
        _refuse_other(one, written[one.name])
    _refuse_missing(step, ticked, written)
    return {"checklist": ticked, "fields": written}


def refuse_silence(kind: str, comment: str) -> None:
    """Every decision but a plain yes says why; `kind` is one of `Decision.Kind`.

    Raises:
        Invalid: it says nothing.
    """
    if kind in WHY and not comment.strip():
        raise Invalid(WHY[kind], remedy=_("Write a comment, then decide."), field="comment")


def answers_digest(answers: Answers) -> str:
    """64 hex digits over what was answered; empty for nothing."""
    return sha256(rfc8785.dumps(dict(answers))).hexdigest() if answers else ""


def _refuse_missing(step: Step, ticked: Mapping[str, bool], written: Mapping[str, str]) -> None:
    missing = [one.text for one in step.checklist if one.required and not ticked[one.name]]
    missing += [one.label for one in step.fields if one.required and not written[one.name]]
    if missing:
        raise Invalid(
            _("The policy asks for this before you agree: {missing}.", missing="; ".join(missing)),
            remedy=_("Tick or fill it in, or decide otherwise."),
            field="answers",
        )


def _refuse_other(field: FormField, text: str) -> None:
    if len(text) > LONGEST or (text and not READERS[field.kind](text, field)):
        raise Invalid(
            _("“{label}” cannot be “{text}”.", label=field.label, text=text[:40]),
            remedy=_("Write what the field asks for."),
            field="answers",
        )


def _is_number(text: str, _field: FormField) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is_day(text: str, _field: FormField) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


READERS: Mapping[FieldKind, Callable[[str, FormField], bool]] = {
    FieldKind.TEXT: lambda _text, _field: True,
    FieldKind.NUMBER: _is_number,
    FieldKind.DATE: _is_day,
    FieldKind.CHOICE: lambda text, field: text in field.choices,
    FieldKind.YES_NO: lambda text, _field: text in YES_NO,
}
