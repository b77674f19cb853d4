"""How far numeric predictions lie from what happened: estimates that know their own spread. Pure.

SAS calls the average squared error `_ASE_` and its root `_RASE_`; R squared is that of the
predictions themselves, without a refit, and can be negative.

Sources: Hampel (1974), JASA 69, 383-393 (influence of ratios and roots by the delta method);
Willmott and Matsuura (2005), Climate Research 30, 79-82 (MAE beside RMSE).
"""

import math
from dataclasses import dataclass

import numpy as np

from governance.evaluation.ordering import Floats
from governance.evaluation.spread import Estimate, Influence, variance_of_rows

BINS = 20  # of the plots of prediction and residual


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """Numeric predictions beside what happened; all arrays are (rows,), in the target's unit.

    `weight` is positive, or None where each row counts as one.
    """

    prediction: Floats
    target: Floats
    weight: Floats | None = None

    @property
    def rows(self) -> int:
        """Give the number of rows."""
        return int(self.target.size)

    @property
    def rarer(self) -> int:
        """Give the number of rows: no outcome is rare where outcomes are numbers."""
        return self.rows

    @property
    def target_variance(self) -> float:
        """Give the variance of the target, in squared units."""
        around = self.target - np.average(self.target, weights=self.weight)
        return float(np.average(around**2, weights=self.weight))

    def own_variance(self, estimate: Estimate) -> float | None:
        """Give the variance of one estimate, or None where it is not known."""
        return variance_of_rows(estimate, self.rows, self.weight)

    def paired_variance(self, one: Estimate, other: Estimate) -> float | None:
        """Give the variance of one - other on the same rows, or None where it is not known."""
        return variance_of_rows(one, self.rows, self.weight, other)

    @property
    def residual(self) -> Floats:
        """Give (rows,) prediction - target."""
        residual: Floats = self.prediction - self.target
        return residual


def average_squared_error(sample: Predicted) -> Estimate:
    """Mean squared distance of prediction and target, in squared units."""
    return _mean(sample, sample.residual**2)


def root_mean_squared_error(sample: Predicted) -> Estimate:
    """Square root of the average squared error, in the target's unit."""
    squared = average_squared_error(sample)
    value = math.sqrt(squared.value)
    assert squared.influence is not None
    return Estimate(value, squared.influence.times(1 / (2 * value)) if value else None)


def mean_absolute_error(sample: Predicted) -> Estimate:
    """Mean distance of prediction and target, in the target's unit."""
    return _mean(sample, np.abs(sample.residual))


def bias(sample: Predicted) -> Estimate:
    """Mean of prediction - target, in the target's unit; 0 is ideal."""
    return _mean(sample, sample.residual)


def r_squared(sample: Predicted) -> Estimate | None:
    """Share of the target's variance that the predictions account for; None for one target."""
    around = (sample.target - np.average(sample.target, weights=sample.weight)) ** 2
    spread = float(np.average(around, weights=sample.weight))
    if spread == 0:
        return None
    losses = sample.residual**2
    unexplained = float(np.average(losses, weights=sample.weight)) / spread
    influence = Influence((unexplained * around - losses) / spread)
    return Estimate(1 - unexplained, influence)


@dataclass(frozen=True, slots=True, eq=False)
class Bins:
    """Rows in bins of ascending prediction, about equally many in each; arrays are (bins,).

    Attributes:
        rows: Number of rows.
        predicted, observed: Weighted means of prediction and target.
        low, high: Lower and upper quartile of the residual.
    """

    rows: Floats
    predicted: Floats
    observed: Floats
    low: Floats
    high: Floats


def bins_of(sample: Predicted) -> Bins:
    """Cut the rows by their prediction, for the plots of prediction and residual."""
    order = np.argsort(sample.prediction, kind="stable")
    weight = np.ones(sample.rows) if sample.weight is None else sample.weight
    parts = [part for part in np.array_split(order, min(BINS, sample.rows)) if part.size]
    quartiles = [np.quantile(sample.residual[part], (0.25, 0.75)) for part in parts]
    low, high = np.transpose(quartiles)
    return Bins(
        rows=np.array([float(part.size) for part in parts]),
        predicted=np.array([np.average(sample.prediction[p], weights=weight[p]) for p in parts]),
        observed=np.array([np.average(sample.target[p], weights=weight[p]) for p in parts]),
        low=low,
        high=high,
    )


def _mean(sample: Predicted, values: Floats) -> Estimate:
    return Estimate(float(np.average(values, weights=sample.weight)), Influence(values))
