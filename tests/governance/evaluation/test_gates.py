"""Gates: what a policy asks of a comparison and of the files."""

from typing import Any

import pytest

from governance.errors import Invalid
from governance.evaluation.artifact_formats import ArtifactFact
from governance.evaluation.comparison import compare
from governance.evaluation.gate_rules import RULES
from governance.evaluation.gate_shapes import GateReason, Outcome, SubmissionFacts
from governance.evaluation.gates import GateOutcome, evaluate_gates, parse_definition
from governance.evaluation.labels import GATE_REASONS, GATES, gate_reason
from tests.governance.evaluation.samples import pair_of

ONNX = ArtifactFact("model.onnx", b"\x08\x08\x12\x07skl2onnx")


@pytest.fixture(scope="module")
def payload() -> dict[str, Any]:
    return compare(*pair_of(), margin=0.005).payload


@pytest.fixture(scope="module")
def first_payload() -> dict[str, Any]:
    return compare(pair_of()[0], None, margin=0.005).payload


def ask(
    payload: dict[str, Any] | None,
    gate: str,
    threshold: str = "",
    facts: SubmissionFacts | None = None,
    **more: Any,
) -> GateOutcome:
    definition = {"gate": gate, "threshold": threshold, **more}
    return evaluate_gates(payload, [parse_definition(definition)], facts)[0]


@pytest.mark.parametrize(
    ("gate", "kept", "missed"),
    [
        ("auc_at_least", "0.7", "0.99"),
        ("ks_at_least", "0.2", "0.9"),
        ("brier_at_most", "0.25", "0.01"),
        ("calibration_error_at_most", "0.2", "0.0001"),
        ("not_worse_than_champion", "0.01", ""),
        ("psi_at_most", "9", "0.0001"),
        ("segment_auc_at_least", "0.6", "0.99"),
        ("segment_events_at_least", "1", "50"),
        ("fairness_ratio_at_least", "0.1", ""),
        ("minimum_sample", "100", "900"),
    ],
)
def test_a_threshold_decides(payload: dict[str, Any], gate: str, kept: str, missed: str) -> None:
    """Kept it passes, missed it fails, with the value beside it."""
    outcome = ask(payload, gate, kept)
    assert outcome.outcome == Outcome.PASSED
    assert outcome.value is not None
    if missed:
        failed = ask(payload, gate, missed)
        assert (failed.outcome, failed.reason) == (Outcome.FAILED, GateReason.BEYOND_THRESHOLD)
        assert failed.value == outcome.value


def test_the_exact_threshold_is_kept(payload: dict[str, Any]) -> None:
    """What people sign is what is compared: the decimal string, not a float."""
    value = ask(payload, "auc_at_least", "0.5").value
    assert value is not None
    assert ask(payload, "auc_at_least", value).outcome == Outcome.PASSED


def test_not_worse_looks_at_the_lower_end(payload: dict[str, Any]) -> None:
    """The margin may be written with or without its sign."""
    line = payload["metrics"][0]
    for margin in ("0.01", "-0.01"):
        outcome = ask(payload, "not_worse_than_champion", margin)
        assert (outcome.value, outcome.threshold) == (line["low"], "-0.01")


def test_a_worse_challenger_fails_against_the_champion() -> None:
    """The two change places."""
    challenger, champion = pair_of()
    turned = compare(champion, challenger, margin=0.005).payload
    assert ask(turned, "not_worse_than_champion", "0.01").outcome == Outcome.FAILED


@pytest.mark.parametrize("gate", ["not_worse_than_champion", "psi_at_most"])
def test_without_champion_the_comparing_gates_pass(
    first_payload: dict[str, Any], gate: str
) -> None:
    """And say why."""
    outcome = ask(first_payload, gate, "0.1")
    assert (outcome.outcome, outcome.reason) == (Outcome.PASSED, GateReason.FIRST_VERSION)


def test_without_scores_the_measuring_gates_are_errors() -> None:
    """Absent evidence never passes."""
    for name, rule in RULES.items():
        if rule.rule is not None:
            outcome = ask(None, name, "0.5")
            assert (outcome.outcome, outcome.reason) == (Outcome.ERROR, GateReason.NO_COMPARISON)


