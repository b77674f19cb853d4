"""One step of a policy as plain JSON, and back. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from workflows.policies.definition import (
    AtEnd,
    ChecklistItem,
    Ending,
    Escalation,
    FieldKind,
    FormField,
    Step,
)
from workflows.policies.plain_reader import Place, PlainReader, given_or

STEP_KEYS = (
    "name",
    "title",
    "role",
    "quorum",
    "among",
    "required",
    "signature",
    "due_business_days",
    "checklist",
    "fields",
    "reminders",
    "escalation",
    "ending",
)
MOST_PEOPLE, MOST_DUE_DAYS, MOST_LINES, MOST_CHOICES, MOST_REMINDERS = 20, 250, 30, 20, 10
MOST_LATE_DAYS = 60


def read_step(reader: PlainReader, given: object, place: Place) -> Step:
    """One step; its name is the role's where it has none."""
    plain = reader.mapping(given, place, STEP_KEYS)
    role = reader.name(plain.get("role", ""), (*place, "role"))
    step = Step(
        name=reader.name(plain.get("name", role), (*place, "name")),
        role=role,
        quorum=_quorum(reader, plain, place),
        signature=reader.truth(plain, "signature", place),
        due_business_days=reader.whole(plain, "due_business_days", place, (0, MOST_DUE_DAYS)),
        title=reader.text(plain, "title", place),
        required=_required(reader, given_or(plain, "required", {}), (*place, "required")),
        among=reader.whole(plain, "among", place, (0, MOST_PEOPLE), 0),
        checklist=reader.items(
            plain, "checklist", place, lambda item, at: _item(reader, item, at), MOST_LINES
        ),
        fields=reader.items(
            plain, "fields", place, lambda item, at: _field(reader, item, at), MOST_LINES
        ),
        reminders=_reminders(reader, plain, place),
        escalation=_escalation(reader, plain.get("escalation"), (*place, "escalation")),
        ending=_ending(reader, given_or(plain, "ending", {}), (*place, "ending")),
    )
    _refuse_contradictions(reader, step, place)
    return step


def _quorum(reader: PlainReader, plain: Mapping[str, Any], place: Place) -> int:
    given = plain.get("quorum")
    if isinstance(given, int) and given < 1:
        reader.say(
            (*place, "quorum"),
            _("A step asks for nobody."),
            _("Set its quorum to 1 or more."),
        )
        return 1
    return reader.whole(plain, "quorum", place, (1, MOST_PEOPLE))


def _required(reader: PlainReader, given: object, place: Place) -> dict[str, int]:
    if not isinstance(given, Mapping):
        reader.say(place, _("Here belong roles with numbers."))
        return {}
    return {
        reader.name(role, (*place, str(role))): reader.number(
            number, (*place, str(role)), 1, MOST_PEOPLE
        )
        for role, number in given.items()
    }


def _refuse_contradictions(reader: PlainReader, step: Step, place: Place) -> None:
    if sum(step.required.values()) > step.quorum:
        reader.say(
            (*place, "required"),
            _("More people are required than the quorum has seats."),
            _("Raise the quorum, or require fewer."),
        )
    if step.among and step.among < step.quorum:
        reader.say(
            (*place, "among"),
            _("A quorum of {quorum} among {among} cannot be.").format(
                quorum=step.quorum, among=step.among
            ),
        )
    if step.escalation and step.escalation.role in step.roles:
        reader.say(
            (*place, "escalation", "role"),
            _("This role is asked from the start."),
            _("Escalate to another, higher role."),
        )
    if step.ending.action is AtEnd.ESCALATE and step.escalation is None:
        reader.say(
            (*place, "ending", "action"),
            _("Nobody is named to escalate to."),
            _("Name a role under escalation."),
        )
    _refuse_twice(reader, step, place)


def _refuse_twice(reader: PlainReader, step: Step, place: Place) -> None:
    for key, names in (
        ("checklist", [item.name for item in step.checklist]),
        ("fields", [one.name for one in step.fields]),
    ):
        for at, name in enumerate(names):
            if name in names[:at]:
                reader.say(
                    (*place, key, at, "name"),
                    _("The name {name} is there twice.").format(name=name),
                )


