"""Figures that stand printed in the literature, computed again from the data beside them."""

from math import sqrt

import numpy as np
import pytest

from governance.evaluation.regression import Predicted, r_squared, root_mean_squared_error
from governance.evaluation.statistics import auc, own_variance, rank, wald


def test_the_radiologists_ratings_of_hanley_and_mcneil() -> None:
    """Five ratings of 109 images, 58 normal and 51 abnormal: area, DeLong's error and interval.

    Data: Hanley and McNeil (1982), Radiology 143, 29-36, table I, which gives the area as 0.893.
    Error 0.0307 and interval 0.83295 to 0.95339: Stata Base Reference Manual, roctab, example 1.
    """
    normal, abnormal = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
    ratings = np.repeat(np.tile(np.arange(1, 6), 2), (*normal, *abnormal)) / 5
    outcome = np.repeat([0, 1], (58, 51)).astype(np.int8)
    ranked = rank(ratings, outcome)
    area = auc(ranked)
    variance = own_variance(area, ranked)
    assert variance is not None
    interval = wald(area.value, variance, 0.95)
    assert interval is not None
    assert round(area.value, 4) == 0.8932
    assert round(sqrt(variance), 4) == 0.0307
    assert (round(interval.low, 5), round(interval.high, 5)) == (0.83295, 0.95339)


def test_the_quartet_of_anscombe() -> None:
    """Its first set and the line that is printed for it, y = 3 + 0.5 x: R squared is 0.67.

    Data and figures: Anscombe (1973), The American Statistician 27, 17-21: the regression sum of
    squares is 27.50, the residual one 13.75.
    """
    x = np.array([10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5], dtype=np.float64)
    y = np.array([8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68])
    sample = Predicted(3 + 0.5 * x, y)
    explained = r_squared(sample)
    assert explained is not None
    assert explained.value == pytest.approx(0.667, abs=5e-4)
    assert 11 * root_mean_squared_error(sample).value ** 2 == pytest.approx(13.75, abs=0.05)