def test_the_worst_segment_is_named(payload: dict[str, Any]) -> None:
    """And that one was too small to judge."""
    outcome = ask(payload, "segment_auc_at_least", "0.6")
    assert outcome.detail in {"large", "middle"}
    assert outcome.reason == GateReason.SMALL_SEGMENTS_LEFT_OUT
    assert ask(payload, "segment_events_at_least", "50").detail == "thin file"


def test_one_segment_can_be_asked_for(payload: dict[str, Any]) -> None:
    """Named but too small it fails; unknown it is an error."""
    small = ask(payload, "segment_auc_at_least", "0.6", segment="thin file")
    absent = ask(payload, "segment_auc_at_least", "0.6", segment="abroad")
    assert (small.outcome, small.reason) == (Outcome.FAILED, GateReason.SEGMENTS_TOO_SMALL)
    assert (absent.outcome, absent.reason) == (Outcome.ERROR, GateReason.SEGMENT_UNKNOWN)


def test_a_small_sample_fails_by_its_rows(payload: dict[str, Any]) -> None:
    """Enough events, too few rows."""
    outcome = ask(payload, "minimum_sample", "100", rows="5000")
    assert (outcome.outcome, outcome.reason) == (Outcome.FAILED, GateReason.TOO_FEW_ROWS)


def test_documents_are_asked_for_by_name() -> None:
    """What the gate names, or else what the policy wants."""
    there = SubmissionFacts(frozenset({"scored_data"}), documents_wanted=["scored_data", "plan"])
    missing = ask(None, "documents_present", facts=there)
    present = ask(None, "documents_present", facts=there, documents=["scored_data"])
    assert (missing.outcome, missing.detail) == (Outcome.FAILED, "plan")
    assert present.outcome == Outcome.PASSED


@pytest.mark.parametrize(
    ("name", "head", "safe"),
    [
        ("model.onnx", b"\x08\x08\x12\x07skl2onnx", True),
        ("parameters.json", b'  {"a": 1}', True),
        ("model.pmml", b"<?xml version", True),
        ("model.safetensors", b"\x40\0\0\0\0\0\0\0{", True),
        ("tree.txt", b"tree\nversion=v4\n", True),
        ("model.pkl", b"\x80\x04\x95", False),
        ("model.onnx", b"\x80\x04\x95", False),
        ("parameters.json", b"cposix\nsystem\n", False),
        ("tree.txt", b"(cos\nsystem\n", False),
        ("model.txt", b"PK\x03\x04archive/data.pkl", False),
        ("model.joblib", b"anything", False),
        ("model.json", b"tree", False),
        ("model", b"{}", False),
        ("model.txt", b"a\0b", False),
    ],
)
def test_files_that_can_run_code_are_refused(name: str, head: bytes, safe: bool) -> None:
    """By name and first bytes; a pickle under another name too."""
    facts = SubmissionFacts(artifacts=[ONNX, ArtifactFact(name, head)])
    outcome = ask(None, "artifact_safe", facts=facts)
    assert outcome.outcome == (Outcome.PASSED if safe else Outcome.FAILED)
    assert outcome.detail == ("" if safe else name)


def test_a_version_without_model_file_is_an_error() -> None:
    """Nothing to look at is not safe."""
    assert ask(None, "artifact_safe").reason == GateReason.NO_ARTIFACT


@pytest.mark.parametrize(
    "definition",
    [
        {"gate": "beauty_at_least", "threshold": "1"},
        {"gate": "auc_at_least"},
        {"gate": "auc_at_least", "threshold": "high"},
        {"gate": "auc_at_least", "threshold": "NaN"},
        {"gate": "auc_at_least", "threshold": "0.7", "required": "no"},
        {"gate": "auc_at_least", "threshold": "0.7", "segment": "x"},
        {"gate": "minimum_sample", "threshold": "50", "rows": "many"},
        {"gate": "documents_present", "documents": "plan"},
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(definition: dict[str, Any]) -> None:
    """When the policy is read, not when a version waits."""
    with pytest.raises(Invalid) as caught:
        parse_definition(definition)
    assert caught.value.remedy


def test_every_gate_and_reason_has_words() -> None:
    """The catalogue of words is complete, and a kept reason reads as a sentence."""
    assert set(GATES) == set(RULES)
    assert set(GATE_REASONS) == set(GateReason)
    assert gate_reason("documents_missing|plan") == "Documents are missing. (plan)"
