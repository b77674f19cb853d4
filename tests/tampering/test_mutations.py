"""No check of the verifier can be left out without a forgery, a figure or a limit noticing."""

import ast
from pathlib import Path

import pytest

from governance.trail.verifier import verify as verifier
from tests.tampering.cases import cases
from tests.tampering.judges import JUDGES, limits
from tests.tampering.mutants import MATHEMATICS, SOURCE, Mutant, mutants, survives, unchanged
from tests.tampering.verdicts import holds, verdict

LIMITS = (limits,)
LATER = range(1, 8)  # parts that are tried at length
# What these leave out changes nothing that anybody could see, each for its reason.
EQUIVALENT: dict[str, str] = {
    "included: if last == 0": "a surplus node changes the hash, which then is not the root",
    "continues: if last == 0": "so here; RFC 9162 has both",
    "_integer: str(value) != text": "`decode` finds it not canonical; longer ones are too great",
    "_row: if not isinstance(value, dict)": "`_typed` refuses what it gives, by the same name",
    "__init__: self.signers": "`_signers` refuses a note that nobody known signed",
    "_check_member: member.size > CHUNK": "spares small members, which fill no memory",
    "check: f\"evidence/{one.get('sha256')}\" in self.files": "only files are looked up in it",
    "_signers: not gap": "what follows is then no base64, by the same name",
    "__init__: not gap": "see the next but two",
    "__init__: not tail.endswith('\\n')": "see the next but one",
    "__init__: len(note) > LARGEST_SMALL": "see the next",
    "__init__: if not gap or not tail.endswith('\\n') or len(note) > LARGEST_SMALL": (
        "without gap or end no signature can be read; longer ones are in no member"
    ),
}


def alive(chosen: list[Mutant], path: Path) -> list[str]:
    """Those that nobody notices; limits take longest and are asked last."""
    return [
        str(one)
        for one in chosen
        if survives(one, JUDGES if one.function in MATHEMATICS else (), path)
        and survives(one, LIMITS, path)
    ]


def equivalent(chosen: list[Mutant]) -> list[str]:
    """Those of which that is known; one that is noticed after all is none."""
    return [str(one) for one in chosen if str(one) in EQUIVALENT]


def test_the_judges_find_nothing_wrong_with_the_verifier(tmp_path: Path) -> None:
    """Otherwise every mutant would be noticed by accident."""
    assert all(judge(verifier, tmp_path / "export.zip") for judge in JUDGES)


def test_where_nothing_is_left_out_nothing_is_noticed(tmp_path: Path) -> None:
    """Otherwise every mutant of that function would be noticed, by the harness and no forgery."""
    path = tmp_path / "export.zip"
    honest = next(one for one in cases() if one.checks == frozenset())
    odd = [
        f"{one.owner} {one.function}"
        for one in unchanged()
        if not holds(honest, verdict(honest, path, one.module()))
    ]
    assert odd == []


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("part", [0, *(pytest.param(n, marks=pytest.mark.soak) for n in LATER)])
def test_no_whole_check_can_be_left_out(part: int, tmp_path: Path) -> None:
    """Each `if` that refuses or reports, and each call that runs a check; every eighth at first."""
    chosen = [one for one in mutants() if one.whole]
    assert len(chosen) > 100
    assert alive(chosen[part::8], tmp_path / "export.zip") == equivalent(chosen[part::8])


# A mutant that takes too long is stopped wherever it is, also with a file open.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.soak
def test_no_part_of_a_check_can_be_left_out(tmp_path: Path) -> None:
    """Each operand of their conditions, and of what says whether a line is one."""
    chosen = [one for one in mutants() if not one.whole]
    assert len(chosen) > 100
    assert alive(chosen, tmp_path / "export.zip") == equivalent(chosen)


def test_every_name_of_a_check_is_left_out_once() -> None:
    """The harness sees all of them: a check of a new shape would be passed by."""
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"))
    raised = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", getattr(node.func, "attr", "")) in {"Broken", "add", "note"}
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    }
    named = frozenset().union(*(one.names for one in mutants()))
    assert EQUIVALENT.keys() <= {str(one) for one in mutants()}
    assert raised - named <= {"export_malformed", "line_invalid"}  # also from what cannot be read
