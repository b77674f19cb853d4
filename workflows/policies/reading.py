"""A policy as a person reads it: moves as sections, steps as lanes, gates with bounds. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.evaluation.gates import GateDefinition
from governance.evaluation.labels import gate_note, gate_title
from workflows.policies.definition import (
    AtEnd,
    ChecklistItem,
    Definition,
    Move,
    MoveRules,
    OnReject,
    Step,
    Trigger,
)
from workflows.policies.labels import role_words, step_title, verb_title
from workflows.policies.progress import StepProgress

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
    """One move: its stages one after the other, the steps of one at once, and what else it says."""

    title: str
    result: str
    stages: tuple[tuple[LaneStep, ...], ...]
    gates: tuple[GateLine, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()


def sections_of(definition: Definition) -> list[MoveSection]:
    """A wording as sections, in the order of a version's life."""
    return [_section(move, definition.moves[move]) for move in Move if move in definition.moves]


def _section(move: Move, rules: MoveRules) -> MoveSection:
    return MoveSection(
        title=verb_title(move),
        result=_asked(rules.signers) if move is not Move.DEPLOY else _("nobody by hand"),
        stages=tuple(tuple(_lane(move, step) for step in stage) for stage in rules.stages),
        gates=tuple(_gate(gate) for gate in rules.gates),
        notes=tuple(_notes(move, rules)),
    )


def _asked(people: int) -> str:
    return ngettext("{number} person agrees", "{number} people agree", people).format(number=people)


def _lane(move: Move, step: Step) -> LaneStep:
    lines = [_people(move, step), _until(step), *_late(step)]
    if move in {Move.APPROVE, Move.EMERGENCY, Move.VALIDATE}:
        lines.insert(2, _signed(step))
    lines += [_line_of(item) for item in step.checklist]
    lines += [_("writes down: {label}").format(label=one.label) for one in step.fields]
    return LaneStep(step_title(step), tuple(lines))


def _people(move: Move, step: Step) -> str:
    if move is Move.DEPLOY:
        return _("a pull request for each target, merged by somebody who took no part")
    words = ngettext(
        "{number} person, nobody who took part in building it",
        "{number} different people, nobody who took part in building it",
        step.quorum,
    ).format(number=step.quorum)
    kept = ", ".join(f"{n} {role_words(role, n)}" for role, n in step.required.items())
    extra = [_("among them {kept}").format(kept=kept)] if kept else []
    extra += [_("at least {number} to choose from").format(number=step.among)] if step.among else []
    return "; ".join([words, *extra])


def _until(step: Step) -> str:
    if step.due_business_days == 0:
        return _("on the same business day")
    words = ngettext(
        "within {number} business day", "within {number} business days", step.due_business_days
    )
    return words.format(number=step.due_business_days)


def _signed(step: Step) -> str:
    if step.signature:
        return _("each signs with password or second factor, asked afresh")
    return _("decides on the page of the case, without a signature")


def _reminded(day: int) -> str:
    """A reminder by its distance in business days from the due time."""
    if day == 0:
        return _("on the day it is due")
    if day < 0:
        words = ngettext("{number} business day before", "{number} business days before", -day)
    else:
        words = ngettext("{number} business day after", "{number} business days after", day)
    return words.format(number=abs(day))


def _late(step: Step) -> list[str]:
    lines = []
    if step.reminders:
        lines.append(_("reminded {times}").format(times=", ".join(map(_reminded, step.reminders))))
    if step.escalation:
        role = role_words(step.escalation.role)
        late = step.escalation.after_business_days
        words = ngettext(
            "{number} business day late: the {role} is asked too",
            "{number} business days late: the {role} is asked too",
            late,
        )
        lines.append(words.format(number=late, role=role))
    if step.ending.action is AtEnd.REJECT:
        words = ngettext(
            "{number} business day late: it ends without an approval",
            "{number} business days late: it ends without an approval",
            step.ending.after_business_days,
        )
        lines.append(words.format(number=step.ending.after_business_days))
    return lines


def _line_of(item: ChecklistItem) -> str:
    mark = "☑" if item.required else "☐"
    return f"{mark} {_(item.text)}"


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
    notes += _validity(rules)
    if rules.freezes:
        names = ", ".join(f"{one.title} ({one.first} – {one.last})" for one in rules.freezes)
        notes.append((_("Rests:"), names))
    if move is Move.APPROVE:
        notes.append((_("One reject"), _reject(rules)))
        if rules.late_grants:
            notes.append((_("A role given later"), _("counts in cases that are open")))
    if rules.review:
        notes.append((step_title(rules.review), _until(rules.review)))
    return notes


def _reject(rules: MoveRules) -> str:
    if rules.on_reject is OnReject.ENDS:
        return _("ends the round; it needs a reason")
    numbers = [(StepProgress(step).refusals_to_end, step) for step in rules.steps]
    return _("is a vote; the round ends with {numbers}").format(
        numbers=_(" or ").join(_refusals(number, step) for number, step in numbers)
    )


def _refusals(number: int, step: Step) -> str:
    words = ngettext("{number} no of {step}", "{number} noes of {step}", number)
    return words.format(number=number, step=step_title(step))


def _validity(rules: MoveRules) -> list[tuple[str, str]]:
    validity, notes = rules.validity, []
    if validity.days:
        ends = _("{until}; it ends earlier when what was signed changes")
        notes.append((_("An approval holds"), ends.format(until=_days(validity.days))))
    if validity.evidence_max_age_days:
        notes.append((_("Evidence counts for"), _days(validity.evidence_max_age_days)))
    if validity.review_after_days:
        notes.append((_("What is live is reviewed after"), _days(validity.review_after_days)))
    if validity.review_on:
        words = {
            Trigger.CHANGE: _("other settings of its targets"),
            Trigger.BREACH: _("a breach of a threshold"),
            Trigger.TIER: _("a change of tier"),
            Trigger.TIME: _("time"),
        }
        notes.append((_("A review is due on"), ", ".join(words[t] for t in validity.review_on)))
    return notes


def _days(number: int) -> str:
    words = ngettext("{number} day", "{number} days", number)
    return words.format(number=number_format(number))


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
