"""Gates on what a submission brings: its inputs, image, dependencies and test results. Pure."""

import re
from collections.abc import Mapping, Sequence

from governance.evaluation.gate_shapes import (
    FileFact,
    Finding,
    GateReason,
    Outcome,
    Settings,
    SubmissionFacts,
)
from governance.evaluation.junit import UnreadableResults, count_tests

PINNED_IMAGE = re.compile(r"\S+@sha256:[0-9a-f]{64}")
PINNED = re.compile(r"[A-Za-z0-9._-]+(\[[A-Za-z0-9._,\s-]+\])?\s*===?\s*[^\s*,;]+\s*(;.*)?")
SHOWN = 5


def schema_compatible(facts: SubmissionFacts, _settings: Settings) -> Finding:
    """Callers send what the champion takes: nothing more may be asked for, nothing of another type.

    Needing less is fine.
    """
    if facts.champion_schema is None:
        return Finding(None, GateReason.FIRST_VERSION, Outcome.PASSED)
    if not facts.schema:
        reason = GateReason.SCHEMA_ABSENT
        return Finding(None, reason, Outcome.FAILED if facts.champion_schema else Outcome.ERROR)
    sent = _types(facts.champion_schema)
    broken = [name for name, kind in _types(facts.schema).items() if sent.get(name) != kind]
    if broken:
        return _counted(broken, GateReason.SCHEMA_BROKEN)
    return Finding("0", GateReason.SCHEMA_SAME)


def _types(schema: Sequence[Mapping[str, str]]) -> dict[str, str]:
    return {str(one.get("name", "")): str(one.get("type", "")) for one in schema}


def image_pinned(facts: SubmissionFacts, _settings: Settings) -> Finding:
    """An image is named by its digest: a tag may point elsewhere tomorrow."""
    if not facts.image:
        return Finding(None, GateReason.IMAGE_NONE, Outcome.PASSED)
    if PINNED_IMAGE.fullmatch(facts.image):
        return Finding("0", GateReason.IMAGE_PINNED)
    return Finding("1", GateReason.IMAGE_FLOATS, Outcome.FAILED, facts.image[:200])


def dependencies_pinned(facts: SubmissionFacts, _settings: Settings) -> Finding:
    """Every line of every requirements file names one exact version."""
    if not facts.requirements:
        return Finding(None, GateReason.DEPENDENCIES_ABSENT, Outcome.ERROR)
    floating = [line for file in facts.requirements for line in _floating(file)]
    digest = facts.requirements[0].sha256
    if floating:
        found = _counted(floating, GateReason.DEPENDENCIES_FLOAT)
        return Finding(found.value, found.reason, found.outcome, found.detail, digest)
    return Finding("0", GateReason.DEPENDENCIES_PINNED, evidence=digest)


def _floating(file: FileFact) -> list[str]:
    """Lines that do not name one version; hashes and comments are no lines of their own."""
    text = file.content.decode(errors="replace").replace("\\\n", " ")
    lines = (re.sub(r"(^|\s)#.*$|\s--hash=\S+", "", line).strip() for line in text.splitlines())
    return [line[:80] for line in lines if line and not PINNED.fullmatch(line)]


def tests_passed(facts: SubmissionFacts, settings: Settings) -> Finding:
    """No test of the build server failed, and enough ran; `tests` is how many at least."""
    if not facts.test_results:
        return Finding(None, GateReason.TESTS_ABSENT, Outcome.ERROR)
    digest = facts.test_results[0].sha256
    ran = failed = 0
    for file in facts.test_results:
        try:
            counts = count_tests(file.content)
        except UnreadableResults as error:
            words = f"{file.name}: {error}"
            return Finding(None, GateReason.TESTS_UNREADABLE, Outcome.ERROR, words, digest)
        ran, failed = ran + counts.ran, failed + counts.failed
    if failed:
        reason = GateReason.TESTS_FAILED
        return Finding(str(failed), reason, Outcome.FAILED, f"{failed}/{ran}", digest)
    if ran < int(settings.get("tests", 1)):
        return Finding(str(failed), GateReason.TESTS_TOO_FEW, Outcome.FAILED, str(ran), digest)
    return Finding("0", GateReason.TESTS_PASSED, detail=str(ran), evidence=digest)


def _counted(names: Sequence[str], reason: GateReason) -> Finding:
    more = f", +{len(names) - SHOWN}" if len(names) > SHOWN else ""
    return Finding(str(len(names)), reason, Outcome.FAILED, ", ".join(names[:SHOWN]) + more)
