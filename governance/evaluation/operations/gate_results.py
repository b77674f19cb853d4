"""Gates asked about a version, and what they said kept."""

import re
from collections.abc import Callable, Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.evaluation.artifact_formats import HEAD_BYTES, ArtifactFact
from governance.evaluation.comparison import Comparison
from governance.evaluation.gate_shapes import FileFact, SubmissionFacts
from governance.evaluation.gates import GateDefinition, GateOutcome, evaluate_gates
from governance.evaluation.junit import LARGEST_BYTES
from governance.evaluation.models import GateResult
from governance.inventory.models import Artifact, Evidence, ModelVersion
from governance.inventory.queries import artifacts_of, champion_of, evidence_of
from governance.inventory.storage import path_of

REQUIREMENTS = re.compile(r"requirements[\w.-]*\.txt")


def gate_outcomes(
    version: ModelVersion, comparison: Comparison | None, gates: Sequence[GateDefinition]
) -> list[GateOutcome]:
    """Asks every gate of a policy. No writes."""
    evidence = evidence_of(version.pk)
    # Only what a server loads: source code is read by people, and is code by nature.
    loaded = [a for a in artifacts_of(version.pk) if a.role == Artifact.Role.MODEL]
    champion = champion_of(version.model_id)
    facts = SubmissionFacts(
        documents=frozenset({e.kind for e in evidence} | {e.name for e in evidence}),
        artifacts=[ArtifactFact(a.name, _head(a.sha256)) for a in loaded],
        image=version.image,
        schema=version.input_schema,
        champion_schema=champion.input_schema if champion else None,
        requirements=_small_files(
            [*artifacts_of(version.pk), *evidence], lambda f: bool(REQUIREMENTS.fullmatch(f.name))
        ),
        test_results=_small_files(
            evidence, lambda f: getattr(f, "kind", "") == Evidence.Kind.TEST_RESULTS
        ),
    )
    return evaluate_gates(comparison.payload if comparison else None, gates, facts)


def _small_files(
    files: Iterable[Artifact | Evidence], wanted: Callable[[Artifact | Evidence], bool]
) -> list[FileFact]:
    """Whole files that gates read, up to a limit: what is larger is cut, and then unreadable."""
    found = []
    for file in filter(wanted, files):
        with path_of(file.sha256).open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
        found.append(FileFact(file.name, file.sha256, content))
    return found


def _head(sha256: str) -> bytes:
    with path_of(sha256).open("rb") as file:
        return file.read(HEAD_BYTES)


@transaction.atomic
def keep_gates(
    version: ModelVersion, outcomes: Sequence[GateOutcome], *, evidence: str, actor: Actor
) -> list[GateResult]:
    """Keeps what the gates said; `evidence` is the digest of the comparison that they read."""
    kept = [_keep(version, place, o, evidence) for place, o in enumerate(outcomes)]
    record(
        Action.GATE_COMPLETED,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
        after={gate.gate: _told(gate) for gate in kept},
    )
    return kept


def _keep(version: ModelVersion, place: int, outcome: GateOutcome, evidence: str) -> GateResult:
    result, _created = GateResult.objects.update_or_create(
        version=version,
        gate=outcome.name,
        defaults={
            "position": place,
            "required": outcome.required,
            "threshold": outcome.threshold,
            "value": outcome.value or "",
            "outcome": outcome.outcome.value,
            "reason": outcome.reason_kept,
            "evidence_sha256": outcome.evidence or evidence,
            "tool_version": outcome.tool_version,
            "completed_at": timezone.now(),
        },
    )
    return result


def _told(gate: GateResult) -> dict[str, str | bool]:
    return {
        "outcome": gate.outcome,
        "value": gate.value,
        "threshold": gate.threshold,
        "required": gate.required,
    }
