"""Acceptance gates: rules on a finished comparison and on the facts of a submission.

A policy names gates with thresholds; `evaluate_gates` answers each with passed, failed or error,
a value and a reason code. Values and thresholds are decimal strings and are compared as decimals,
so that what people sign is exactly what was compared. `gate_rules.RULES` lists every gate.

A gate that cannot be judged because the sample is too small fails; one whose evidence is absent
is an error. Neither passes in silence.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from governance.errors import Invalid
from governance.evaluation.comparison import TOOL_VERSION
from governance.evaluation.decimals import decimal12
from governance.evaluation.gate_rules import RULES
from governance.evaluation.gate_shapes import (
    Finding,
    GateReason,
    GateRule,
    Outcome,
    Payload,
    SubmissionFacts,
)
from governance.evaluation.own_gates import ask_own, own_gates
from governance.sentences import Sentence
from governance.sentences import sentence as _

REASON_LENGTH = 500
# A gate of the site's own is read whether it is installed or not: without it the gate is an error.
OWN_PREFIX = "own."
OWN = re.compile(r"own\.[A-Za-z0-9_-]{1,50}")
# What a person writes; a number of a thousand million digits fits in a few signs with an exponent.
NUMBER = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?")
LARGEST = Decimal("1e15")
COUNT = re.compile(r"[0-9]{1,9}")
OWN_RULE = GateRule("own", "<=", "0", known_settings=("operator",))


@dataclass(frozen=True, slots=True)
class GateDefinition:
    """One gate of a policy.

    `threshold` is a decimal string. `settings` holds what only some gates know: "segment",
    "rows", "documents".
    """

    name: str
    threshold: str
    required: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def metric(self) -> str:
        """Give what the gate measures."""
        return rule_of(self.name).metric

    @property
    def operator(self) -> str:
        """Give how value and threshold are compared: ">=" or "<="."""
        return str(self.settings.get("operator") or rule_of(self.name).operator)

    def holds(self, value: str) -> bool:
        """Whether a value, a decimal string, is on the right side of the threshold."""
        number, threshold = Decimal(value), Decimal(self.threshold)
        return number >= threshold if self.operator == ">=" else number <= threshold


@dataclass(frozen=True, slots=True)
class GateOutcome:
    """How one gate ended. `detail` names what decided it: a segment, documents, files."""

    name: str
    required: bool
    operator: str
    threshold: str
    value: str | None
    outcome: Outcome
    reason: GateReason
    detail: str = ""
    tool_version: str = TOOL_VERSION
    # Digest of the file that it read; empty where it read the comparison.
    evidence: str = ""

    @property
    def reason_kept(self) -> str:
        """Give reason and detail in one string, as rows keep them and `labels.py` reads them."""
        return f"{self.reason}|{self.detail}"[:REASON_LENGTH] if self.detail else str(self.reason)


def gate_names() -> list[str]:
    """Name every gate that a policy can ask: ours, and those that the site has installed."""
    return [*sorted(RULES), *(f"{OWN_PREFIX}{name}" for name in sorted(own_gates()))]


def rule_of(name: str) -> GateRule:
    """Give the rule of a gate; one of the site's own measures what only it knows."""
    return OWN_RULE if name.startswith(OWN_PREFIX) else RULES[name]


def evaluate_gates(
    payload: Payload | None,
    definitions: Iterable[GateDefinition],
    facts: SubmissionFacts | None = None,
) -> list[GateOutcome]:
    """Answer each gate, in the order of the definitions; `payload` is a comparison's, if any."""
    known = facts or SubmissionFacts()
    return [_evaluate(payload, definition, known) for definition in definitions]