def _item(reader: PlainReader, given: object, place: Place) -> ChecklistItem:
    plain = reader.mapping(given, place, ("name", "text", "required"))
    return ChecklistItem(
        name=reader.name(plain.get("name", ""), (*place, "name")),
        text=reader.text(plain, "text", place, required=True),
        required=reader.truth(plain, "required", place, default=True),
    )


def _field(reader: PlainReader, given: object, place: Place) -> FormField:
    plain = reader.mapping(given, place, ("name", "label", "kind", "required", "choices"))
    found = FormField(
        name=reader.name(plain.get("name", ""), (*place, "name")),
        label=reader.text(plain, "label", place, required=True),
        kind=reader.choice(plain.get("kind", "text"), (*place, "kind"), FieldKind, FieldKind.TEXT),
        required=reader.truth(plain, "required", place),
        choices=reader.items(plain, "choices", place, reader.line, MOST_CHOICES),
    )
    if (found.kind is FieldKind.CHOICE) != bool(found.choices):
        reader.say(
            (*place, "choices"), _("Choices belong to a field of the kind choice, and only there.")
        )
    return found


def _reminders(reader: PlainReader, plain: Mapping[str, Any], place: Place) -> tuple[int, ...]:
    found = reader.items(
        plain,
        "reminders",
        place,
        lambda item, at: reader.number(item, at, -MOST_LATE_DAYS, MOST_LATE_DAYS),
        MOST_REMINDERS,
    )
    return tuple(sorted(set(found)))


def _escalation(reader: PlainReader, given: object, place: Place) -> Escalation | None:
    if given is None:
        return None
    plain = reader.mapping(given, place, ("role", "after_business_days"))
    return Escalation(
        role=reader.name(plain.get("role", ""), (*place, "role")),
        after_business_days=reader.whole(
            plain, "after_business_days", place, (0, MOST_LATE_DAYS), 0
        ),
    )


def _ending(reader: PlainReader, given: object, place: Place) -> Ending:
    plain = reader.mapping(given, place, ("action", "after_business_days"))
    return Ending(
        action=reader.choice(plain.get("action", "none"), (*place, "action"), AtEnd, AtEnd.NONE),
        after_business_days=reader.whole(
            plain, "after_business_days", place, (0, MOST_LATE_DAYS), 0
        ),
    )


# Writing ---------------------------------------------------------------------------------------
def plain_step(step: Step) -> dict[str, Any]:
    """A step in its JSON form; what stands at its default is left out."""
    optional = {
        "title": step.title,
        "among": step.among,
        "required": dict(step.required),
        "signature": step.signature,
        "checklist": [_plain_item(item) for item in step.checklist],
        "fields": [_plain_field(one) for one in step.fields],
        "reminders": list(step.reminders),
        "escalation": _plain_escalation(step.escalation),
        "ending": _plain_ending(step.ending),
    }
    return {
        "name": step.name,
        "role": step.role,
        "quorum": step.quorum,
        "due_business_days": step.due_business_days,
    } | {key: value for key, value in optional.items() if value}


def _plain_item(item: ChecklistItem) -> dict[str, Any]:
    return {"name": item.name, "text": item.text, "required": item.required}


def _plain_field(one: FormField) -> dict[str, Any]:
    plain = {"name": one.name, "label": one.label, "kind": one.kind.value}
    return {**plain, "required": one.required} | (
        {"choices": list(one.choices)} if one.choices else {}
    )


def _plain_escalation(escalation: Escalation | None) -> dict[str, Any]:
    if escalation is None:
        return {}
    return {"role": escalation.role, "after_business_days": escalation.after_business_days}


def _plain_ending(ending: Ending) -> dict[str, Any]:
    if ending == Ending():
        return {}
    return {"action": ending.action.value, "after_business_days": ending.after_business_days}
