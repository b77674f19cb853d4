"""What follows exactly from the order of a model's scores: AUC, KS and average precision. Pure."""

from dataclasses import dataclass

import numpy as np

from governance.evaluation.cells import Cells, steps_of
from governance.evaluation.ordering import Floats, Ordered, Steps, has_ties
from governance.evaluation.spread import dot


@dataclass(frozen=True, slots=True)
class Tally:
    """What follows exactly from one pass over the ordered scores.

    Attributes:
        area: Twice the weight of pairs that the score orders rightly, ties counted half.
        gap: others x (events from the KS cut-off) - events x (others from it).
        gap_from: The first place at or above the KS cut-off.
        precision: The average precision.
    """

    area: float
    gap: float
    gap_from: int
    precision: float


def tally_of(ordered: Ordered, cells: Cells) -> Tally:
    """Count what follows from the order of the scores."""
    if not cells.exact and ordered.row_mass is None and not has_ties(ordered):
        return _tally_apart(ordered)
    return _tally(ordered, steps_of(ordered, cells))


def _tally_apart(ordered: Ordered) -> Tally:
    """Count where no event shares its score with another row and no row weighs more than another.

    An event then stands alone in its group; nothing differs from `_tally` but the time.
    """
    rows, events = ordered.score.size, ordered.hits.size
    others = rows - events
    before = np.arange(events)
    others_before = ordered.hits - before
    gap = events * others_before  # at each event's score; right above it, smaller by `others`
    gap -= others * before
    high, low = (gap.size - 1 - int(turned.argmax()) for turned in (gap[::-1], -gap[::-1]))
    _size, place, widest = max(
        (int(gap[high]), int(ordered.hits[high]), int(gap[high])),
        (others - int(gap[low]), int(ordered.hits[low]) + 1, int(gap[low]) - others),
    )
    precision = float(((events - before) / (rows - ordered.hits)).sum()) / events
    area = 2.0 * float(others_before.sum())
    return Tally(area, float(widest), min(place, rows - 1), precision)


def _tally(ordered: Ordered, groups: Steps) -> Tally:
    events, others = ordered.events, ordered.mass - ordered.events
    events_from, others_from = events - groups.events_before, others - groups.others_before
    gap, place = _widest(ordered, groups, events_from, others_from)
    alarms = events_from + others_from
    precision = dot(groups.events, np.divide(events_from, alarms, out=alarms)) / events
    area = 2 * dot(groups.events, groups.others_before) + dot(groups.events, groups.others)
    return Tally(area, gap, place, precision)


def _widest(
    ordered: Ordered, groups: Steps, events_from: Floats, others_from: Floats
) -> tuple[float, int]:
    """Give the widest gap of the classes and its place.

    From a score downwards the gap grows only where events stand, so it is widest at the start of
    a group with events, or, on the other side of zero, right above one.
    """
    events, others = ordered.events, ordered.mass - ordered.events
    high = others * events_from - events * others_from
    low = high - others * groups.events + events * groups.others
    at_high, at_low = (gap.size - 1 - int(np.argmax(np.abs(gap[::-1]))) for gap in (high, low))
    widest = [
        (abs(float(high[at_high])), int(groups.start[at_high]), float(high[at_high])),
        (abs(float(low[at_low])), int(groups.end[at_low]), float(low[at_low])),
    ]
    _size, place, gap = max(widest)
    return gap, min(place, ordered.score.size - 1)
