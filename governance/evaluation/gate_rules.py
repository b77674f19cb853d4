"""Every acceptance gate: what it measures, which way its threshold points, and its rule.

`RULES` is the whole list. A rule reads a comparison's payload or the facts of a submission and
gives a `Finding`: a value to compare with the threshold, or an outcome that stands by itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from governance.evaluation.artifact_formats import ArtifactFact, unsafe_names
from governance.evaluation.segments import MIN_ROWS
from governance.evaluation.verdict import MIN_EVENTS, Judgement, Reason

Payload = Mapping[str, Any]
Settings = Mapping[str, Any]


class Outcome(StrEnum):
    """How a gate ended; a waiver is a decision of people and stands elsewhere."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"


class GateReason(StrEnum):
    """Why a gate ended so; `labels.py` has the sentences."""

    WITHIN_THRESHOLD = "within_threshold"
    BEYOND_THRESHOLD = "beyond_threshold"
    FIRST_VERSION = "first_version"
    NO_COMPARISON = "no_comparison"
    NO_SEGMENTS = "no_segments"
    SEGMENT_UNKNOWN = "segment_unknown"
    SEGMENTS_TOO_SMALL = "segments_too_small"
    SMALL_SEGMENTS_LEFT_OUT = "small_segments_left_out"
    NOT_ENOUGH_DATA = "not_enough_data"
    NOT_DEFINED = "not_defined"
    TOO_FEW_ROWS = "too_few_rows"
    DOCUMENTS_MISSING = "documents_missing"
    DOCUMENTS_PRESENT = "documents_present"
    FORMATS_SAFE = "formats_safe"
    FORMAT_UNSAFE = "format_unsafe"
    NO_ARTIFACT = "no_artifact"


