"""What the figures draw: a few hundred points, whatever the number of rows.

All curves of a model come from one list of cut-offs: `population`, `events` and `others` are the
shares of all cases, of events and of other cases with at least that score. ROC is events over
others, gains is events over population, the KS gap is events - others over population.
"""

from dataclasses import dataclass

import numpy as np

from governance.evaluation.statistics import Counts, Floats, Ranked, ks_place

POINTS = 200
BINS = 24


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Shares at decreasing cut-offs, each (points,) and rising from 0 to 1."""

    population: Floats
    events: Floats
    others: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Histogram:
    """Shares of rows in bins of equal width; `edges` is (bins + 1,), `shares` (bins,) each."""

    edges: Floats
    shares: tuple[Floats, ...]


def curve(ranked: Ranked) -> Curve:
    """Thin the curve to at most POINTS + 1 points, the place of the KS distance among them."""
    kept = _spread_out(ranked)
    events = ranked.events_from[kept] / ranked.events
    others = ranked.others_from[kept] / ranked.others
    population = (ranked.events_from + ranked.others_from)[kept] / ranked.rows
    return Curve(*(np.concatenate(([0.0], part)) for part in (population, events, others)))


def histogram(*scores: Floats) -> Histogram:
    """Count several score lists in the same bins, from the lowest to the highest score."""
    low = min(float(part.min()) for part in scores)
    high = max(float(part.max()) for part in scores)
    edges = np.linspace(low, high if high > low else low + 1e-6, BINS + 1)
    shares = tuple(np.histogram(part, edges)[0] / part.size for part in scores)
    return Histogram(edges, shares)


def _spread_out(ranked: Ranked) -> Counts:
    """Give the groups to draw, highest score first, even along the length of the ROC curve."""
    travelled = ranked.events_from / ranked.events + ranked.others_from / ranked.others
    descending = travelled[::-1]
    if descending.size <= POINTS:
        return np.arange(descending.size)[::-1]
    wanted = np.searchsorted(descending, np.linspace(0.0, 2.0, POINTS - 1))
    place = descending.size - 1 - ks_place(ranked)[0]
    kept = np.unique(np.append(np.minimum(wanted, descending.size - 1), place))
    return np.asarray(descending.size - 1 - kept)
