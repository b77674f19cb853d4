"""Gates on what a submission brings, and gates of a site's own."""

import sys
from pathlib import Path
from typing import Any

import pytest

from governance.evaluation import own_gates
from governance.evaluation.gate_shapes import FileFact, GateReason, Outcome, SubmissionFacts
from governance.evaluation.gates import GateOutcome, evaluate_gates, gate_names, parse_definition
from governance.evaluation.junit import UnreadableResults, count_tests

DIGEST = "0" * 64
AGE, INCOME = {"name": "age", "type": "int64"}, {"name": "income", "type": "float64"}


def ask(gate: str, facts: SubmissionFacts | None = None, **settings: Any) -> GateOutcome:
    definition = parse_definition({"gate": gate, **settings})
    (outcome,) = evaluate_gates(None, [definition], facts)
    return outcome


def file(content: str, name: str = "a.txt") -> FileFact:
    return FileFact(name, DIGEST, content.encode())


@pytest.mark.parametrize(
    ("mine", "theirs", "outcome", "reason"),
    [
        ([AGE], None, Outcome.PASSED, GateReason.FIRST_VERSION),
        ([AGE, INCOME], [AGE, INCOME], Outcome.PASSED, GateReason.SCHEMA_SAME),
        ([AGE], [AGE, INCOME], Outcome.PASSED, GateReason.SCHEMA_SAME),
        ([AGE, INCOME], [AGE], Outcome.FAILED, GateReason.SCHEMA_BROKEN),
        ([AGE | {"type": "text"}], [AGE], Outcome.FAILED, GateReason.SCHEMA_BROKEN),
        ([], [AGE], Outcome.FAILED, GateReason.SCHEMA_ABSENT),
        ([], [], Outcome.ERROR, GateReason.SCHEMA_ABSENT),
    ],
)
def test_callers_of_the_champion_are_not_broken(
    mine: list, theirs: list | None, outcome: Outcome, reason: GateReason
) -> None:
    """Less is fine, more or another type is not."""
    found = ask("schema_compatible", SubmissionFacts(schema=mine, champion_schema=theirs))
    assert (found.outcome, found.reason) == (outcome, reason)


@pytest.mark.parametrize(
    ("image", "outcome"),
    [
        (f"registry/model@sha256:{'a' * 64}", Outcome.PASSED),
        ("registry/model:latest", Outcome.FAILED),
        (f"registry/model@sha256:{'a' * 63}", Outcome.FAILED),
        ("", Outcome.PASSED),
    ],
)
def test_an_image_is_named_by_its_digest(image: str, outcome: Outcome) -> None:
    """A tag may point elsewhere tomorrow."""
    assert ask("image_pinned", SubmissionFacts(image=image)).outcome == outcome


PINNED = (
    "# made\nnumpy==2.1.0 \\\n    --hash=sha256:ab\nscikit-learn[x]==1.5 ; python_version > '3'\n"
)


def test_dependencies_name_one_version() -> None:
    """Comments, hashes and markers are fine; ranges, stars and options are not."""
    good = ask("dependencies_pinned", SubmissionFacts(requirements=[file(PINNED)]))
    assert (good.outcome, good.evidence) == (Outcome.PASSED, DIGEST)
    for line in ("numpy", "numpy>=2", "numpy==2.*", "-r more.txt", "git+https://x/y"):
        bad = ask("dependencies_pinned", SubmissionFacts(requirements=[file(line)]))
        assert (bad.outcome, bad.value) == (Outcome.FAILED, "1"), line
    assert ask("dependencies_pinned").outcome == Outcome.ERROR


JUNIT = """<testsuites><testsuite name="s" tests="3">
<testcase name="a"/><testcase name="b"><skipped/></testcase>
<testcase name="c">{inner}</testcase></testsuite></testsuites>"""


def test_the_build_s_tests_count() -> None:
    """None failed, enough ran; a case that fails twice fails once."""

    def results(inner: str) -> SubmissionFacts:
        return SubmissionFacts(test_results=[file(JUNIT.format(inner=inner))])

    assert ask("tests_passed", results("")).outcome == Outcome.PASSED
    few = ask("tests_passed", results(""), tests="3")
    assert (few.outcome, few.reason) == (Outcome.FAILED, GateReason.TESTS_TOO_FEW)
    failed = ask("tests_passed", results("<failure/><error/>"))
    assert (failed.outcome, failed.value) == (Outcome.FAILED, "1")
    assert ask("tests_passed").outcome == Outcome.ERROR


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><testsuite>&b;</testsuite>'
HOSTILE = {
    "entities": LAUGHS,
    "an outside entity": '<!DOCTYPE x SYSTEM "/etc/passwd"><testsuite/>',
    "depth": "<testsuite>" * 50 + "</testsuite>" * 50,
    "no XML": "testsuite",
    "another XML": "<html/>",
    "cut off": "<testsuite><testcase>",
    "nothing": "",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_results_are_an_error(text: str) -> None:
    """Of the gate; nothing is fetched, nothing grows."""
    with pytest.raises(UnreadableResults):
        count_tests(text.encode())
    found = ask("tests_passed", SubmissionFacts(test_results=[file(text)]))
    assert (found.outcome, found.reason) == (Outcome.ERROR, GateReason.TESTS_UNREADABLE)


OWN = """
import os, sys
def good(asked): return {"value": 0.25, "detail": asked["facts"]["image"]}
def says_no(asked): return {"outcome": "failed"}
def raises(asked): raise ValueError("boom")
def dies(asked): os._exit(7)
def talks(asked): return "fine"
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package with gates, found by its entry points as an installed one is."""
    (tmp_path / "our_gates.py").write_text(OWN)
    info = tmp_path / "our_gates-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: our-gates\nVersion: 1\n")
    names = ("good", "says_no", "raises", "dies", "talks")
    lines = "".join(f"{name} = our_gates:{name}\n" for name in names)
    (info / "entry_points.txt").write_text(f"[foureyes.gates]\n{lines}absent = nowhere:f\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", ":".join([str(tmp_path), *sys.path[1:2]]))
    own_gates.own_gates.cache_clear()
    yield
    own_gates.own_gates.cache_clear()


def test_a_site_s_own_gate_is_asked(installed: None) -> None:
    """It is listed, its value is compared as any other, or its own word stands."""
    assert "own.good" in gate_names()
    facts = SubmissionFacts(image="x")
    found = ask("own.good", facts, threshold="0.3")
    assert (found.outcome, found.value, found.detail) == (Outcome.PASSED, "0.25", "x")
    assert ask("own.good", facts, threshold="0.3", operator=">=").outcome == Outcome.FAILED
    assert ask("own.says_no").outcome == Outcome.FAILED


@pytest.mark.parametrize("name", ["raises", "dies", "talks", "absent"])
def test_what_breaks_in_it_is_an_error_of_the_gate(installed: None, name: str) -> None:
    """And of nothing else."""
    found = ask(f"own.{name}")
    assert (found.outcome, found.reason) == (Outcome.ERROR, GateReason.OWN_GATE_BROKEN)


def test_one_that_is_gone_is_an_error_too() -> None:
    """A policy that names it is read all the same."""
    found = ask("own.gone")
    assert (found.outcome, found.reason) == (Outcome.ERROR, GateReason.OWN_GATE_GONE)
