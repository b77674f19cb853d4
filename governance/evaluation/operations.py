"""Writes of evaluation: scored data taken in, comparisons and gate results kept."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Invalid, Unavailable
from governance.evaluation.artifact_formats import HEAD_BYTES, ArtifactFact
from governance.evaluation.cautions import About
from governance.evaluation.comparison import Comparison, compare
from governance.evaluation.cutoffs import Costs
from governance.evaluation.gate_shapes import FileFact, SubmissionFacts
from governance.evaluation.gates import GateDefinition, GateOutcome, evaluate_gates
from governance.evaluation.junit import LARGEST_BYTES
from governance.evaluation.models import ComparisonReport, GateResult
from governance.evaluation.scored_columns import EPOCH
from governance.evaluation.scored_data import (
    ScoredColumns,
    ScoredData,
    UnreadableScores,
    read_scored,
)
from governance.inventory.models import Artifact, Evidence, ModelVersion
from governance.inventory.operations import add_evidence
from governance.inventory.queries import (
    artifacts_of,
    champion_of,
    columns_remembered,
    evidence_of,
    scored_data_of,
    version_by_id,
)
from governance.inventory.storage import Stored, path_of
from governance.sentences import sentence as _

REQUIREMENTS = re.compile(r"requirements[\w.-]*\.txt")


def add_scored_data(
    version_id: UUID, *, name: str, stored: Stored, columns: ScoredColumns, actor: Actor
) -> Evidence:
    """Adds a version's scored table, after reading all of it in a process of its own.

    What the table predicts is what the model was registered for.

    Raises:
        Invalid: a column is missing or a row is bad; message and field name row and column.
        and all that `add_evidence` raises.
    """
    columns = replace(columns, kind=version_by_id(actor, version_id).model.kind)
    _read(stored.sha256, columns)
    return add_evidence(
        version_id,
        name=name,
        kind=Evidence.Kind.SCORED_DATA,
        stored=stored,
        columns=columns.as_plain(),
        actor=actor,
    )


def upload_evidence(
    version_id: UUID,
    *,
    name: str,
    kind: str,
    stored: Stored,
    columns: Mapping[str, str],
    actor: Actor,
) -> Evidence:
    """Adds a file as evidence; a scored table only after all of it was read.

    Where no column is named, those of the model's newest scored table are meant if they are all
    there, else those of the usual names.

    Raises:
        as `add_scored_data` and `add_evidence`.
    """
    if kind != Evidence.Kind.SCORED_DATA:
        return add_evidence(
            version_id, name=name, kind=kind, stored=stored, columns={}, actor=actor
        )
    add = partial(add_scored_data, version_id, name=name, stored=stored, actor=actor)
    if not columns and (known := columns_remembered(version_by_id(actor, version_id).model_id)):
        named = ScoredColumns.from_plain(known)
        try:
            return add(columns=named)
        except Invalid as error:
            if not _lacks_column(error):
                raise
    return add(columns=ScoredColumns.from_plain(columns))


def _lacks_column(error: Invalid) -> bool:
    """Whether a table was refused by its header, before any of its rows was read."""
    cause = error.__cause__
    return isinstance(cause, UnreadableScores) and cause.refusal.code.startswith("column_missing")


def _read(sha256: str, columns: ScoredColumns) -> ScoredData:
    try:
        return read_scored(path_of(sha256), columns)
    except UnreadableScores as error:
        raise Invalid(error.said, remedy=error.advice, field="scored_data") from error


def scored(version: ModelVersion) -> tuple[ScoredData, str]:
    """A version's scored table and its digest.

    Raises:
        Invalid: it came without one, or the file cannot be read any more.
    """
    evidence = scored_data_of(version.pk)
    if evidence is None:
        raise Invalid(_("The version came without scored data."), field="scored_data")
    return _read(evidence.sha256, ScoredColumns.from_plain(evidence.columns)), evidence.sha256


def compare_versions(
    version: ModelVersion, champion: ModelVersion | None, *, margin: float
) -> Comparison:
    """Compares a version with the champion, or measures it alone when there is none. No writes.

    Where the version's table holds the champion's scores too, these are compared.

    Raises:
        Invalid: as `scored` and `compare`.
    """
    challenger, ours = scored(version)
    theirs, their_digest = None, ""
    if champion:
        theirs = challenger.by_champion()
        if theirs is None:
            theirs, their_digest = scored(champion)
    return compare(
        challenger,
        theirs,
        margin=margin,
        costs=costs_of(version),
        about=replace(_about(version), same_file=ours == their_digest),
    )


def rebuild_comparison(report: ComparisonReport) -> Comparison:
    """Makes a kept comparison again from the stored files, on its own terms. No writes.

    Raises:
        Invalid, as `compare_versions`; Unavailable: a file is not where it was kept.
    """
    for version in filter(None, (report.version, report.champion)):
        _require_file(version)
    margin = float(report.payload["margin"])
    return compare_versions(report.version, report.champion, margin=margin)


def _require_file(version: ModelVersion) -> None:
    evidence = scored_data_of(version.pk)
    if evidence is None or not path_of(evidence.sha256).exists():
        raise Unavailable(
            _("The scored table of {version} is not where it was kept.", version=str(version)),
            remedy=_("Bring the file back from the backup."),
        )


def _about(version: ModelVersion) -> About:
    """What is known of a version's scored table besides its rows."""
    evidence = scored_data_of(version.pk)
    assert evidence
    return About(
        outcome=evidence.columns.get("outcome", ""),
        inputs=frozenset(str(one.get("name", "")) for one in version.input_schema),
        uploaded=evidence.uploaded_at.date().toordinal() - EPOCH,
    )


def costs_of(version: ModelVersion) -> Costs:
    """What wrong decisions cost, as it was said with the version's scored table."""
    evidence = scored_data_of(version.pk)
    columns = ScoredColumns.from_plain(evidence.columns if evidence else {})
    return Costs(
        false_negative=columns.cost_false_negative, false_positive=columns.cost_false_positive
    )


@transaction.atomic
def keep_comparison(
    version: ModelVersion, champion: ModelVersion | None, comparison: Comparison, *, actor: Actor
) -> ComparisonReport:
    """Keeps a comparison; an equal one that is kept already is the same one, made new again."""
    report, created = ComparisonReport.objects.get_or_create(
        version=version,
        champion=champion,
        digest=comparison.digest,
        defaults={"payload": comparison.payload, "verdict": comparison.verdict},
    )
    report.completed_at = timezone.now()
    report.save(update_fields=["completed_at"])
    if created:
        record(
            Action.COMPARISON_COMPLETED,
            actor=actor,
            subject=("version", version.pk),
            portfolio_id=version.model.portfolio_id,
            after={
                "digest": report.digest,
                "verdict": report.verdict,
                "champion": str(champion.pk) if champion else "",
            },
        )
    return report


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
