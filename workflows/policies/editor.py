"""A wording as the fields of a form, each with what is wrong at its place. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from governance.evaluation.labels import gate_title
from workflows.policies.definition import AtEnd, Move
from workflows.policies.labels import role_words, verb_title
from workflows.policies.plain_reader import Problem

Row = tuple[str, str, object, str, Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One field: `kind` is text, number, select, check or area."""

    name: str
    label: str
    value: object
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    error: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class StepForm:
    """One step being edited: `place` is "approve:0:1", for its buttons."""

    title: str
    place: str
    kept: str
    cells: tuple[Cell, ...]
    checks: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class GateForm:
    """One gate being edited."""

    title: str
    name: str
    at: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class MoveForm:
    """One move being edited."""

    move: str
    title: str
    stages: tuple[tuple[StepForm, ...], ...]
    cells: tuple[Cell, ...] = ()
    gates: tuple[GateForm, ...] = ()


# Wording -> fields -----------------------------------------------------------------------------
def move_forms(
    plain: Mapping[str, Any], roles: Sequence[str], problems: Sequence[Problem] = ()
) -> list[MoveForm]:
    """The fields of a wording, each with what is wrong at its place."""
    said = errors_of(problems)
    choices = [(role, role_words(role)) for role in roles]
    return [
        _move_form(str(move), plain["moves"][move], choices, said)
        for move in Move
        if move in plain["moves"]
    ]


def errors_of(problems: Sequence[Problem]) -> dict[str, str]:
    """What is wrong, by the name of the field it is about."""
    said: dict[str, str] = {}
    for problem in problems:
        words = f"{problem.message} {problem.remedy}".strip()
        said.setdefault(_field_of(problem.place), words)
    return said


def _field_of(place: Sequence[str | int]) -> str:
    parts = [str(part) for part in place]
    if parts[:1] != ["moves"]:
        return parts[-1] if parts else ""
    move, *rest = parts[1:] or [""]
    if rest[:1] == ["stages"] and len(rest) > len("at"):
        at, where, *field = rest[1:]
        named = field[0] if field else "role"
        return f"{move}.{at}.{where}.{'role' if named == 'name' else named}"
    if rest[:1] == ["gates"]:
        return f"gate.{rest[1]}.threshold"
    return f"{move}.{rest[-1] if rest[:1] == ['validity'] else rest[0] if rest else 'stages'}"


def _move_form(
    move: str, rules: Mapping[str, Any], roles: Sequence[tuple[str, str]], said: Mapping[str, str]
) -> MoveForm:
    stages = tuple(
        tuple(_step_form(move, at, where, step, (roles, said)) for where, step in enumerate(stage))
        for at, stage in enumerate(rules["stages"])
    )
    cells = _approval_cells(rules, said) if move == Move.APPROVE else ()
    gates = tuple(
        _gate_form(at, gate, said)
        for at, gate in enumerate(rules.get("gates", ()))
        if move == Move.VALIDATE
    )
    return MoveForm(move, verb_title(move), stages, cells, gates)


def _step_form(
    move: str,
    at: int,
    where: int,
    step: Mapping[str, Any],
    context: tuple[Sequence[tuple[str, str]], Mapping[str, str]],
) -> StepForm:
    roles, said = context
    name = f"{move}.{at}.{where}."
    cells = tuple(
        Cell(name + key, label, value, kind, choices, said.get(name + key, ""))
        for key, label, value, kind, choices in _step_rows(step, roles)
    )
    signature = Cell(f"{name}signature", _("Signature"), step.get("signature", False), "check")
    title = step.get("title") or role_words(str(step["role"]))
    return StepForm(
        title[:1].upper() + title[1:], f"{move}:{at}:{where}", step["name"], cells, (signature,)
    )


def _step_rows(step: Mapping[str, Any], roles: Sequence[tuple[str, str]]) -> tuple[Row, ...]:
    nobody = [("", _("nobody")), *roles]
    required = next(iter((step.get("required") or {}).items()), ("", 1))
    late, end = step.get("escalation") or {}, step.get("ending") or {}
    endings = [
        (AtEnd.NONE.value, _("nothing")),
        (AtEnd.ESCALATE.value, _("escalate")),
        (AtEnd.REJECT.value, _("end without approval")),
    ]
    reminders = ", ".join(str(day) for day in step.get("reminders", ()))
    lines = "\n".join(
        ("* " if item.get("required") else "") + item["text"] for item in step.get("checklist", ())
    )
    return (
        ("role", _("Role"), step["role"], "select", roles),
        ("quorum", _("Quorum"), step["quorum"], "number", ()),
        ("among", _("To choose from, at least"), step.get("among") or "", "number", ()),
        ("required", _("Must be among them"), required[0], "select", nobody),
        ("kept", _("How many of these"), required[1], "number", ()),
        ("due_business_days", _("Due in business days"), step["due_business_days"], "number", ()),
        ("reminders", _("Remind, days from due"), reminders, "text", ()),
        ("escalation", _("When late, ask"), late.get("role", ""), "select", nobody),
        ("after", _("Days late before"), late.get("after_business_days", 0), "number", ()),
        ("ending", _("At the end"), end.get("action", "none"), "select", endings),
        ("end_after", _("Days late at the end"), end.get("after_business_days", 0), "number", ()),
        ("title", _("Title"), step.get("title", ""), "text", ()),
        ("checklist", _("Checklist, a line each; * is required"), lines, "area", ()),
    )


def _approval_cells(rules: Mapping[str, Any], said: Mapping[str, str]) -> tuple[Cell, ...]:
    validity = rules.get("validity", {})
    freezes = "\n".join(
        f"{one['first']} {one['last']} {one['title']}" for one in rules.get("freezes", ())
    )
    rejects = [("ends", _("ends the round")), ("vote", _("is a vote"))]
    rows = (
        ("days", _("An approval holds, days"), validity.get("days", 0), "number", ()),
        (
            "review_after_days",
            _("Review what is live after, days"),
            validity.get("review_after_days", 0),
            "number",
            (),
        ),
        (
            "evidence_max_age_days",
            _("Evidence counts for, days"),
            validity.get("evidence_max_age_days", 0),
            "number",
            (),
        ),
        ("on_reject", _("One reject"), rules.get("on_reject", "ends"), "select", rejects),
        ("freezes", _("Freezes, a line each: 12-18 01-04 Year end"), freezes, "area", ()),
        (
            "late_grants",
            _("A role given later counts in open cases"),
            rules.get("late_grants", False),
            "check",
            (),
        ),
    )
    return tuple(
        Cell(f"approve.{key}", label, value, kind, choices, said.get(f"approve.{key}", ""))
        for key, label, value, kind, choices in rows
    )


def _gate_form(at: int, gate: Mapping[str, Any], said: Mapping[str, str]) -> GateForm:
    name = f"gate.{at}."
    error = said.get(f"{name}threshold", "")
    return GateForm(
        str(gate_title(gate["gate"])),
        gate["gate"],
        at,
        (
            Cell(f"{name}threshold", _("Threshold"), gate["threshold"], "text", (), error),
            Cell(f"{name}required", _("Required"), gate.get("required", True), "check"),
        ),
    )
