"""What the figures draw: a few hundred points, whatever the number of rows.

All curves of a model come from one list of cut-offs: `population`, `events` and `others` are the
shares of all cases, of events and of other cases with at least that score. ROC is events over
others, gains is events over population, the KS gap is events - others over population.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ordering import Floats, Ordered
from governance.evaluation.statistics import Ranked

POINTS = 1000
FIRST_POINTS = 64
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
    ordered, kept = ranked.ordered, _spread_out(ranked)
    events = ranked.events - ordered.events_before(kept)
    mass = ranked.mass - ordered.mass_before(kept)
    shares = (mass / ranked.mass, events / ranked.events, (mass - events) / ranked.others)
    return Curve(*(np.concatenate(([0.0], part)) for part in shares))


def histogram(*samples: Ordered) -> Histogram:
    """Count several samples in the same bins, from the lowest to the highest score."""
    low = min(float(part.score[0]) for part in samples)
    high = max(float(part.score[-1]) for part in samples)
    edges = np.linspace(low, high if high > low else low + 1e-6, BINS + 1)
    return Histogram(edges, tuple(_shares(edges, part) for part in samples))


def _shares(edges: Floats, ordered: Ordered) -> Floats:
    cuts = ordered.from_cutoff(edges)
    cuts[-1] = ordered.score.size  # the last bin holds its upper edge
    shares: Floats = np.diff(ordered.mass_before(cuts)) / ordered.mass
    return shares


def distance(across: Floats, up: Floats, drawn_across: Floats, drawn_up: Floats) -> Floats:
    """Give how far each point of a rising curve lies from the one drawn, up or across.

    The smaller of the two counts: where a curve rises straight up, there is no distance upwards.
    """
    upwards = np.abs(np.interp(across, drawn_across, drawn_up) - up)
    sideways = np.abs(np.interp(up, drawn_up, drawn_across) - across)
    return np.minimum(upwards, sideways)


def _spread_out(ranked: Ranked) -> NDArray[np.intp]:
    """Give the places to draw, highest score first: where leaving them out would show most.

    From a few places even along the ROC curve, each round adds those that lie furthest from the
    lines drawn so far, one between two neighbours at most, and as many as are drawn already.
    """
    start = ranked.cells.start[::-1]
    if start.size <= POINTS:
        return start
    events = ranked.events_from[::-1] / ranked.events
    others = ranked.others_from[::-1] / ranked.others
    travelled = events + others
    kept = np.unique(np.searchsorted(travelled[:-1], np.linspace(0.0, 2.0, FIRST_POINTS)))
    while (room := POINTS - 1 - kept.size) > 0:
        away = distance(others, events, others[kept], events[kept])
        away[kept] = 0.0
        furthest = _furthest(away, kept)
        furthest = furthest[np.argsort(away[furthest])[::-1]]
        added = furthest[: min(room, kept.size)]
        if not away[added].any():
            break
        kept = np.union1d(kept, added[away[added] > 0])
    return np.unique(np.append(start[kept], ranked.tally.gap_from))[::-1]


def _furthest(away: Floats, kept: NDArray[np.intp]) -> NDArray[np.intp]:
    """Give the place of the largest value between each two neighbours among `kept`."""
    low, last = kept[:-1], int(kept[-1])
    largest = np.repeat(np.maximum.reduceat(away[:last], low), np.diff(kept))
    places = np.flatnonzero(away[low[0] : last] == largest) + low[0]
    return np.asarray(places[np.searchsorted(places, low)])
