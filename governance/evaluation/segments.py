"""How a model does in each segment of the cases, and whom a cut-off lets through.

The event is what a lender fears: a case is approved when its score lies below the cut-off. A
segment's fairness ratio is its approval rate over the highest approval rate of any segment
(four-fifths rule: 29 CFR 1607.4 D). Segments of fewer than MIN_ROWS cases have a ratio of their
own, but neither set the reference nor decide a gate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from governance.evaluation.decimals import decimal_or_none
from governance.evaluation.fairness import PARTS, Gap, Treated, gap, ratios, treated
from governance.evaluation.groups import Rater, by_month, by_segment
from governance.evaluation.measures import MEASURES, PRIMARY
from governance.evaluation.pairing import Pairing
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.statistics import Interval, Ranked, rank

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

    pairing: Pairing
    challenger_cutoff: float
    champion_cutoff: float | None
    margin: float
    level: float

    @property
    def rater(self) -> Rater[Ranked]:
        """Give how a part of the cases is measured."""
        primary = next(entry for entry in MEASURES if entry.name == PRIMARY)
        return Rater(_ranked, primary, self.pairing.paired, self.margin, self.level)


def segment_rows(sides: Sides) -> list[dict[str, Any]]:
    """Give one line for each segment of the challenger's table, in alphabetical order.

    Where the rows are paired, the challenger's segments hold for both samples; else those of
    the champion's table with the same name are compared.
    """
    ours = by_segment(sides.pairing.challenger)
    champion = sides.pairing.champion_labelled
    theirs = by_segment(champion)
    approved = _approval_rows(ours, sides.challenger_cutoff, sides.level)
    before = _approval_rows(theirs, sides.champion_cutoff, sides.level)
    lines = sides.rater.lines(ours, None if champion is None else theirs)
    return [
        {**line, "challenger": approved.get(name), "champion": before.get(name)}
        for name, line in zip(ours, lines, strict=True)
    ]


def month_rows(sides: Sides) -> list[dict[str, Any]]:
    """Give one line for each month of the challenger's table, oldest first; none without dates."""
    champion = sides.pairing.champion_labelled
    theirs = None if champion is None else by_month(champion)
    return sides.rater.lines(by_month(sides.pairing.challenger), theirs)


def approvals(parts: Mapping[str, ScoredData], cutoff: float | None) -> dict[str, Approvals]:
    """Give each segment's approval rate at a cut-off, and its ratio to the highest rate."""
    if cutoff is None:
        return {}
    rates = {
        name: float(np.average(part.score < cutoff, weights=part.weight))
        for name, part in parts.items()
    }
    large = [rates[name] for name, part in parts.items() if part.rows >= MIN_ROWS]
    highest = max(large or list(rates.values()), default=0.0)
    return {
        name: Approvals(parts[name].rows, rate, rate / highest if highest else None)
        for name, rate in rates.items()
    }


def gap_rows(sample: ScoredData | None, cutoff: float | None, level: float) -> dict[str, Any]:
    """Give the widest distance of two segments under each criterion of fairness, or None."""
    groups = _treated(by_segment(sample), cutoff)
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


def _treated(parts: Mapping[str, ScoredData], cutoff: float | None) -> dict[str, Treated]:
    """Count cases, not weights: the intervals of shares need counts."""
    if cutoff is None:
        return {}
    return {name: treated(part.score, part.outcome, cutoff) for name, part in parts.items()}


def _ranked(sample: ScoredData) -> Ranked | None:
    if sample.one_sided:
        return None
    return rank(sample.score, sample.outcome, sample.weight)


def _bound(interval: Interval | None, end: str) -> str | None:
    return None if interval is None else decimal_or_none(getattr(interval, end))


def _approval_rows(
    parts: Mapping[str, ScoredData], cutoff: float | None, level: float
) -> dict[str, dict[str, str | None]]:
    """Give each segment's approval rate, and its four-fifths ratio with Katz's interval."""
    intervals = ratios(_treated(parts, cutoff), level)
    return {
        name: {
            "approval_rate": decimal_or_none(approved.rate),
            "fairness_ratio": decimal_or_none(approved.ratio),
            "ratio_low": _bound(intervals[name], "low"),
            "ratio_high": _bound(intervals[name], "high"),
        }
        for name, approved in approvals(parts, cutoff).items()
    }
