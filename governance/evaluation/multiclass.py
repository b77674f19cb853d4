"""How well probabilities of several classes separate and predict: per class and over all. Pure.

Each class is ranked against all others. `macro` gives every class the same weight, `weighted`
the share of cases in it. The spread of a macro AUC takes into account that all its parts come
from the same rows.

Sources: Provost and Domingos (2001), CeDER working paper 00-04 (one against the rest, weighted
by prevalence); Brier (1950), Monthly Weather Review 78, 1-3.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.ordering import Floats, Outcomes
from governance.evaluation.spread import Estimate, Influence, variance_of_rows
from governance.evaluation.statistics import Ranked, auc, rank


@dataclass(frozen=True, slots=True, eq=False)
class Classified:
    """Probabilities of classes beside the class that happened.

    Attributes:
        probability: (rows, classes) between 0 and 1, each row adding up to 1.
        actual: (rows,) the position of the class that happened.
        names: The classes, in the order of the columns.
        weight: (rows,) positive, or None where each row counts as one.
    """

    probability: Floats
    actual: NDArray[np.int64]
    names: tuple[str, ...]
    weight: Floats | None = None

    @property
    def rows(self) -> int:
        """Give the number of rows."""
        return int(self.actual.size)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Give (classes,) the number of rows of each class."""
        return np.bincount(self.actual, minlength=len(self.names)).astype(np.int64)

    @property
    def rarer(self) -> int:
        """Give the number of rows of the rarest class."""
        return int(self.counts.min())

    def own_variance(self, estimate: Estimate) -> float | None:
        """Give the variance of one estimate, or None where it is not known."""
        return variance_of_rows(estimate, self.rows, self.weight)

    def paired_variance(self, one: Estimate, other: Estimate) -> float | None:
        """Give the variance of one - other on the same rows, or None where it is not known."""
        return variance_of_rows(one, self.rows, self.weight, other)

    @property
    def predicted(self) -> NDArray[np.int64]:
        """Give (rows,) the position of the most probable class, the first of equals."""
        return np.asarray(np.argmax(self.probability, axis=1))

    @property
    def prevalence(self) -> Floats:
        """Give (classes,) the share of each class in what happened."""
        mass = np.bincount(self.actual, self.weight, len(self.names)).astype(np.float64)
        shares: Floats = mass / mass.sum()
        return shares

    def against_rest(self, position: int) -> Ranked:
        """Rank one class against all others.

        Raises:
            ValueError: The class never happened, or nothing else did.
        """
        happened: Outcomes = (self.actual == position).astype(np.int8)
        column = np.ascontiguousarray(self.probability[:, position])
        return rank(column, happened, self.weight)


def class_auc(sample: Classified, position: int) -> Estimate | None:
    """Area under the ROC curve of one class against the rest; None where it is not defined."""
    try:
        ranked = sample.against_rest(position)
    except ValueError:
        return None
    return _averaged_together(auc(ranked), ranked)


def macro_auc(sample: Classified) -> Estimate | None:
    """Mean of the classes' AUC; None where one is not defined."""
    return _mixed(sample, np.full(len(sample.names), 1 / len(sample.names)))


def weighted_auc(sample: Classified) -> Estimate | None:
    """Mean of the classes' AUC, weighted by the cases in each; shares are taken as given."""
    return _mixed(sample, sample.prevalence)


def accuracy(sample: Classified) -> Estimate:
    """Share of rows whose most probable class happened."""
    return _mean(sample, (sample.predicted == sample.actual).astype(np.float64))


def brier(sample: Classified) -> Estimate:
    """Mean squared distance between probabilities and what happened, summed over the classes."""
    given = sample.probability[np.arange(sample.rows), sample.actual]
    return _mean(sample, (sample.probability**2).sum(axis=1) - 2 * given + 1)


def log_loss(sample: Classified) -> Estimate:
    """Mean negative log likelihood; probabilities are kept one float64 epsilon from 0 and 1."""
    tiny = np.finfo(np.float64).eps
    given = sample.probability[np.arange(sample.rows), sample.actual]
    return _mean(sample, -np.log(np.clip(given, tiny, 1 - tiny)))


def confusion(sample: Classified) -> Floats:
    """Give (classes, classes) weights: what happened down, what was predicted across."""
    size = len(sample.names)
    pairs = np.bincount(sample.actual * size + sample.predicted, sample.weight, size * size)
    return pairs.astype(np.float64).reshape(size, size)


def f1_by_class(sample: Classified) -> Floats:
    """Give (classes,) the harmonic mean of precision and recall; 0 where neither is defined."""
    table = confusion(sample)
    hits, total = np.diag(table), table.sum(axis=0) + table.sum(axis=1)
    scores: Floats = np.divide(2 * hits, total, out=np.zeros_like(hits), where=total > 0)
    return scores


def macro_f1(sample: Classified) -> Estimate:
    """Mean of the classes' F1. Value only: a harmonic mean of few cases has no honest interval."""
    return Estimate(float(f1_by_class(sample).mean()))


def _mixed(sample: Classified, shares: Floats) -> Estimate | None:
    parts = [class_auc(sample, position) for position in range(len(sample.names))]
    known = [part for part in parts if part is not None and part.influence is not None]
    if len(known) < len(parts):
        return None
    every = slice(None)
    influence = sum(
        share * part.influence.part(every)
        for share, part in zip(shares, known, strict=True)
        if part.influence is not None
    )
    value = sum(share * part.value for share, part in zip(shares, known, strict=True))
    return Estimate(float(value), Influence(np.asarray(influence, dtype=np.float64)))


def _averaged_together(estimate: Estimate, ranked: Ranked) -> Estimate:
    """Rewrite an influence by class as one over all rows, so that classes can be mixed."""
    assert estimate.influence is not None
    in_class = np.where(ranked.outcome == 1, ranked.events, ranked.others)
    factor = ranked.mass / in_class
    values = (estimate.influence.part(slice(None)) - estimate.value) * factor
    return Estimate(estimate.value, Influence(values))


def _mean(sample: Classified, values: Floats) -> Estimate:
    return Estimate(float(np.average(values, weights=sample.weight)), Influence(values))
