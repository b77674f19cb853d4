"""A definition as plain JSON, and back. Pure.

Format 2: {"format": 2, "calendar": NAME, "comparison": {"margin": "0.01"}, "moves": {MOVE:
{"stages": [[STEP, …], …], "gates": [{"gate", "threshold", "required", …}], "evidence": [kind],
"validity": {…}, "freezes": [{"title", "first", "last"}], "on_reject", "waived_by", "late_grants",
"review"}}}.
Stages follow each other, the steps of one are asked at once. Decimals are strings, so that the form
has one spelling. What stands at its default is left out, so `parse(plain_of(x)) == x` and a wording
is short.
"""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from governance.errors import Invalid
from governance.evaluation.gates import GateDefinition, parse_definition
from workflows.policies.definition import (
    WAIVED_BY,
    Definition,
    Freeze,
    Move,
    MoveRules,
    OnReject,
    Stage,
    Trigger,
    Validity,
)
from workflows.policies.plain_reader import BadWording, Place, PlainReader
from workflows.policies.step_wording import plain_step, read_step

FORMAT = 2
DEFINITION_KEYS = ("format", "calendar", "comparison", "moves")
MOVE_KEYS = (
    "stages",
    "gates",
    "evidence",
    "validity",
    "freezes",
    "on_reject",
    "waived_by",
    "late_grants",
    "review",
)
EVIDENCE_KINDS = ("scored_data", "document", "test_results")
MOST_STAGES, MOST_PARALLEL, MOST_GATES, MOST_FREEZES = 10, 6, 50, 50
MOST_DAYS = 3650
YEARLY = re.compile(r"(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
ONCE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LEAP_YEAR = "2028-"
# Digits and a point: what is written with an exponent may be a thousand million digits long.
MARGIN = re.compile(r"[0-9]{1,9}(\.[0-9]{1,12})?")


def parse(plain: object) -> Definition:
    """Reads the JSON form.

    Raises:
        BadWording: it cannot be read; message and field are the first problem's.
    """
    reader = PlainReader()
    found = _definition(reader, plain)
    if reader.problems:
        raise BadWording(reader.problems)
    return found


def plain_of(definition: Definition) -> dict[str, Any]:
    """A definition in its JSON form."""
    return {
        "format": FORMAT,
        "calendar": definition.calendar,
        "comparison": {"margin": str(definition.margin)},
        "moves": {move.value: _plain_rules(rules) for move, rules in definition.moves.items()},
    }


# Reading ---------------------------------------------------------------------------------------
def _definition(reader: PlainReader, plain: object) -> Definition:
    top = reader.mapping(plain, (), DEFINITION_KEYS)
    if top.get("format") != FORMAT:
        reader.say(
            ("format",),
            _("This policy has format {given}; known is {known}.").format(
                given=repr(top.get("format"))[:60], known=FORMAT
            ),
        )
    comparison = reader.mapping(top.get("comparison", {}), ("comparison",), ("margin",))
    return Definition(
        moves=_moves(reader, top.get("moves", {})),
        margin=_margin(reader, comparison.get("margin")),
        calendar=reader.name(top.get("calendar", "weekdays"), ("calendar",)),
    )


def _margin(reader: PlainReader, given: object) -> Decimal:
    margin = Decimal(str(given)) if MARGIN.fullmatch(str(given)) else None
    if margin is None or margin >= 1:
        reader.say(
            ("comparison", "margin"),
            _("“{given}” is not a decimal number from 0 to 1.").format(given=str(given)[:60]),
            _('Write it in quotes, such as "0.01".'),
        )
        return Decimal(0)
    return margin


def _moves(reader: PlainReader, given: object) -> dict[Move, MoveRules]:
    moves = reader.mapping(given, ("moves",), tuple(Move))
    for needed in (Move.VALIDATE, Move.APPROVE, Move.DEPLOY):
        if needed not in moves:
            reader.say(
                ("moves",),
                _("The move {move} is missing, so nobody would be asked.").format(move=needed),
                _("Name at least one role and its quorum."),
            )
    return {
        move: _rules(reader, moves[move], ("moves", move.value)) for move in Move if move in moves
    }


def _rules(reader: PlainReader, given: object, place: Place) -> MoveRules:
    plain = reader.mapping(given, place, MOVE_KEYS)
    rules = MoveRules(
        stages=_stages(reader, plain, place),
        gates=_gates(reader, plain, place),
        evidence=reader.items(
            plain, "evidence", place, lambda item, at: _kind(reader, item, at), len(EVIDENCE_KINDS)
        ),
        validity=_validity(reader, plain.get("validity", {}), (*place, "validity")),
        freezes=reader.items(
            plain, "freezes", place, lambda item, at: _freeze(reader, item, at), MOST_FREEZES
        ),
        on_reject=reader.choice(
            plain.get("on_reject", OnReject.ENDS), (*place, "on_reject"), OnReject, OnReject.ENDS
        ),
        waived_by=reader.name(plain.get("waived_by", WAIVED_BY), (*place, "waived_by")),
        late_grants=reader.truth(plain, "late_grants", place),
        review=read_step(reader, plain["review"], (*place, "review"))
        if plain.get("review") is not None
        else None,
    )
    _refuse_names_twice(reader, rules, place)
    return rules


def _stages(reader: PlainReader, plain: Mapping[str, Any], place: Place) -> tuple[Stage, ...]:
    def stage(given: object, at: Place) -> Stage:
        steps = reader.items(
            {at[-1]: given},  # type: ignore[dict-item]  # the stage's number is its key
            at[-1],  # type: ignore[arg-type]
            at[:-1],
            lambda item, where: read_step(reader, item, where),
            MOST_PARALLEL,
        )
        if not steps:
            reader.say(at, _("This stage has no step, so nobody would be asked."))
        return steps

    stages = reader.items(plain, "stages", place, stage, MOST_STAGES)
    if not stages:
        reader.say(
            (*place, "stages"),
            _("The move {move} has no step, so nobody would be asked.").format(move=place[-1]),
            _("Name at least one role and its quorum."),
        )
    return stages


def _refuse_names_twice(reader: PlainReader, rules: MoveRules, place: Place) -> None:
    seen: set[str] = set()
    for at, stage in enumerate(rules.stages):
        for where, step in enumerate(stage):
            if step.name in seen:
                reader.say(
                    (*place, "stages", at, where, "name"),
                    _("Two steps have the name {name}.").format(name=step.name),
                    _("Give each step a name of its own."),
                )
            seen.add(step.name)


def _gates(
    reader: PlainReader, plain: Mapping[str, Any], place: Place
) -> tuple[GateDefinition, ...]:
    seen: set[str] = set()

    def gate(given: object, at: Place) -> GateDefinition | None:
        try:
            found = parse_definition(given if isinstance(given, Mapping) else {})
        except Invalid as refusal:
            reader.say(at, refusal.message, refusal.remedy)
            return None
        if found.name in seen:
            reader.say(
                at,
                _("The gate {gate} stands twice.").format(gate=found.name),
                _("Keep one of the two."),
            )
        seen.add(found.name)
        return found

    return tuple(g for g in reader.items(plain, "gates", place, gate, MOST_GATES) if g)


def _kind(reader: PlainReader, given: object, place: Place) -> str:
    if given not in EVIDENCE_KINDS:
        reader.say(place, _("Choose one of {known}.").format(known=", ".join(EVIDENCE_KINDS)))
    return str(given)


def _validity(reader: PlainReader, given: object, place: Place) -> Validity:
    keys = ("days", "evidence_max_age_days", "review_after_days", "review_on")
    plain = reader.mapping(given, place, keys)
    numbers = {key: reader.whole(plain, key, place, (0, MOST_DAYS), 0) for key in keys[:3]}
    triggers = reader.items(
        plain,
        "review_on",
        place,
        lambda item, at: reader.choice(item, at, Trigger, Trigger.CHANGE),
        len(Trigger),
    )
    return Validity(**numbers, review_on=triggers)


def _freeze(reader: PlainReader, given: object, place: Place) -> Freeze:
    plain = reader.mapping(given, place, ("title", "first", "last"))
    first, last = (reader.text(plain, key, place, required=True) for key in ("first", "last"))
    for key, day in (("first", first), ("last", last)):
        if not _is_day(day):
            reader.say(
                (*place, key),
                _("“{day}” is not a day.").format(day=day),
                _("Write 2026-12-18 for one year or 12-18 for every year."),
            )
    if len(first) != len(last):
        reader.say(place, _("Both days are of one year, or both of every year."))
    elif len(first) == len("2026-12-18") and first > last:
        reader.say(place, _("It ends before it begins."))
    return Freeze(reader.text(plain, "title", place, required=True), first, last)


def _is_day(text: str) -> bool:
    day = LEAP_YEAR + text if YEARLY.fullmatch(text) else text
    try:
        date.fromisoformat(day)
    except ValueError:
        return False
    return ONCE.fullmatch(day) is not None  # Python reads weeks, too: 2026-W51-5


# Writing ---------------------------------------------------------------------------------------
def _plain_rules(rules: MoveRules) -> dict[str, Any]:
    validity = rules.validity
    optional = {
        "gates": [_plain_gate(gate) for gate in rules.gates],
        "evidence": list(rules.evidence),
        "validity": {
            key: value
            for key, value in (
                ("days", validity.days),
                ("evidence_max_age_days", validity.evidence_max_age_days),
                ("review_after_days", validity.review_after_days),
                ("review_on", [trigger.value for trigger in validity.review_on]),
            )
            if value
        },
        "freezes": [
            {"title": one.title, "first": one.first, "last": one.last} for one in rules.freezes
        ],
        "on_reject": "" if rules.on_reject is OnReject.ENDS else rules.on_reject.value,
        "waived_by": "" if rules.waived_by == WAIVED_BY else rules.waived_by,
        "late_grants": rules.late_grants,
        "review": plain_step(rules.review) if rules.review else None,
    }
    stages = [[plain_step(step) for step in stage] for stage in rules.stages]
    return {"stages": stages} | {key: value for key, value in optional.items() if value}


def _plain_gate(gate: GateDefinition) -> dict[str, Any]:
    return {
        "gate": gate.name,
        "threshold": gate.threshold,
        "required": gate.required,
        **gate.settings,
    }
