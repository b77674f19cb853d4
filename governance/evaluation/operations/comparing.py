"""A version measured against another one, from the stored tables; what came of it kept."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Invalid, Unavailable
from governance.evaluation.cautions import About
from governance.evaluation.comparison import (
    Comparison,
    against_original,
    compare,
    with_original,
)
from governance.evaluation.cutoffs import Costs
from governance.evaluation.labels import (
    MEASURING,
    MEASURING_ORIGINAL,
    READING,
    READING_CHAMPION,
    READING_ORIGINAL,
)
from governance.evaluation.models import ComparisonReport
from governance.evaluation.operations.scored_tables import scored
from governance.evaluation.scored_columns import EPOCH
from governance.evaluation.scored_data import ScoredColumns, ScoredData, Told
from governance.inventory.models import ModelVersion
from governance.inventory.queries import scored_data_of
from governance.inventory.storage import path_of
from governance.sentences import kept
from governance.sentences import sentence as _

# Hears which stage of a comparison is how far: its name, done, of how many (0: not known).
Tell = Callable[[str, int, int], None]
# A scored table and its digest, empty where the scores came with another table.
Table = tuple[ScoredData, str]


def compare_versions(
    version: ModelVersion,
    champion: ModelVersion | None,
    *,
    margin: float,
    tell: Tell = lambda _stage, _done, _total: None,
    own_scores: bool = True,
    original: ModelVersion | None = None,
) -> Comparison:
    """Compares a version with the champion, or measures it alone when there is none. No writes.

    Where the version's table holds the champion's scores too, these are compared; `own_scores`
    says whether they can be meant. `original`: with this version besides (`original_beside`).

    Raises:
        Invalid: as `scored` and `compare`; and whatever `tell` raises.
    """
    table = scored(version, partial(tell, READING))
    theirs = None
    if champion:
        own = table[0].by_champion() if own_scores else None
        theirs = (own, "") if own else scored(champion, partial(tell, READING_CHAMPION))
    found = _compared(version, table, theirs, margin, partial(tell, MEASURING))
    if original is None:
        return found
    theirs = None  # ten million rows are not held twice
    return with_original(found, _retrained(version, table, original, margin, tell))


def original_beside(version: ModelVersion, champion: ModelVersion | None) -> ModelVersion | None:
    """The version that was retrained, where the comparison with the champion is not that with it.

    The comparison of a case shows both: whether it should take the champion's place, and what the
    training has changed.
    """
    original = version.retrained_from
    return None if original == champion else original


def _compared(
    version: ModelVersion,
    table: Table,
    theirs: Table | None,
    margin: float,
    told: Told,
) -> Comparison:
    same = theirs is not None and theirs[1] == table[1]
    return compare(
        table[0],
        theirs[0] if theirs else None,
        margin=margin,
        costs=costs_of(version),
        about=replace(_about(version), same_file=same),
        told=told,
    )


def _retrained(
    version: ModelVersion, table: Table, original: ModelVersion, margin: float, tell: Tell
) -> dict[str, Any]:
    """What was measured against the original; where that cannot be, why: the rest stands alone."""
    about = {"version": str(original.pk)}
    try:
        theirs = scored(original, partial(tell, READING_ORIGINAL))
        found = _compared(version, table, theirs, margin, partial(tell, MEASURING_ORIGINAL))
    except Invalid as error:
        return about | {"refused": [kept(error.said), kept(error.advice)]}
    return about | against_original(found)


def rebuild_comparison(report: ComparisonReport) -> Comparison:
    """Makes a kept comparison again from the stored files, on its own terms. No writes.

    Raises:
        Invalid, as `compare_versions`; Unavailable: a file is not where it was kept.
    """
    version, champion = report.version, report.champion
    original = original_beside(version, champion)
    for one in filter(None, (version, champion)):
        _require_file(one)
    if original and "refused" not in report.payload["original"]:
        _require_file(original)
    margin = float(report.payload["margin"])
    return compare_versions(version, champion, margin=margin, original=original)


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
        true_negative=columns.cost_true_negative,
        false_negative=columns.cost_false_negative,
        false_positive=columns.cost_false_positive,
        true_positive=columns.cost_true_positive,
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
