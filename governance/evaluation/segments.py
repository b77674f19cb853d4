"""How a model does in each segment of the cases, and whom a cut-off lets through.

The event is what a lender fears: a case is approved when its score lies below the cut-off. A
segment's fairness ratio is its approval rate over the highest approval rate of any segment
(four-fifths rule: 29 CFR 1607.4 D). Segments of fewer than MIN_ROWS cases have a ratio of their
own, but neither set the reference nor decide a gate.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from governance.evaluation.contest import Contest, measure_row
from governance.evaluation.decimals import decimal_or_none
from governance.evaluation.fairness import PARTS, Gap, gap, treated
from governance.evaluation.measures import MEASURES, PRIMARY
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.statistics import Ranked, rank
from governance.evaluation.verdict import Judgement, Reason

MIN_ROWS = 30


@dataclass(frozen=True, slots=True)
class Approvals:
    """A segment at a cut-off: its rows, the share below the cut-off, the fairness ratio."""

    rows: int
    rate: float
    ratio: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Sides:
    """Both samples of a comparison with their cut-offs, and how differences are judged."""

    challenger: ScoredData
    champion: ScoredData | None
    challenger_cutoff: float
    champion_cutoff: float | None
    paired: bool
    margin: float
    level: float

    @property
    def champion_labelled(self) -> ScoredData | None:
        """Give the champion's rows with segments: on joined rows the challenger's hold for both."""
        if self.champion is None or not self.paired:
            return self.champion
        ours = self.challenger
        return replace(self.champion, segment=ours.segment, segment_names=ours.segment_names)


def segment_rows(sides: Sides) -> list[dict[str, Any]]:
    """Give one line for each segment of the challenger's table, in alphabetical order.

    Where the rows are paired, the challenger's segments hold for both samples; else those of
    the champion's table with the same name are compared.
    """
    ours, theirs = _split(sides.challenger), _split(sides.champion_labelled)
    our_approvals = approvals(ours, sides.challenger_cutoff)
    their_approvals = approvals(theirs, sides.champion_cutoff)
    return [
        {
            "segment": name,
            "rows": part.rows,
            "events": part.events,
            "auc": _separation(sides, part, theirs.get(name)),
            "challenger": _approval_fields(our_approvals.get(name)),
            "champion": _approval_fields(their_approvals.get(name)),
        }
        for name, part in ours.items()
    ]


def approvals(parts: Mapping[str, ScoredData], cutoff: float | None) -> dict[str, Approvals]:
    """Give each segment's approval rate at a cut-off, and its ratio to the highest rate."""
    if cutoff is None:
        return {}
    rates = {name: float(np.mean(part.score < cutoff)) for name, part in parts.items()}
    large = [rates[name] for name, part in parts.items() if part.rows >= MIN_ROWS]
    highest = max(large or list(rates.values()), default=0.0)
    return {
        name: Approvals(parts[name].rows, rate, rate / highest if highest else None)
        for name, rate in rates.items()
    }


def gap_rows(sample: ScoredData | None, cutoff: float | None, level: float) -> dict[str, Any]:
    """Give the widest distance of two segments under each criterion of fairness, or None."""
    groups = {
        name: treated(part.score, part.outcome, cutoff)
        for name, part in _split(sample).items()
        if cutoff is not None
    }
    found = {criterion: gap(groups, criterion, level) for criterion in PARTS}
    return {criterion: wide and _gap_fields(wide) for criterion, wide in found.items()}


def _gap_fields(wide: Gap) -> dict[str, str | None]:
    return {
        "highest": wide.highest,
        "lowest": wide.lowest,
        "difference": decimal_or_none(wide.difference),
        "low": decimal_or_none(wide.interval.low),
        "high": decimal_or_none(wide.interval.high),
    }


def _split(sample: ScoredData | None) -> dict[str, ScoredData]:
    """Cut a sample by its segments, in alphabetical order."""
    if sample is None or sample.segment is None:
        return {}
    codes = sample.segment
    return {
        sample.segment_names[code]: sample.take(np.flatnonzero(codes == code))
        for code in np.unique(codes)
    }


def _separation(sides: Sides, ours: ScoredData, theirs: ScoredData | None) -> dict[str, Any] | None:
    challenger, champion = _ranked(ours), _ranked(theirs)
    if challenger is None:
        return None
    contest = Contest(challenger, champion, sides.paired, sides.margin, sides.level)
    line = measure_row(contest, next(entry for entry in MEASURES if entry.name == PRIMARY))
    if champion is None and sides.champion is not None:
        line |= {"verdict": str(Judgement.NOT_ENOUGH_DATA), "reason": str(Reason.NOT_DEFINED)}
    return line


def _ranked(sample: ScoredData | None) -> Ranked | None:
    if sample is None or sample.events in {0, sample.rows}:
        return None
    return rank(sample.score, sample.outcome)


def _approval_fields(approved: Approvals | None) -> dict[str, str | None] | None:
    if approved is None:
        return None
    return {
        "approval_rate": decimal_or_none(approved.rate),
        "fairness_ratio": decimal_or_none(approved.ratio),
    }
