"""What was measured about a version."""

from uuid import UUID

from governance.evaluation.models import ComparisonReport, GateResult


def gates_of(version_id: UUID) -> list[GateResult]:
    """The results of a version's gates, in the policy's order."""
    return list(GateResult.objects.filter(version=version_id).order_by("position"))


def comparison_of(version_id: UUID) -> ComparisonReport | None:
    """The newest comparison of a version with the champion of its time."""
    rows = ComparisonReport.objects.filter(version=version_id).select_related("champion")
    return rows.order_by("-completed_at").first()
