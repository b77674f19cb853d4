"""How far probabilities lie from what happened: Brier score and log loss, with their spread. Pure.

Source: Brier (1950), Monthly Weather Review 78, 1-3.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from governance.evaluation.cells import chunks
from governance.evaluation.ordering import Floats
from governance.evaluation.spread import Estimate, Influence
from governance.evaluation.statistics import Ranked

if TYPE_CHECKING:
    from numpy.typing import NDArray

EXACT = 1 << 16  # up to so many rows nothing is shortened
TOGETHER = 16


def brier(ranked: Ranked) -> Estimate:
    """Brier score: the mean squared distance between score and outcome."""
    losses = np.empty_like(ranked.score)
    for rows in chunks(ranked.rows):
        missed = np.subtract(ranked.score[rows], ranked.outcome[rows], out=losses[rows])
        missed *= missed
    return _mean(ranked, losses)


def log_loss(ranked: Ranked) -> Estimate:
    """Mean negative log likelihood; scores are kept one float64 epsilon away from 0 and 1.

    In a large sample the value comes from the logarithms of products, which are as exact, and each
    row's influence from one with seven digits: its spread then changes by less than one in a
    million.
    """
    tiny = np.finfo(np.float64).eps
    extreme = ranked.ordered.score[0] < tiny or ranked.ordered.score[-1] > 1 - tiny
    happened, large = ranked.outcome.view(np.bool_), ranked.rows > EXACT and ranked.weight is None
    losses: NDArray[Any] = np.empty(ranked.rows, np.float32 if large else np.float64)
    total = 0.0
    for rows in chunks(ranked.rows):
        given = np.where(happened[rows], ranked.score[rows], 1.0 - ranked.score[rows])
        if extreme:
            np.clip(given, tiny, 1 - tiny, out=given)
        if large:
            total -= _sum_of_logs(given)
        np.negative(np.log(given.astype(losses.dtype, copy=False)), out=losses[rows])
    if large:
        return Estimate(total / ranked.rows, Influence(losses))
    return _mean(ranked, losses)


def _sum_of_logs(values: Floats) -> float:
    """Give the sum of the logarithms of (rows,) values, none below 1e-16 and none above 1.

    One logarithm for sixteen: their product stays far above the smallest number.
    """
    whole = values.size // TOGETHER * TOGETHER
    products = np.multiply.reduce(values[:whole].reshape(TOGETHER, -1), axis=0)
    return float(np.log(products).sum() + np.log(values[whole:]).sum())


def _mean(ranked: Ranked, values: Floats) -> Estimate:
    value = values.mean() if ranked.weight is None else np.average(values, weights=ranked.weight)
    return Estimate(float(value), Influence(values))
