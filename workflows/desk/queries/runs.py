"""Pipeline runs as a dashboard lists them: by status, and by a label `key:value`."""

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform

from governance.inventory.models import ModelVersion
from workflows.gitops.models import PipelineRun, RunStatus


def runs_of_version(version: ModelVersion, status: str, label: str) -> QuerySet[PipelineRun]:
    """The runs that any promotion of a version set off, newest first, with their target."""
    rows = PipelineRun.objects.filter(promotion__version=version)
    return runs_of(rows.select_related("promotion__target"), status, label)


def runs_of(rows: QuerySet[PipelineRun], status: str, label: str) -> QuerySet[PipelineRun]:
    """Those of one status, and with one label, as far as these are given; newest first."""
    if status in RunStatus.values:
        rows = rows.filter(status=status)
    key, colon, value = label.strip().partition(":")
    if colon:
        named = KeyTextTransform(key.strip(), "labels")
        rows = rows.annotate(named=named).filter(named=value.strip())
    return rows.order_by("-created_at", "-pk")


def run_statuses() -> tuple[tuple[str, str], ...]:
    """What a run may be, and how that is called."""
    return tuple((value, str(words)) for value, words in RunStatus.choices)
