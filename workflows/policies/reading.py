"""A policy as a person reads it: moves as sections, steps as lanes, gates with bounds. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.evaluation.gates import GateDefinition
from governance.evaluation.labels import gate_note, gate_title
from workflows.policies.definition import Definition, Move, MoveRules, Step
from workflows.policies.labels import role_words

MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class LaneStep:
    """One role that is asked: who, and what is asked of them, a line each."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GateLine:
    """One gate as a row of a table."""

    title: str
    note: str
    threshold: str
    required: bool


@dataclass(frozen=True, slots=True)
class MoveSection:
    """One move: its lanes from left to right all at once, and what else it says."""

    title: str
    result: str
    lanes: tuple[LaneStep, ...]
    gates: tuple[GateLine, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


def sections_of(definition: Definition) -> list[MoveSection]:
    """A wording as sections, in the order of a version's life."""
    found = {move: _section(move, rules) for move, rules in definition.moves.items()}
    order = (Move.VALIDATE, Move.APPROVE)
    sections = [found[move] for move in order if move in found]
    sections.append(_deploy())
    return [*sections, *(found[move] for move in found if move not in order)]


def _section(move: Move, rules: MoveRules) -> MoveSection:
    titles = {
        Move.VALIDATE: _("Validate"),
        Move.APPROVE: _("Approve"),
        Move.RETIRE: _("Retire"),
    }
    return MoveSection(
        title=titles.get(move, move.value),
        result=_asked(rules.steps),
        lanes=tuple(_lane(move, step) for step in rules.steps),
        gates=tuple(_gate(gate) for gate in rules.gates),
        notes=tuple(_notes(move, rules)),
    )


def _asked(steps: tuple[Step, ...]) -> str:
    people = sum(step.quorum for step in steps)
    return ngettext("{number} person agrees", "{number} people agree", people).format(number=people)


def _lane(move: Move, step: Step) -> LaneStep:
    title = role_words(step.role, step.quorum)
    people = ngettext(
        "{number} person, nobody who took part in building it",
        "{number} different people, nobody who took part in building it",
        step.quorum,
    )
    days = ngettext(
        "within {number} business day", "within {number} business days", step.due_business_days
    )
    signed = (
        _("each signs with password or second factor, asked afresh")
        if step.signature
        else _("decides on the page of the case, without a signature")
    )
    lines = [people, days, signed] if move is not Move.RETIRE else [days]
    numbers = {people: step.quorum, days: step.due_business_days}
    written = [line.format(number=numbers[line]) if line in numbers else line for line in lines]
    return LaneStep(title[:1].upper() + title[1:], tuple(written))


def _gate(gate: GateDefinition) -> GateLine:
    sign = {">=": "≥", "<=": "≤"}.get(gate.operator, gate.operator)
    threshold = f"{sign} {number_format(gate.threshold)}".replace("-", MINUS)
    return GateLine(str(gate_title(gate.name)), str(gate_note(gate.name)), threshold, gate.required)


def _notes(move: Move, rules: MoveRules) -> list[tuple[str, str]]:
    notes = []
    if rules.evidence:
        kinds = {
            "scored_data": _("scored data"),
            "document": _("a document"),
            "test_results": _("test results"),
        }
        needed = ", ".join(kinds.get(kind, kind) for kind in rules.evidence)
        notes.append((_("Must come with it:"), needed))
    if rules.validity.days:
        days = ngettext("{number} day", "{number} days", rules.validity.days)
        until = days.format(number=number_format(rules.validity.days))
        ends = _("{until}; it ends earlier when what was signed changes").format(until=until)
        notes.append((_("An approval holds"), ends))
    if move is Move.APPROVE:
        notes.append((_("One reject"), _("ends the round; it needs a reason")))
    return notes


def _deploy() -> MoveSection:
    step = LaneStep(
        _("By GitOps, nobody by hand"),
        (
            _("a pull request for each target, merged by somebody who took no part"),
            _("what is merged must equal what was approved, byte for byte"),
        ),
    )
    return MoveSection(_("Deploy"), _("nobody is asked"), (step,))


def tiers_in_words(definition: Definition) -> Mapping[str, str]:
    """A wording in three short facts, for a list."""
    approve = definition.moves[Move.APPROVE]
    validate = definition.moves[Move.VALIDATE]
    required = sum(gate.required for gate in validate.gates)
    signers = sum(step.quorum for step in approve.steps)
    return {
        "signatures": str(signers),
        "roles": ", ".join(role_words(step.role, step.quorum) for step in approve.steps),
        "gates": ngettext("{number} required gate", "{number} required gates", required).format(
            number=required
        ),
        "valid": number_format(approve.validity.days),
    }
