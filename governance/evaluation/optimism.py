"""How much a maximum flatters itself: a sample's widest gap is wider than the population's. Pure.

The gap of two distributions is smoothed, the noise of such a sample is laid over it again and
again, and the mean of what the maximum then gains is the optimism. The noise is always the same, so
that the same table has the same interval everywhere.

Sources: Kim and Pollard (1990), Annals of Statistics 18, 191-219 (a maximum is off by the sample's
size to the power of -2/3); Efron and Tibshirani (1993), An Introduction to the Bootstrap,
chapter 10 (estimates of bias).
"""

from functools import cache

import numpy as np

from governance.evaluation.cells import Cells
from governance.evaluation.ordering import Floats

GROUPS, DRAWS = 256, 200
BENDS = 5  # of the smooth gap: a polynomial that is 0 at both ends
_SEED = 20_261


def optimism_of_gap(cells: Cells, events: float, others: float) -> float:
    """Give by how much the widest gap of the classes is probably too wide.

    `events` and `others` say how many rows of each class the masses stand for.
    """
    positives, negatives = _grouped(cells)
    along = np.cumsum(positives + negatives) / (positives.sum() + negatives.sum())
    hit, missed = positives / positives.sum(), negatives / negatives.sum()
    smooth = _smoothed(along, np.cumsum(missed - hit))
    draws = _noise()
    noise = _bridge(missed, draws[0], others)
    noise -= _bridge(hit, draws[1], events)
    noise += smooth
    return float(np.abs(noise).max(axis=1).mean() - np.abs(smooth).max())


def _grouped(cells: Cells) -> tuple[Floats, Floats]:
    """Give the masses of both classes in at most GROUPS groups of neighbouring cells."""
    mass = np.cumsum(cells.positives + cells.negatives)
    borders = np.searchsorted(mass, mass[-1] * np.arange(GROUPS) / GROUPS, side="right")
    first = np.unique(borders)
    events, others = (np.add.reduceat(part, first) for part in (cells.positives, cells.negatives))
    return events, np.maximum(others, 0.0)  # differences of weights may lie below 0 by a last digit


def _smoothed(along: Floats, gap: Floats) -> Floats:
    """Fit the gap over the share of cases by a smooth curve."""
    shapes = (along * (1 - along))[:, None] * along[:, None] ** np.arange(BENDS)
    smooth: Floats = shapes @ np.linalg.lstsq(shapes, gap, rcond=None)[0]
    return smooth


def _bridge(shares: Floats, draws: Floats, rows: float) -> Floats:
    """Give (draws, groups) errors of cumulative shares of so many rows."""
    walked: Floats = np.cumsum(np.sqrt(shares / rows) * draws[:, : shares.size], axis=1)
    walked -= np.cumsum(shares) * walked[:, -1:]
    return walked


@cache
def _noise() -> Floats:
    return np.random.default_rng(_SEED).standard_normal((2, DRAWS, GROUPS))
