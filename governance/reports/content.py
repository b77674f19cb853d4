"""All that a comparison's report says, ready to be shown on a page, in a file or in a workbook."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from governance.evaluation.labels import caution_words, reason_words
from governance.evaluation.verdict import Judgement
from governance.reports.figure_views import FigureView
from governance.reports.figures import figures_of
from governance.reports.gaps import GapRow, costs, disagreement, gap_rows
from governance.reports.input_rows import InputRow, input_rows
from governance.reports.tables import (
    MetricRow,
    caption,
    class_rows,
    fairness_rows,
    metric_rows,
    month_rows,
    segment_rows,
    tally,
    verdict_sentence,
)
from governance.sentences import recalled

Payload = Mapping[str, Any]
Kept = Callable[[Sequence[MetricRow]], list[MetricRow]]


@dataclass(frozen=True, slots=True)
class Retrained:
    """The version against the one that was retrained, where that is not the champion.

    `refusal` and `remedy` say why there is nothing else where the two cannot be compared.
    """

    original: str
    verdict: str = ""
    reason: str = ""
    tally: str = ""
    caption: str = ""
    metrics: Sequence[MetricRow] = ()
    cautions: Sequence[str] = ()
    refusal: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """A comparison in words and numbers; `champion` and `challenger` head the columns.

    `metrics`, `classes`, `segments` and `months` are tables, each perhaps empty.
    """

    sentence: str
    verdict: str
    tally: str
    caption: str
    champion: str
    challenger: str
    metrics: Sequence[MetricRow]
    classes: Sequence[MetricRow]
    segments: Sequence[MetricRow]
    months: Sequence[MetricRow]
    gaps: Sequence[GapRow]
    inputs: Sequence[InputRow]
    disagreement: str
    costs: str
    cautions: Sequence[str]
    figures: Sequence[FigureView]
    retrained: Retrained | None

    @property
    def alone(self) -> bool:
        """Whether there is nothing to compare with, so that tables show one version's values."""
        return self.verdict == Judgement.NO_CHAMPION

    @property
    def has_parts(self) -> bool:
        """Whether anything is said of parts of the cases."""
        return any((self.classes, self.segments, self.months, self.gaps, self.inputs))


def content_of(
    payload: Payload,
    *,
    champion: str,
    challenger: str,
    original: str = "",
    only_changed: bool = False,
) -> Content:
    """Put a comparison into the reader's language.

    Args:
        payload: What `compare` gave.
        champion: The champion's name; empty when there is none.
        challenger: The challenger's name.
        original: The name of the version that was retrained.
        only_changed: Leave out rows in which chance alone may tell the two apart.
    """

    def kept(rows: Sequence[MetricRow]) -> list[MetricRow]:
        return [row for row in rows if row.changed or not only_changed]

    return Content(
        sentence=verdict_sentence(payload),
        verdict=payload["verdict"]["verdict"],
        tally=tally(payload),
        caption=caption(payload),
        champion=champion or "–",
        challenger=challenger,
        metrics=kept(metric_rows(payload)),
        classes=kept(class_rows(payload)),
        segments=kept([*segment_rows(payload), *fairness_rows(payload)]),
        months=kept(month_rows(payload)),
        gaps=gap_rows(payload),
        inputs=[row for row in input_rows(payload) if row.tone != "good" or not only_changed],
        disagreement=disagreement(payload),
        costs=costs(payload),
        cautions=[caution_words(caution) for caution in payload["cautions"]],
        figures=figures_of(payload),
        retrained=_retrained(payload, original, kept),
    )


def _retrained(payload: Payload, original: str, kept: Kept) -> Retrained | None:
    if (told := payload.get("original")) is None:
        return None
    if "refused" in told:
        refusal, remedy = (str(recalled(sentence)) for sentence in told["refused"])
        return Retrained(original, refusal=refusal, remedy=remedy)
    return Retrained(
        original,
        verdict=told["verdict"]["verdict"],
        reason=str(reason_words(told["verdict"]["reason"])),
        tally=tally(told),
        caption=caption(told),
        metrics=kept(metric_rows(told)),
        cautions=[caution_words(caution) for caution in told["cautions"]],
    )
