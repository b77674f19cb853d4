"""The measures of a comparison, in the order of the report: one line each.

Every measure has its own margin, derived from the one that the policy gives for the AUC, so that
"not worse" means about the same loss on each scale: Brier score and log loss are measured
against the loss of always predicting the event rate.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from governance.evaluation.calibration import expected_calibration_error, recalibration
from governance.evaluation.spread import Estimate
from governance.evaluation.statistics import (
    Ranked,
    auc,
    average_precision,
    brier,
    gini,
    ks,
    log_loss,
)

SLOPE_MARGIN = 0.05


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: how to take it, which direction is good, and what loss is still accepted.

    `higher_is_better` is None where a value is ideal and both directions away from it are bad.
    `share` marks values between 0 and 1 whose interval is built on the logit scale.
    """

    name: str
    take: Callable[[Ranked], Estimate | None]
    margin: Callable[[float, float], float]
    higher_is_better: bool | None = True
    ideal: float | None = None
    share: bool = False

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


def _same(margin: float, _rate: float) -> float:
    return margin


def _twice(margin: float, _rate: float) -> float:
    return 2 * margin


def _of_variance(margin: float, rate: float) -> float:
    return margin * rate * (1 - rate)


def _of_entropy(margin: float, rate: float) -> float:
    return -margin * (rate * math.log(rate) + (1 - rate) * math.log(1 - rate))


def _of_slope(_margin: float, _rate: float) -> float:
    return SLOPE_MARGIN


PRIMARY = "auc"
MEASURES = (
    Measure("auc", auc, _same, share=True),
    Measure("gini", gini, _twice),
    Measure("ks", ks, _twice, share=True),
    Measure("average_precision", average_precision, _same, share=True),
    Measure("brier", brier, _of_variance, higher_is_better=False),
    Measure("log_loss", log_loss, _of_entropy, higher_is_better=False),
    Measure("calibration_slope", _slope, _of_slope, higher_is_better=None, ideal=1.0),
    Measure("calibration_intercept", _intercept, _of_slope, higher_is_better=None, ideal=0.0),
    Measure("calibration_error", expected_calibration_error, _same, higher_is_better=False),
)
