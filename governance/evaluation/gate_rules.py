"""Every acceptance gate: what it measures, which way its threshold points, and its rule.

`RULES` is the whole list. A rule reads a comparison's payload or the facts of a submission and
gives a `Finding`: a value to compare with the threshold, or an outcome that stands by itself.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from governance.evaluation.artifact_formats import unsafe_names
from governance.evaluation.decimals import decimal12
from governance.evaluation.gate_shapes import (
    Finding,
    GateReason,
    GateRule,
    Outcome,
    Payload,
    Rule,
    Settings,
    SubmissionFacts,
)
from governance.evaluation.scored_header import BINARY, MULTICLASS, REGRESSION
from governance.evaluation.segments import MIN_ROWS
from governance.evaluation.submission_rules import (
    dependencies_pinned,
    image_pinned,
    schema_compatible,
    tests_passed,
)
from governance.evaluation.verdict import MIN_EVENTS, Judgement, Reason


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
    """Look at the lower end of the leading measure's gain, in the unit of the policy's margin."""
    line = _metric_line(payload, payload["verdict"]["metric"])
    if line["verdict"] == str(Judgement.NO_CHAMPION):
        return Finding(None, GateReason.FIRST_VERSION, Outcome.PASSED)
    low = _lowest_gain(line, payload["margin"])
    if low is None or line["reason"] in {str(Reason.TOO_FEW_EVENTS), str(Reason.NO_SPREAD)}:
        return Finding(low, GateReason.NOT_ENOUGH_DATA, Outcome.FAILED)
    return Finding(low)


def _lowest_gain(line: Mapping[str, Any], margin: str) -> str | None:
    if line["low"] is None or (line["higher_is_better"] and line["margin"] == margin):
        return line["low"] and str(line["low"])
    low = float(line["low"]) if line["higher_is_better"] else -float(line["high"])
    unit = float(line["margin"])
    return decimal12(low * float(margin) / unit if unit else low)


def _stability(payload: Payload, _settings: Settings) -> Finding:
    if payload["stability"] is None:
        return Finding(None, GateReason.FIRST_VERSION, Outcome.PASSED)
    return Finding(payload["stability"]["psi"])


def _minimum_sample(payload: Payload, settings: Settings) -> Finding:
    """Count the cases of the rarest outcome, and ask for enough rows around them."""
    sample = payload["sample"]
    rarer = str(sample["rarer"])
    if sample["rows"] < int(settings.get("rows", 0)):
        return Finding(rarer, GateReason.TOO_FEW_ROWS, Outcome.FAILED, str(sample["rows"]))
    return Finding(rarer)


def _segment_auc(payload: Payload, settings: Settings) -> Finding:
    def value_of(line: Mapping[str, Any]) -> str | None:
        rarer = min(line["events"], line["rows"] - line["events"])
        return line["line"]["challenger"] if line["line"] and rarer >= MIN_EVENTS else None

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


def _measured(metric: str, operator: str, *kinds: str) -> GateRule:
    return GateRule(metric, operator, rule=_of_metric(metric), kinds=kinds)


RULES: Mapping[str, GateRule] = {
    "artifact_safe": GateRule("unsafe_files", "<=", "0", fact_rule=_artifact_safe),
    "accuracy_at_least": _measured("accuracy", ">=", MULTICLASS),
    "auc_at_least": _measured("auc", ">=", BINARY),
    "brier_at_most": _measured("brier", "<=", BINARY, MULTICLASS),
    "calibration_error_at_most": _measured("calibration_error", "<=", BINARY),
    "dependencies_pinned": GateRule(
        "unpinned_dependencies", "<=", "0", fact_rule=dependencies_pinned
    ),
    "documents_present": GateRule(
        "missing_documents", "<=", "0", fact_rule=_documents, known_settings=("documents",)
    ),
    "fairness_ratio_at_least": GateRule(
        "fairness_ratio", ">=", "0.8", rule=_fairness, known_settings=("segment",), kinds=(BINARY,)
    ),
    "image_pinned": GateRule("floating_images", "<=", "0", fact_rule=image_pinned),
    "ks_at_least": _measured("ks", ">=", BINARY),
    "macro_auc_at_least": _measured("macro_auc", ">=", MULTICLASS),
    "mae_at_most": _measured("mae", "<=", REGRESSION),
    "minimum_sample": GateRule(
        "rarer_outcome", ">=", rule=_minimum_sample, known_settings=("rows",)
    ),
    "not_worse_than_champion": GateRule("auc_difference_low", ">=", rule=_not_worse),
    "psi_at_most": GateRule("psi", "<=", rule=_stability),
    "r_squared_at_least": _measured("r_squared", ">=", REGRESSION),
    "rmse_at_most": _measured("rmse", "<=", REGRESSION),
    "schema_compatible": GateRule("broken_inputs", "<=", "0", fact_rule=schema_compatible),
    "segment_auc_at_least": GateRule(
        "segment_auc", ">=", rule=_segment_auc, known_settings=("segment",), kinds=(BINARY,)
    ),
    "segment_events_at_least": GateRule(
        "segment_events", ">=", rule=_segment_events, known_settings=("segment",), kinds=(BINARY,)
    ),
    "tests_passed": GateRule(
        "failed_tests", "<=", "0", fact_rule=tests_passed, known_settings=("tests",)
    ),
}
