"""What a policy says, as plain frozen values, and how it is read from its JSON form. Pure.

The JSON form (format 1): {"format": 1, "moves": {MOVE: {"steps": [{"role", "quorum",
"signature", "due_business_days"}], "gates": [{"gate", "threshold", "required", …}],
"evidence": [kind], "valid_days": int}}, "comparison": {"margin": "0.01"}}. Gates are read by
`governance.evaluation.gates`. Decimals are strings, so that the form has one spelling.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from governance.errors import Invalid
from governance.evaluation.gates import GateDefinition, parse_definitions

FORMAT = 1


class Move(StrEnum):
    """What a policy governs."""

    VALIDATE = "validate"
    APPROVE = "approve"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Step:
    """Who must agree: `quorum` different people who hold `role`, within `due_business_days`."""

    role: str
    quorum: int
    signature: bool
    due_business_days: int


@dataclass(frozen=True, slots=True)
class MoveRules:
    """What one move asks for."""

    steps: tuple[Step, ...]
    gates: tuple[GateDefinition, ...] = ()
    evidence: tuple[str, ...] = ()
    valid_days: int = 0
    # Whether a role that was given after the case was opened may decide in it.
    late_grants: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """One wording of a policy."""

    moves: Mapping[Move, MoveRules]
    margin: Decimal


def parse(form: Mapping[str, Any]) -> Definition:
    """Reads the JSON form.

    Raises:
        Invalid: the form is not one that this version understands; the message names the place.
    """
    if form.get("format") != FORMAT:
        raise Invalid(
            f"This policy has format {form.get('format')!r}; known is {FORMAT}.", field="format"
        )
    moves = {Move(name): _rules(name, rules) for name, rules in form["moves"].items()}
    return Definition(moves=moves, margin=_decimal(form["comparison"]["margin"], "margin"))


def _rules(name: str, form: Mapping[str, Any]) -> MoveRules:
    steps = tuple(_step(name, step) for step in form["steps"])
    if not steps:
        raise Invalid(
            f"The move {name} has no step, so nobody would be asked.",
            remedy="Name at least one role and its quorum.",
            field=name,
        )
    return MoveRules(
        steps=steps,
        gates=tuple(parse_definitions(form.get("gates", ()))),
        evidence=tuple(form.get("evidence", ())),
        valid_days=int(form.get("valid_days", 0)),
        late_grants=bool(form.get("late_grants", False)),
    )


def _step(move: str, form: Mapping[str, Any]) -> Step:
    if int(form["quorum"]) < 1:
        raise Invalid(
            f"A step of {move} asks for nobody.", remedy="Set its quorum to 1 or more.", field=move
        )
    return Step(
        role=form["role"],
        quorum=int(form["quorum"]),
        signature=bool(form.get("signature", False)),
        due_business_days=int(form["due_business_days"]),
    )


def _decimal(text: str, field: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise Invalid(f"{text!r} is not a decimal number.", field=field) from error
