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

from governance.evaluation.contest import Contest, measure_row
from governance.evaluation.decimals import decimal_or_none
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


def segment_rows(sides: Sides) -> list[dict[str, Any]]:
    """Give one line for each segment of the challenger's table, in alphabetical order.

    Where the rows are paired, the challenger's segments hold for both samples; else those of
    the champion's table with the same name are compared.
    """
    ours = _split(sides.challenger, sides.challenger)
    champion = sides.champion
    labelled = sides.challenger if sides.paired else champion
    theirs = {} if champion is None or labelled is None else _split(champion, labelled)
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


def _split(sample: ScoredData, labelled: ScoredData) -> dict[str, ScoredData]:
    """Cut a sample by the segments of a table with the same rows."""
    codes = labelled.segment
    if codes is None:
        return {}
    return {
        labelled.segment_names[code]: sample.take(np.flatnonzero(codes == code))
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
