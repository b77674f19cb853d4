"""What was typed into the form of a wording, as a wording again. Pure.

Fields are named for their place: `approve.0.1.quorum` is the quorum of the second step in the first
stage of the approval. What the form does not show (a step's own fields, evidence, reviews) is kept
from the wording that is edited. What was typed wrongly stays as it was typed.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from workflows.policies.definition import Move

Typed = Mapping[str, str]
Plain = dict[str, Any]
STEP = re.compile(r"(validate|approve|deploy|retire|emergency)\.(\d{1,2})\.(\d{1,2})\.role")
GATE = re.compile(r"gate\.(\d{1,2})\.threshold")
WHOLE = re.compile(r"[+-]?\d{1,6}")
NEW_STEP: Plain = {
    "role": "risk_officer",
    "quorum": 1,
    "signature": True,
    "due_business_days": 5,
}


# Typed -> wording ------------------------------------------------------------------------------
def plain_typed(typed: Typed, base: Mapping[str, Any]) -> Plain:
    """The wording that was typed, with what the form does not show taken from `base`."""
    moves = {
        move: _rules_typed(typed, move, base["moves"].get(move, {}))
        for move in Move
        if move in base["moves"]
    }
    moves[Move.VALIDATE]["gates"] = _gates_typed(typed, base)
    return {
        "format": 2,
        "calendar": typed.get("calendar", ""),
        "comparison": {"margin": typed.get("margin", "")},
        "moves": {str(move): rules for move, rules in moves.items()},
    }


def _rules_typed(typed: Typed, move: Move, base: Mapping[str, Any]) -> Plain:
    known = {step["name"]: step for stage in base.get("stages", ()) for step in stage}
    places = sorted(
        {(int(m[2]), int(m[3])) for key in typed if (m := STEP.fullmatch(key)) and m[1] == move}
    )
    stages: dict[int, list[Plain]] = {}
    for at, where in places:
        stages.setdefault(at, []).append(_step_typed(typed, f"{move}.{at}.{where}.", known))
    shown = {"stages", "validity", "freezes", "on_reject", "late_grants", "gates"}
    kept = {key: value for key, value in base.items() if key not in shown or move != "approve"}
    rules = {**kept, "stages": [stages[at] for at in sorted(stages)]}
    return rules | _approval_typed(typed, base) if move is Move.APPROVE else rules


def _approval_typed(typed: Typed, base: Mapping[str, Any]) -> Plain:
    validity = dict(base.get("validity", {}))
    for key in ("days", "review_after_days", "evidence_max_age_days"):
        validity[key] = _number(typed.get(f"approve.{key}", "") or "0")
    return {
        "validity": validity,
        "freezes": [_freeze_typed(line) for line in _lines(typed.get("approve.freezes", ""))],
        "on_reject": typed.get("approve.on_reject", "ends"),
        "late_grants": "approve.late_grants" in typed,
    }


def _freeze_typed(line: str) -> Plain:
    first, _sign, rest = line.partition(" ")
    last, _sign, title = rest.strip().partition(" ")
    return {"title": title.strip(), "first": first, "last": last}


def _step_typed(typed: Typed, at: str, known: Mapping[str, Plain]) -> Plain:
    def said(key: str) -> str:
        return typed.get(at + key, "").strip()

    before = known.get(said("name"), {})
    step: Plain = {
        "name": said("name") or said("role"),
        "title": said("title"),
        "role": said("role"),
        "quorum": _number(said("quorum")),
        "among": _number(said("among") or "0"),
        "signature": f"{at}signature" in typed,
        "due_business_days": _number(said("due_business_days")),
        "checklist": _checklist_typed(said("checklist"), before.get("checklist", [])),
        "fields": before.get("fields", []),
        "reminders": [_number(day) for day in re.split(r"[,;\s]+", said("reminders")) if day],
    }
    if said("required"):
        step["required"] = {said("required"): _number(said("kept") or "1")}
    if said("escalation"):
        days = _number(said("after") or "0")
        step["escalation"] = {"role": said("escalation"), "after_business_days": days}
    if said("ending") not in {"", "none"}:
        days = _number(said("end_after") or "0")
        step["ending"] = {"action": said("ending"), "after_business_days": days}
    return step


def _checklist_typed(text: str, before: Sequence[Plain]) -> list[Plain]:
    """One line each; a star in front makes it required. Lines that stay keep their name."""
    names = {item["text"]: item["name"] for item in before}
    found: list[Plain] = []
    for at, line in enumerate(_lines(text), start=1):
        words = line.removeprefix("*").strip()
        name = names.get(words) or f"line-{at}"
        found.append({"name": name, "text": words, "required": line.startswith("*")})
    taken: set[object] = set()
    for item in found:
        while item["name"] in taken:
            item["name"] += "-2"
        taken.add(item["name"])
    return found


def _gates_typed(typed: Typed, base: Mapping[str, Any]) -> list[Plain]:
    known = {gate["gate"]: gate for gate in base["moves"]["validate"].get("gates", ())}
    places = sorted({int(m[1]) for key in typed if (m := GATE.fullmatch(key))})
    return [
        {
            **known.get(typed.get(f"gate.{at}.name", ""), {}),
            "gate": typed.get(f"gate.{at}.name", ""),
            "threshold": typed.get(f"gate.{at}.threshold", "").strip().replace("−", "-"),
            "required": f"gate.{at}.required" in typed,
        }
        for at in places
    ]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _number(text: str) -> int | str:
    return int(text) if WHOLE.fullmatch(text) else text


# Buttons ---------------------------------------------------------------------------------------
def changed(plain: Plain, do: str, chosen: str = "") -> Plain:
    """The wording after a button: add a step, one beside it, remove one; add or remove a gate."""
    verb, _sign, rest = do.partition(":")
    place = rest.split(":")
    if verb in {"add_gate", "remove_gate"}:
        return _gates_changed(plain, verb, rest, chosen)
    stages = plain["moves"].get(place[0], {}).get("stages")
    if stages is None:
        return plain
    numbers = [int(part) for part in place[1:] if part.isdecimal()]
    if verb == "add_step":
        stages.append([_new_step(plain, place[0])])
    elif verb == "add_beside" and numbers and numbers[0] < len(stages):
        stages[numbers[0]].append(_new_step(plain, place[0]))
    elif verb == "remove_step" and len(numbers) == len("at"):
        at, where = numbers
        if at < len(stages) and where < len(stages[at]):
            del stages[at][where]
        plain["moves"][place[0]]["stages"] = [stage for stage in stages if stage]
    return plain


def _gates_changed(plain: Plain, verb: str, rest: str, chosen: str) -> Plain:
    gates = plain["moves"]["validate"]["gates"]
    if verb == "add_gate" and chosen:
        gates.append({"gate": chosen, "threshold": "", "required": True})
    if verb == "remove_gate" and rest.isdecimal() and int(rest) < len(gates):
        del gates[int(rest)]
    return plain


def _new_step(plain: Plain, move: str) -> Plain:
    names = {step["name"] for stage in plain["moves"][move]["stages"] for step in stage}
    name = next(f"step-{n}" for n in range(1, len(names) + 2) if f"step-{n}" not in names)
    return NEW_STEP | {"name": name}
