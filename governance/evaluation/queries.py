"""What was measured about a version."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from governance.evaluation.models import ComparisonReport, GateResult
from governance.reading import read_once


@read_once
def gates_of(version_id: UUID) -> list[GateResult]:
    """The results of a version's gates, in the policy's order."""
    return list(GateResult.objects.filter(version=version_id).order_by("position"))


def measured_among(version_ids: Iterable[UUID]) -> set[UUID]:
    """Those of these versions that have a comparison."""
    rows = ComparisonReport.objects.filter(version__in=list(version_ids))
    return set(rows.values_list("version", flat=True))


def payloads_of(version_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """The newest comparisons of many versions at once, by version."""
    rows = ComparisonReport.objects.filter(version__in=list(version_ids)).order_by("completed_at")
    return dict(rows.values_list("version", "payload"))


@read_once
def comparison_of(version_id: UUID) -> ComparisonReport | None:
    """The newest comparison of a version with the champion of its time."""
    rows = ComparisonReport.objects.filter(version=version_id).select_related("champion")
    return rows.order_by("-completed_at").first()
