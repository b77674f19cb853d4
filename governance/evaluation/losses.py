"""How far probabilities lie from what happened: Brier score and log loss, with their spread. Pure.

Source: Brier (1950), Monthly Weather Review 78, 1-3.
"""

import numpy as np

from governance.evaluation.cells import CHUNK, chunks
from governance.evaluation.ordering import Floats, Outcomes
from governance.evaluation.spread import Estimate, Influence, dot
from governance.evaluation.statistics import Ranked, table

TOGETHER = 16
TINY = float(np.finfo(np.float64).eps)


def brier(ranked: Ranked) -> Estimate:
    """Brier score: the mean squared distance between score and outcome.

    In a large sample the value comes from all rows, each row's influence from its cell.
    """
    score = ranked.cells.mean
    influence = table(ranked, of_events=(1 - score) ** 2, of_others=score**2)
    if ranked.cells.exact:
        return _mean_of_table(ranked, influence)
    if ranked.weight is not None:
        missed = ranked.score - ranked.outcome
        return Estimate(dot(ranked.weight, missed * missed) / ranked.mass, influence)
    found = ranked.ordered.score[ranked.ordered.hits]
    others = dot(ranked.ordered.score, ranked.ordered.score) - dot(found, found)
    missed = 1 - found
    return Estimate((others + dot(missed, missed)) / ranked.rows, influence)


def log_loss(ranked: Ranked) -> Estimate:
    """Mean negative log likelihood; scores are kept one float64 epsilon away from 0 and 1.

    In a large sample the value comes from all rows, by the logarithms of products, which are as
    exact; each row's influence from its cell.
    """
    score = ranked.cells.mean
    influence = table(ranked, of_events=-_log(score), of_others=-_log(1 - score))
    if ranked.cells.exact:
        return _mean_of_table(ranked, influence)
    extreme = ranked.ordered.score[0] < TINY or ranked.ordered.score[-1] > 1 - TINY
    logs, room = 0.0, np.empty(CHUNK)
    for rows in chunks(ranked.rows):
        given = _given(ranked.score[rows], ranked.outcome[rows], room[: rows.stop - rows.start])
        if extreme:
            np.clip(given, TINY, 1 - TINY, out=given)
        if ranked.weight is None:
            logs += _sum_of_logs(given)
        else:
            logs += dot(np.log(given), ranked.weight[rows])
    return Estimate(-logs / ranked.mass, influence)


def _given(score: Floats, outcome: Outcomes, room: Floats) -> Floats:
    """Give (rows,) the probability of what happened: the score, or what it leaves."""
    np.subtract(1, outcome, out=room)
    np.subtract(score, room, out=room)
    return np.abs(room, out=room)


def _log(given: Floats) -> Floats:
    logs: Floats = np.log(np.clip(given, TINY, 1 - TINY))
    return logs


def _sum_of_logs(values: Floats) -> float:
    """Give the sum of the logarithms of (rows,) values, none below 1e-16 and none above 1.

    One logarithm for sixteen: their product stays far above the smallest number.
    """
    whole = values.size // TOGETHER * TOGETHER
    products = np.multiply.reduce(values[:whole].reshape(TOGETHER, -1), axis=0)
    return float(np.log(products).sum() + np.log(values[whole:]).sum())


def _mean_of_table(ranked: Ranked, influence: Influence) -> Estimate:
    assert influence.held is not None
    return Estimate(dot(np.asarray(influence.values), influence.held) / ranked.mass, influence)
