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

POINTS = 500
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


def _spread_out(ranked: Ranked) -> NDArray[np.intp]:
    """Give the places to draw, highest score first, even along the length of the ROC curve."""
    travelled = ranked.events_from / ranked.events + ranked.others_from / ranked.others
    descending, start = travelled[::-1], ranked.cells.start[::-1]
    if descending.size <= POINTS:
        return start
    wanted = np.searchsorted(descending, np.linspace(0.0, 2.0, POINTS - 1))
    drawn = start[np.minimum(wanted, descending.size - 1)]
    return np.unique(np.append(drawn, ranked.tally.gap_from))[::-1]
