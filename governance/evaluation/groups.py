"""One measure in parts of the cases: segments, and months. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.contest import Contest, measure_row
from governance.evaluation.measures import Measure, S
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.together import at_once
from governance.evaluation.verdict import Judgement, Reason

MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Rater(Generic[S]):
    """How a part is measured; `sample_of` gives None where a part cannot be."""

    sample_of: Callable[[ScoredData], S | None]
    measure: Measure[S]
    paired: bool
    margin: float
    level: float

    def line(
        self, ours: ScoredData, theirs: ScoredData | None, *, contested: bool
    ) -> dict[str, Any] | None:
        """Give one line as `measure_row` does; None where the challenger cannot be measured."""
        challenger = self.sample_of(ours)
        champion = None if theirs is None else self.sample_of(theirs)
        if challenger is None:
            return None
        contest = Contest(challenger, champion, self.paired, self.margin, self.level)
        line = measure_row(contest, self.measure)
        if champion is None and contested:
            line |= {"verdict": str(Judgement.NOT_ENOUGH_DATA), "reason": str(Reason.NOT_DEFINED)}
        return line

    def lines(
        self, ours: Mapping[str, ScoredData], theirs: Mapping[str, ScoredData] | None
    ) -> list[dict[str, Any]]:
        """Give one line for each part of the challenger's cases, with its size."""

        def line(name: str) -> dict[str, Any]:
            part = ours[name]
            return {
                "segment": name,
                "rows": part.rows,
                "events": part.events if part.kind == "binary" else None,
                "line": self.line(part, (theirs or {}).get(name), contested=theirs is not None),
            }

        return at_once(line, ours, sum(part.rows for part in ours.values()))


def by_segment(sample: ScoredData | None) -> dict[str, ScoredData]:
    """Cut a sample by its segments, in alphabetical order."""
    if sample is None or sample.segment is None:
        return {}
    return _cut(sample, sample.segment, sample.segment_names)


def by_month(sample: ScoredData | None) -> dict[str, ScoredData]:
    """Cut a sample by the months of its dates, oldest first; by years where these are many."""
    if sample is None or sample.date is None:
        return {}
    days = sample.date.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    unit = "M" if np.unique(months).size <= MOST_MONTHS else "Y"
    names, codes = np.unique(days.astype(f"datetime64[{unit}]"), return_inverse=True)
    return _cut(sample, codes, [str(name) for name in names])


def _cut(
    sample: ScoredData, codes: NDArray[np.integer[Any]], names: "list[str] | tuple[str, ...]"
) -> dict[str, ScoredData]:
    return {names[code]: sample.take(np.flatnonzero(codes == code)) for code in np.unique(codes)}
