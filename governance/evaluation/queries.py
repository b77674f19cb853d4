"""What was measured about a version."""

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.evaluation.models import AskedComparison, ComparisonReport, GateResult
from governance.outbox.queries import Progress, progress_of
from governance.reading import ReadEach, gathered, last_of
from governance.sentences import sentence as _

COMPARE = "comparison.request"


@ReadEach
def gates_of(version_ids: Collection[UUID]) -> dict[UUID, list[GateResult]]:
    """The results of a version's gates, in the policy's order."""
    rows = GateResult.objects.filter(version__in=version_ids).order_by("position")
    return gathered(version_ids, ((row.version_id, row) for row in rows))


def measured_among(version_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these versions that have a comparison."""
    rows = ComparisonReport.objects.filter(version__in=list(version_ids))
    return set(rows.values_list("version", flat=True))


def verdicts_of(version_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What the newest comparisons of many versions came to, by version."""
    rows = ComparisonReport.objects.filter(version__in=list(version_ids)).order_by("completed_at")
    return dict(rows.values_list("version", "verdict"))


def payloads_of(version_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The newest comparisons of many versions at once, by version."""
    rows = ComparisonReport.objects.filter(version__in=list(version_ids)).order_by("completed_at")
    return dict(rows.values_list("version", "payload"))


@ReadEach
def comparison_of(version_ids: Collection[UUID]) -> dict[UUID, ComparisonReport | None]:
    """The newest comparison of a version with the champion of its time."""
    same = ComparisonReport.objects.filter(version=OuterRef("version")).order_by("-completed_at")
    newest = Subquery(same.values("pk")[:1])
    rows = ComparisonReport.objects.filter(version__in=version_ids, pk=newest)
    found = rows.select_related("champion")
    return last_of(version_ids, ((row.version_id, row) for row in found))


def asked_comparisons(actor: Actor) -> QuerySet[AskedComparison]:
    """The comparisons that somebody asked for and the actor may see, newest first."""
    rows = visible_to(actor, AskedComparison.objects.all())
    return rows.select_related("version__model", "champion__model", "account__person")


def asked_comparison(actor: Actor, name: str, comparison_id: UUID) -> AskedComparison:
    """One of them, of the model of that name.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    rows = asked_comparisons(actor).filter(version__model__name=name)
    if (found := rows.filter(pk=comparison_id).first()) is None:
        raise NotFound(_("There is no such comparison that you can see."))
    return found


def asked_of(actor: Actor, model_id: UUID, limit: int) -> list[AskedComparison]:
    """The newest reports of two versions of a model that were made or are being made."""
    rows = asked_comparisons(actor).filter(version__model=model_id, cancelled_at=None, refusal="")
    return list(rows.defer("payload")[:limit])


def progress_of_asked(asked: AskedComparison) -> Progress | None:
    """How far a worker is with it; None once it has ended."""
    return None if asked.ended else progress_of(COMPARE, str(asked.pk))


def going(asked: AskedComparison) -> bool:
    """Whether a worker has it before them or is at it; one that gave up is not."""
    progress = progress_of_asked(asked)
    return progress is not None and progress.state in {"waiting", "running"}
