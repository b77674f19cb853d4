"""What a step of the policy asks a decider to tick and write down, and what others answered."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from workflows.lifecycle.answers import Answers
from workflows.policies.definition import Definition, FieldKind, Move, Step

if TYPE_CHECKING:
    from workflows.lifecycle.models import Decision

PREFIXES = ("check.", "field.")
LONGEST = 5000
INPUTS = {FieldKind.NUMBER: "number", FieldKind.DATE: "date", FieldKind.TEXT: "text"}


@dataclass(frozen=True, slots=True)
class AskLine:
    """One thing that is asked: to tick (`kind` check), to select, or an input of that type."""

    name: str
    label: str
    kind: str
    required: bool
    value: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Answered:
    """What one decider answered, a line each."""

    who: str
    lines: tuple[tuple[str, str], ...]


def typed_answers(sent: Mapping[str, Any]) -> dict[str, str]:
    """What a form sent of what is asked, by its names there."""
    return {name: str(value)[:LONGEST] for name, value in sent.items() if name.startswith(PREFIXES)}


def ask_lines(step: Step | None, typed: Mapping[str, str]) -> list[AskLine]:
    """What a step asks for, with what was typed before."""
    if step is None:
        return []
    lines = [
        AskLine(
            f"check.{item.name}",
            _(item.text),
            "check",
            item.required,
            "on" if f"check.{item.name}" in typed else "",
        )
        for item in step.checklist
    ]
    for one in step.fields:
        name = f"field.{one.name}"
        kind = INPUTS.get(one.kind, "select")
        value = typed.get(name, "")
        lines.append(AskLine(name, one.label, kind, one.required, value, _choices(one)))
    return lines


def _choices(one: Any) -> tuple[tuple[str, str], ...]:  # noqa: ANN401 - a FormField
    if one.kind is FieldKind.YES_NO:
        return ("yes", _("Yes")), ("no", _("No"))
    return tuple((choice, choice) for choice in one.choices)


def step_named(definition: Definition | None, move: Move | None, name: str) -> Step | None:
    """A step of a move by its name."""
    steps = definition.moves[move].steps if definition and move else ()
    return next((step for step in steps if step.name == name), None)


def answered_in(definition: Definition | None, decisions: "Sequence[Decision]") -> list[Answered]:
    """What those who decided have answered, where they were asked anything."""
    found = []
    for decision in decisions:
        step = step_named(definition, Move(decision.round.move), decision.step)
        if step is not None and decision.answers:
            lines = tuple(answer_lines(step, decision.answers))
            found.append(Answered(decision.person.full_name, lines))
    return found


def answer_lines(step: Step, answers: Answers) -> Iterator[tuple[str, str]]:
    """Answers as labels and words."""
    ticked, written = answers.get("checklist", {}), answers.get("fields", {})
    for item in step.checklist:
        yield _(item.text), _("Yes") if ticked.get(item.name) else _("No")
    for one in step.fields:
        yield one.label, str(written.get(one.name) or "–")
