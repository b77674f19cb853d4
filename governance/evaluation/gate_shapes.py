"""What a gate is made of: its reasons, the facts that it may read, what it finds. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from governance.evaluation.artifact_formats import ArtifactFact
from governance.evaluation.scored_header import KINDS

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
    SCHEMA_SAME = "schema_same"
    SCHEMA_ABSENT = "schema_absent"
    SCHEMA_BROKEN = "schema_broken"
    IMAGE_PINNED = "image_pinned"
    IMAGE_FLOATS = "image_floats"
    IMAGE_NONE = "image_none"
    DEPENDENCIES_PINNED = "dependencies_pinned"
    DEPENDENCIES_FLOAT = "dependencies_float"
    DEPENDENCIES_ABSENT = "dependencies_absent"
    TESTS_PASSED = "tests_passed"
    TESTS_FAILED = "tests_failed"
    TESTS_ABSENT = "tests_absent"
    TESTS_TOO_FEW = "tests_too_few"
    TESTS_UNREADABLE = "tests_unreadable"
    OTHER_KIND = "other_kind"
    OWN_GATE = "own_gate"
    OWN_GATE_BROKEN = "own_gate_broken"
    OWN_GATE_GONE = "own_gate_gone"


@dataclass(frozen=True, slots=True)
class FileFact:
    """A small file that a gate reads: its name, its digest, all of its bytes."""

    name: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class SubmissionFacts:
    """What gates may ask about a submission beside its comparison.

    `documents_wanted` are those that the policy asks for, where the gate itself names none.
    """

    documents: frozenset[str] = frozenset()
    documents_wanted: Sequence[str] = ()
    artifacts: Sequence[ArtifactFact] = ()
    image: str = ""
    schema: Sequence[Mapping[str, str]] = ()
    # None: there is no champion.
    champion_schema: Sequence[Mapping[str, str]] | None = None
    requirements: Sequence[FileFact] = ()
    test_results: Sequence[FileFact] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: a value to compare, or an outcome that stands without one."""

    value: str | None
    reason: GateReason = GateReason.WITHIN_THRESHOLD
    outcome: Outcome | None = None
    detail: str = ""
    # Of the file that it read, where it was not the comparison.
    evidence: str = ""


Rule = Callable[[Payload, Settings], Finding]
FactRule = Callable[[SubmissionFacts, Settings], Finding]


@dataclass(frozen=True, slots=True)
class GateRule:
    """A gate's measure, the direction of its threshold, its default and its function.

    `rule` reads the comparison's payload, `fact_rule` the facts of the submission. `kinds` are
    those of comparisons that it can read.
    """

    metric: str
    operator: str
    default: str | None = None
    rule: Rule | None = None
    fact_rule: FactRule | None = None
    known_settings: tuple[str, ...] = ()
    kinds: tuple[str, ...] = KINDS
