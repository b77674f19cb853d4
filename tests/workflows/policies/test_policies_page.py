"""docs/policies.md says what is: its gates, its example, its dates. Pure."""

import re
from typing import Any

from governance.evaluation.gate_rules import RULES
from governance.project.environment import BASE_DIR
from workflows.policies.definition import Move
from workflows.policies.shipped import SHIPPED
from workflows.policies.wording import MOVE_KEYS, parse
from workflows.policies.yaml_form import load

PAGE = (BASE_DIR / "docs" / "policies.md").read_text()


def section(title: str) -> str:
    """What stands under a heading."""
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def first_cells(text: str) -> list[str]:
    return [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]


def test_its_gates_are_those_there_are() -> None:
    """Each by name, and none that is not there."""
    named = set(re.findall(r"`([a-z0-9_]+|own\.NAME)`", "\n".join(first_cells(section("Gates")))))
    assert named == {*RULES, "own.NAME"}


def test_its_example_can_be_read() -> None:
    """Put into a whole policy, each of its settings is known."""
    text = section("The form").partition("```yaml\n")[2].partition("```")[0]
    plain: Any = load(text)[0]
    shipped = SHIPPED[0][3]
    plain.pop("policy")
    plain["moves"] = shipped["moves"] | plain["moves"]
    step = parse(plain).moves[Move.APPROVE].stages[0][0]
    assert (step.quorum, step.among, step.required) == (2, 3, {"senior_risk_officer": 1})


def test_what_answers_to_a_rule_is_a_setting_or_a_gate() -> None:
    """Words in code quotes are names of ours."""
    known = {*RULES, *Move, *MOVE_KEYS}
    known |= {"review_after_days", "review_on", "evidence_max_age_days"}
    told = section("What it answers to").partition("| what supervisors ask")[2]
    assert set(re.findall(r"`([^`]+)`", told)) <= known


def test_every_source_is_explained_and_none_that_was_replaced_is_named() -> None:
    """SR 11-7 stands there once, as what has been replaced."""
    page = section("What it answers to")
    short, _sign, told = page.partition("| what supervisors ask")
    names = set(first_cells(short)) - {"short"}
    rows = [line.split("|")[2] for line in told.splitlines()[2:] if line.startswith("| ")]
    for source in (one.strip() for row in rows for one in row.split(";")):
        assert source.startswith((*names, "MaRisk AT 4.3.1", "in no line of its own")), source
    assert PAGE.count("SR 11-7") == PAGE.count("replaced SR 11-7") == 1
    assert "in force since 17 April 2026" in short
    assert "2 December 2027" in short
