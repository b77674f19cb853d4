"""What a comparison measured, ready to be shown: tables, figures, and one sentence."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.evaluation.labels import caution_words
from governance.inventory.models import ModelVersion
from governance.reports.figures import FigureView, figures_of
from governance.reports.gaps import GapRow, costs, disagreement, gap_rows
from governance.reports.tables import (
    MetricRow,
    caption,
    class_rows,
    fairness_rows,
    metric_rows,
    segment_rows,
    tally,
    verdict_sentence,
)
from workflows.desk.queries.dossier import Dossier

FIRST = 2  # figures that stand open; the others are one press away


@dataclass(frozen=True, slots=True)
class Performance:
    """A comparison in words and numbers; `champion` and `challenger` head the columns."""

    sentence: str
    verdict: str
    tally: str
    caption: str
    champion: str
    challenger: str
    metrics: Sequence[MetricRow]
    segments: Sequence[MetricRow]
    gaps: Sequence[GapRow]
    classes: Sequence[MetricRow]
    disagreement: str
    costs: str
    cautions: Sequence[str]
    first_figures: Sequence[FigureView]
    more_figures: Sequence[FigureView]


def performance_of(dossier: Dossier) -> Performance | None:
    """The newest comparison of a version; None before there is one."""
    if dossier.comparison is None:
        return None
    payload = dossier.comparison.payload
    figures = figures_of(payload)
    return Performance(
        sentence=verdict_sentence(payload),
        verdict=dossier.comparison.verdict,
        tally=tally(payload),
        caption=caption(payload),
        champion=name_of(dossier.champion) if dossier.champion else "–",
        challenger=name_of(dossier.version),
        metrics=metric_rows(payload),
        segments=[*segment_rows(payload), *fairness_rows(payload)],
        gaps=gap_rows(payload),
        classes=class_rows(payload),
        disagreement=disagreement(payload),
        costs=costs(payload),
        cautions=[caution_words(caution) for caution in payload["cautions"]],
        first_figures=figures[:FIRST],
        more_figures=figures[FIRST:],
    )


def name_of(version: ModelVersion) -> str:
    """A version as people call it: its label, else its number."""
    return version.label or str(version.number)
