"""A version measured against another one, from the stored tables; what came of it kept."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from django.db import transaction
from django.utils import timezone

from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Unavailable
from governance.evaluation.cautions import About
from governance.evaluation.comparison import Comparison, compare
from governance.evaluation.cutoffs import Costs
from governance.evaluation.labels import MEASURING, READING, READING_CHAMPION
from governance.evaluation.models import ComparisonReport
from governance.evaluation.operations.scored_tables import scored
from governance.evaluation.scored_columns import EPOCH
from governance.evaluation.scored_data import ScoredColumns
from governance.inventory.models import ModelVersion
from governance.inventory.queries import scored_data_of
from governance.inventory.storage import path_of
from governance.sentences import sentence as _

# Hears which stage of a comparison is how far: its name, done, of how many (0: not known).
Tell = Callable[[str, int, int], None]


def compare_versions(
    version: ModelVersion,
    champion: ModelVersion | None,
    *,
    margin: float,
    tell: Tell = lambda _stage, _done, _total: None,
    own_scores: bool = True,
) -> Comparison:
    """Compares a version with the champion, or measures it alone when there is none. No writes.

    Where the version's table holds the champion's scores too, these are compared; `own_scores`
    says whether they can be meant.

    Raises:
        Invalid: as `scored` and `compare`; and whatever `tell` raises.
    """
    challenger, ours = scored(version, partial(tell, READING))
    theirs, their_digest = None, ""
    if champion:
        theirs = challenger.by_champion() if own_scores else None
        if theirs is None:
            theirs, their_digest = scored(champion, partial(tell, READING_CHAMPION))
    return compare(
        challenger,
        theirs,
        margin=margin,
        costs=costs_of(version),
        about=replace(_about(version), same_file=ours == their_digest),
        told=partial(tell, MEASURING),
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