@dataclass(frozen=True, slots=True)
class SubmissionFacts:
    """What gates may ask about a submission beside its comparison.

    `documents_wanted` are those that the policy asks for, where the gate itself names none.
    """

    documents: frozenset[str] = frozenset()
    documents_wanted: Sequence[str] = ()
    artifacts: Sequence[ArtifactFact] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: a value to compare, or an outcome that stands without one."""

    value: str | None
    reason: GateReason = GateReason.WITHIN_THRESHOLD
    outcome: Outcome | None = None
    detail: str = ""


Rule = Callable[[Payload, Settings], Finding]
FactRule = Callable[[SubmissionFacts, Settings], Finding]


@dataclass(frozen=True, slots=True)
class GateRule:
    """A gate's measure, the direction of its threshold, its default and its function.

    `rule` reads the comparison's payload, `fact_rule` the facts of the submission.
    """

    metric: str
    operator: str
    default: str | None = None
    rule: Rule | None = None
    fact_rule: FactRule | None = None
    known_settings: tuple[str, ...] = ()


def _metric_line(payload: Payload, metric: str) -> Mapping[str, Any]:
    line: Mapping[str, Any] = next(row for row in payload["metrics"] if row["metric"] == metric)
    return line


def _of_metric(metric: str) -> Rule:
    def rule(payload: Payload, _settings: Settings) -> Finding:
        value = _metric_line(payload, metric)["challenger"]
        if value is None:
            return Finding(None, GateReason.NOT_DEFINED, Outcome.FAILED)
        return Finding(value)

    return rule


def _not_worse(payload: Payload, _settings: Settings) -> Finding:
    line = _metric_line(payload, "auc")
    if line["verdict"] == str(Judgement.NO_CHAMPION):
        return Finding(None, GateReason.FIRST_VERSION, Outcome.PASSED)
    if line["low"] is None or line["reason"] in {str(Reason.TOO_FEW_EVENTS), str(Reason.NO_SPREAD)}:
        return Finding(line["low"], GateReason.NOT_ENOUGH_DATA, Outcome.FAILED)
    return Finding(line["low"])


def _stability(payload: Payload, _settings: Settings) -> Finding:
    if payload["stability"] is None:
        return Finding(None, GateReason.FIRST_VERSION, Outcome.PASSED)
    return Finding(payload["stability"]["psi"])


def _minimum_sample(payload: Payload, settings: Settings) -> Finding:
    """Count the cases of the rarer outcome, and ask for enough rows around them."""
    sample = payload["sample"]
    rarer = str(min(sample["events"], sample["rows"] - sample["events"]))
    if sample["rows"] < int(settings.get("rows", 0)):
        return Finding(rarer, GateReason.TOO_FEW_ROWS, Outcome.FAILED, str(sample["rows"]))
    return Finding(rarer)


def _segment_auc(payload: Payload, settings: Settings) -> Finding:
    def value_of(line: Mapping[str, Any]) -> str | None:
        rarer = min(line["events"], line["rows"] - line["events"])
        return line["auc"]["challenger"] if line["auc"] and rarer >= MIN_EVENTS else None

    return _lowest(payload, settings, value_of)


def _fairness(payload: Payload, settings: Settings) -> Finding:
    def value_of(line: Mapping[str, Any]) -> str | None:
        ratio: str | None = line["challenger"]["fairness_ratio"]
        return ratio if line["rows"] >= MIN_ROWS else None

    return _lowest(payload, settings, value_of)


def _segment_events(payload: Payload, settings: Settings) -> Finding:
    return _lowest(payload, settings, lambda line: str(line["events"]))


def _lowest(
    payload: Payload,
    settings: Settings,
    value_of: Callable[[Mapping[str, Any]], str | None],
) -> Finding:
    """Find the segment with the lowest value among those large enough to be judged."""
    wanted = settings.get("segment")
    lines = [line for line in payload["segments"] if wanted in {None, line["segment"]}]
    if not lines:
        reason = GateReason.SEGMENT_UNKNOWN if wanted else GateReason.NO_SEGMENTS
        return Finding(None, reason, Outcome.ERROR, str(wanted or ""))
    judged = {line["segment"]: value for line in lines if (value := value_of(line)) is not None}
    if not judged:
        return Finding(None, GateReason.SEGMENTS_TOO_SMALL, Outcome.FAILED, str(wanted or ""))
    lowest = min(judged, key=lambda name: (Decimal(judged[name]), name))
    whole = len(judged) == len(lines)
    reason = GateReason.WITHIN_THRESHOLD if whole else GateReason.SMALL_SEGMENTS_LEFT_OUT
    return Finding(judged[lowest], reason, detail=lowest)


def _documents(facts: SubmissionFacts, settings: Settings) -> Finding:
    wanted = [str(name) for name in settings.get("documents", facts.documents_wanted)]
    missing = [name for name in wanted if name not in facts.documents]
    if missing:
        names = ", ".join(missing)
        return Finding(
            str(len(missing)), GateReason.DOCUMENTS_MISSING, Outcome.FAILED, detail=names
        )
    return Finding("0", GateReason.DOCUMENTS_PRESENT)


def _artifact_safe(facts: SubmissionFacts, _settings: Settings) -> Finding:
    if not facts.artifacts:
        return Finding(None, GateReason.NO_ARTIFACT, Outcome.ERROR)
    unsafe = unsafe_names(facts.artifacts)
    if unsafe:
        names = ", ".join(unsafe)
        return Finding(str(len(unsafe)), GateReason.FORMAT_UNSAFE, Outcome.FAILED, names)
    return Finding("0", GateReason.FORMATS_SAFE)


RULES: Mapping[str, GateRule] = {
    "artifact_safe": GateRule("unsafe_files", "<=", "0", fact_rule=_artifact_safe),
    "auc_at_least": GateRule("auc", ">=", rule=_of_metric("auc")),
    "brier_at_most": GateRule("brier", "<=", rule=_of_metric("brier")),
    "calibration_error_at_most": GateRule(
        "calibration_error", "<=", rule=_of_metric("calibration_error")
    ),
    "documents_present": GateRule(
        "missing_documents", "<=", "0", fact_rule=_documents, known_settings=("documents",)
    ),
    "fairness_ratio_at_least": GateRule(
        "fairness_ratio", ">=", "0.8", rule=_fairness, known_settings=("segment",)
    ),
    "ks_at_least": GateRule("ks", ">=", rule=_of_metric("ks")),
    "minimum_sample": GateRule(
        "rarer_outcome", ">=", rule=_minimum_sample, known_settings=("rows",)
    ),
    "not_worse_than_champion": GateRule("auc_difference_low", ">=", rule=_not_worse),
    "psi_at_most": GateRule("psi", "<=", rule=_stability),
    "segment_auc_at_least": GateRule(
        "segment_auc", ">=", rule=_segment_auc, known_settings=("segment",)
    ),
    "segment_events_at_least": GateRule(
        "segment_events", ">=", rule=_segment_events, known_settings=("segment",)
    ),
}
