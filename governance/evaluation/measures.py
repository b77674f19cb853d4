"""The measures of a comparison, in the order of the report: one line each.

Every measure has its own margin, derived from the one that the policy gives for the AUC, so that
"not worse" means about the same loss on each scale: Brier score and log loss are measured
against the loss of always predicting the event rate.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from governance.evaluation.calibration import expected_calibration_error, recalibration
from governance.evaluation.cutoffs import Costs, expected_cost
from governance.evaluation.losses import brier, log_loss
from governance.evaluation.spread import Estimate, Sample
from governance.evaluation.statistics import (
    Ranked,
    auc,
    average_precision,
    gini,
    ks,
)

SLOPE_MARGIN = 0.05
S = TypeVar("S", bound=Sample)


def _rarer(sample: Sample) -> int:
    return sample.rarer


@dataclass(frozen=True, slots=True)
class Measure(Generic[S]):
    """A measure: how to take it, which direction is good, and what loss is still accepted.

    `margin` turns the policy's margin into that of this measure on a sample. `higher_is_better`
    is None where a value is ideal and both directions away from it are bad. `share` marks values
    between 0 and 1 whose interval is built on the logit scale. `cases` counts what a verdict
    needs enough of.
    """

    name: str
    take: Callable[[S], Estimate | None]
    margin: Callable[[float, S], float]
    higher_is_better: bool | None = True
    ideal: float | None = None
    share: bool = False
    cases: Callable[[S], int] = _rarer

    def sign(self, estimate: Estimate) -> float:
        """Give the sign that makes more better."""
        if self.ideal is not None:
            return math.copysign(1.0, self.ideal - estimate.value)
        return 1.0 if self.higher_is_better else -1.0

    def turned(self, estimate: Estimate) -> Estimate:
        """Turn an estimate so that more is better."""
        value = estimate.value - (self.ideal or 0.0)
        return replace(estimate, value=value).times(self.sign(estimate))


def _slope(ranked: Ranked) -> Estimate | None:
    fitted = recalibration(ranked)
    return None if fitted is None else fitted[1]


def _intercept(ranked: Ranked) -> Estimate | None:
    fitted = recalibration(ranked)
    return None if fitted is None else fitted[0]


def _rate(ranked: Ranked) -> float:
    return ranked.events / ranked.mass


def same(margin: float, _sample: Any) -> float:  # noqa: ANN401 - whatever was measured
    """Give the policy's margin as it is: for shares and areas."""
    return margin


def _twice(margin: float, _ranked: Ranked) -> float:
    return 2 * margin


def _of_variance(margin: float, ranked: Ranked) -> float:
    rate = _rate(ranked)
    return margin * rate * (1 - rate)


def _of_entropy(margin: float, ranked: Ranked) -> float:
    rate = _rate(ranked)
    return -margin * (rate * math.log(rate) + (1 - rate) * math.log(1 - rate))


def _of_slope(_margin: float, _ranked: Ranked) -> float:
    return SLOPE_MARGIN


def cost_measure(costs: Costs, cutoff_of: Callable[[Ranked], float]) -> Measure[Ranked]:
    """Give the mean cost of a case at each model's cut-off.

    Its margin is measured against what deciding about everybody alike, the cheaper way, costs more
    than knowing what will happen.
    """

    def margin(given: float, ranked: Ranked) -> float:
        rate = _rate(ranked)
        missed = (costs.false_negative - costs.true_positive) * rate
        alarmed = (costs.false_positive - costs.true_negative) * (1 - rate)
        return given * min(missed, alarmed)

    return Measure(
        "expected_cost",
        lambda ranked: expected_cost(ranked, cutoff_of(ranked), costs),
        margin,
        higher_is_better=False,
    )


PRIMARY = "auc"
DECIDING = ("auc", "brier")  # the probabilities themselves are used: for prices and cut-offs
MEASURES: tuple[Measure[Ranked], ...] = (
    Measure("auc", auc, same, share=True),
    Measure("gini", gini, _twice),
    Measure("ks", ks, _twice, share=True),
    Measure("average_precision", average_precision, same, share=True),
    Measure("brier", brier, _of_variance, higher_is_better=False),
    Measure("log_loss", log_loss, _of_entropy, higher_is_better=False),
    Measure("calibration_slope", _slope, _of_slope, higher_is_better=None, ideal=1.0),
    Measure("calibration_intercept", _intercept, _of_slope, higher_is_better=None, ideal=0.0),
    Measure("calibration_error", expected_calibration_error, same, higher_is_better=False),
)