def parse_definition(entry: Mapping[str, Any]) -> GateDefinition:
    """Read one gate of a policy.

    Raises:
        Invalid: The gate is unknown, or one of its values is bad.
    """
    name = str(entry.get("gate", ""))
    if name not in RULES and not OWN.fullmatch(name):
        raise _bad(
            _("There is no gate “{gate}”.", gate=name),
            _("Choose one of: {known}.", known=", ".join(gate_names())),
        )
    rule = rule_of(name)
    unknown = set(entry) - {"gate", "threshold", "required", *rule.known_settings}
    if unknown:
        raise _bad(
            _(
                "The gate {gate} does not know {words}.",
                gate=name,
                words=", ".join(sorted(unknown)),
            ),
            _("Leave it out."),
        )
    required = entry.get("required", True)
    if not isinstance(required, bool):
        raise _bad(
            _("The gate {gate}: required is neither true nor false.", gate=name),
            _("Write true or false."),
        )
    given = entry.get("threshold")
    threshold = _threshold(name, rule.default if given is None or given == "" else given)
    return GateDefinition(name, threshold, required, _settings(name, rule, entry))


def _settings(name: str, rule: GateRule, entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give the gate's own settings, in their plain form."""
    settings: dict[str, Any] = {}
    for key in rule.known_settings:
        given = entry.get(key)
        if given is None:
            continue
        if key == "operator" and given not in (">=", "<="):
            raise _bad(
                _("The gate {gate}: operator is neither >= nor <=.", gate=name),
                _("Write one of them."),
            )
        if key in {"rows", "tests"} and not COUNT.fullmatch(str(given)):
            raise _bad(
                _("The gate {gate}: {key} is not a whole number.", gate=name, key=key),
                _("Write it in digits."),
            )
        if key == "documents" and (isinstance(given, str) or not isinstance(given, Sequence)):
            raise _bad(
                _("The gate {gate}: documents is not a list.", gate=name),
                _("List the documents' names."),
            )
        settings[key] = [str(part) for part in given] if key == "documents" else str(given)
    return settings


def _threshold(name: str, given: object) -> str:
    number = _decimal(given)
    if number is None:
        raise _bad(
            _("The gate {gate} needs a threshold, as a decimal string.", gate=name),
            _('Write a number in quotes, such as "0.70".'),
        )
    if name == "not_worse_than_champion":
        number = -abs(number)
    return decimal12(float(number))


def _decimal(given: object) -> Decimal | None:
    if isinstance(given, bool) or not NUMBER.fullmatch(str(given)):
        return None
    number = Decimal(str(given))
    return number if abs(number) < LARGEST else None


def _bad(message: Sentence, remedy: Sentence) -> Invalid:
    return Invalid(message, remedy=remedy, field="gates")


def _evaluate(
    payload: Payload | None, definition: GateDefinition, facts: SubmissionFacts
) -> GateOutcome:
    rule = rule_of(definition.name)
    if rule is OWN_RULE:
        return _outcome(definition, _own(payload, definition, facts))
    if rule.fact_rule is not None:
        return _outcome(definition, rule.fact_rule(facts, definition.settings))
    if payload is None or rule.rule is None:
        absent = Finding(None, GateReason.NO_COMPARISON, Outcome.ERROR)
        return _outcome(definition, absent)
    if payload["kind"] not in rule.kinds:
        return _outcome(definition, Finding(None, GateReason.OTHER_KIND, Outcome.ERROR))
    return _outcome(definition, rule.rule(payload, definition.settings))


def _outcome(definition: GateDefinition, finding: Finding) -> GateOutcome:
    outcome, reason = finding.outcome, finding.reason
    if outcome is None and not _holds(definition, finding.value):
        outcome, reason = Outcome.FAILED, GateReason.BEYOND_THRESHOLD
    return GateOutcome(
        name=definition.name,
        required=definition.required,
        operator=definition.operator,
        threshold=definition.threshold,
        value=finding.value,
        outcome=outcome or Outcome.PASSED,
        reason=reason,
        detail=finding.detail,
        evidence=finding.evidence,
    )


def _own(payload: Payload | None, definition: GateDefinition, facts: SubmissionFacts) -> Finding:
    asked = {
        "payload": payload,
        "settings": definition.settings,
        "facts": {
            "documents": sorted(facts.documents),
            "artifacts": [fact.name for fact in facts.artifacts],
            "image": facts.image,
            "schema": list(facts.schema),
            "champion_schema": facts.champion_schema,
        },
    }
    return ask_own(definition.name.removeprefix(OWN_PREFIX), asked)


def _holds(definition: GateDefinition, value: str | None) -> bool:
    return value is not None and definition.holds(value)
