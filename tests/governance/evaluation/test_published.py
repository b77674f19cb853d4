"""Figures that stand printed in the literature, computed again from the data beside them."""

from math import sqrt

import numpy as np
import pytest
import statsmodels.api as sm
from scipy.stats import chi2

from governance.evaluation.calibration import stability_index, tenths
from governance.evaluation.contest import Contest, measure_row
from governance.evaluation.measures import MEASURES
from governance.evaluation.ordering import Floats, sorted_values
from governance.evaluation.regression import Predicted, r_squared, root_mean_squared_error
from governance.evaluation.statistics import (
    Ranked,
    accuracy,
    auc,
    confusion,
    f1,
    gini,
    ks,
    own_variance,
    paired_variance,
    rank,
    wald,
)
from tests.governance.evaluation.published import compositions, hemorrhages, obstructions


def ranked(values: Floats, outcome: Floats) -> Ranked:
    """Any measurement, brought between 0 and 1: the ranks are the same."""
    return rank(values / values.max(), outcome.astype(np.int8))


def z_values(one: Ranked, other: Ranked) -> tuple[float, float]:
    """DeLong's statistic of two areas, for the same cases and for other ones."""
    ours, theirs = auc(one), auc(other)
    apart = (own_variance(ours, one) or 0.0) + (own_variance(theirs, other) or 0.0)
    together = paired_variance(ours, theirs, one)
    assert together
    difference = ours.value - theirs.value
    return difference / sqrt(together), difference / sqrt(apart)


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


def test_the_hemorrhages_of_the_package_proc() -> None:
    """Three markers of 113 patients: areas, intervals and DeLong's test, paired and unpaired.

    Figures: Robin et al. (2011), BMC Bioinformatics 12, 77, and the tests of the package pROC
    (ci.auc, roc.test), which give them to fifteen digits.
    """
    poor, wfns, s100b, ndka = hemorrhages().T
    of = {
        name: ranked(marker, poor) for name, marker in zip("wsn", (wfns, s100b, ndka), strict=True)
    }
    assert auc(of["w"]).value == pytest.approx(0.823678861788618, abs=1e-14)
    assert auc(of["s"]).value == pytest.approx(0.731368563685637, abs=1e-14)
    interval = wald(auc(of["n"]).value, own_variance(auc(of["n"]), of["n"]), 0.95)
    assert interval is not None
    assert (interval.low, interval.high) == pytest.approx((0.501244999271703, 0.722670989888189))
    assert z_values(of["w"], of["s"]) == pytest.approx((2.20898359144091, 1.43490640926908))
    assert z_values(of["w"], of["n"]) == pytest.approx((2.79777591868904, 3.10125096778969))
    assert z_values(of["n"], of["s"]) == pytest.approx((-1.39077002573558, -1.55995743389685))
    line = measure_row(Contest(of["w"], of["s"], True, 0.01, 0.95), MEASURES[0])
    assert float(line["p_value"]) == pytest.approx(0.0271757822291882)
    assert float(line["low"]) == pytest.approx(0.0104061769564846)
    assert float(line["high"]) == pytest.approx(0.174214419249478)


def test_the_obstructions_of_delong() -> None:
    """Three tests of 43 patients: areas with their errors, and both contrasts with the K-G score.

    Figures: SAS/STAT User's Guide, The LOGISTIC Procedure, Comparing Receiver Operating
    Characteristic Curves: areas 0.7366, 0.6478 and 0.7258, errors 0.0927, 0.1000 and 0.1028.
    """
    albumin, protein, score, helped = obstructions().T
    of = [ranked(values, helped) for values in (albumin, protein, 10 - score)]
    areas = [auc(one) for one in of]
    errors = [sqrt(own_variance(area, one) or 0) for area, one in zip(areas, of, strict=True)]
    assert [round(area.value, 4) for area in areas] == [0.7366, 0.6478, 0.7258]
    assert [round(error, 4) for error in errors] == [0.0927, 0.1, 0.1028]
    for one, difference, error, chi in ((0, 0.0108, 0.0953, 0.0127), (1, -0.078, 0.1046, 0.5554)):
        spread = paired_variance(areas[one], areas[2], of[one])
        assert spread
        found = areas[one].value - areas[2].value
        assert (round(found, 4), round(sqrt(spread), 4)) == (difference, error)
        assert round(found**2 / spread, 4) == chi


def test_the_table_of_hosmer_and_lemeshow_of_the_package_blorr() -> None:
    """Ten groups of 200 pupils by their fitted probability: cases, events observed and expected.

    Model: honours in composition by girl, reading and science. Figures: the package's own table of
    the Hosmer-Lemeshow test (tests/testthat/test-hosmer-lemeshow.R), the statistic from its groups
    by the formula of Hosmer and Lemeshow (1980), Communications in Statistics A9, 1043-1069.
    """
    *inputs, honours = compositions().T
    design = sm.add_constant(np.column_stack(inputs))
    fitted = sm.Logit(honours, design).fit(disp=False)
    assert np.round(fitted.params, 4).tolist() == [-12.7772, 1.4825, 0.1035, 0.0948]
    groups = tenths(rank(fitted.predict(design), honours.astype(np.int8)))
    rows, events = groups.rows[::-1], groups.events[::-1]
    expected = (groups.predicted * groups.rows)[::-1]
    assert rows.tolist() == [20, 20, 20, 20, 21, 19, 20, 20, 20, 20]
    assert events.tolist() == [0, 0, 2, 1, 3, 3, 7, 10, 13, 14]
    printed = [0.16, 0.53, 0.99, 1.64, 2.72, 4.05, 6.50, 8.90, 11.49, 16.02]
    assert np.round(expected, 2).tolist() == printed
    statistic = float(((events - expected) ** 2 / (expected * (1 - expected / rows))).sum())
    by_hand = np.array(printed)
    other = ((events - by_hand) ** 2 / (by_hand * (1 - by_hand / rows))).sum()
    assert statistic == pytest.approx(other, rel=5e-3)
    assert chi2.sf(statistic, 8) == pytest.approx(0.81, abs=0.005)


def test_the_stability_index_of_the_package_kascore() -> None:
    """Four ranges of a score, 1,000 cases at development and 200 at monitoring: 0.3404592.

    Example of `psi` in the documentation of the R package KAscore, after Siddiqi (2017),
    Intelligent Credit Scoring, 2nd edition, 369. The counts are those of its `set.seed(123)`.
    """
    ranges = np.array([0.1, 0.2, 0.3, 0.4])
    development = sorted_values(np.repeat(ranges, (248, 247, 260, 245)))
    monitoring = sorted_values(np.repeat(ranges, (13, 43, 63, 81)))
    assert round(stability_index(development, monitoring), 7) == 0.3404592


# True negatives, false negatives, false positives and true positives at the cut-off 0.5, and what
# dmcas_roc.json says of them: _C_, _GINI_, _KS2_, _ACC_, _F1_, _Sensitivity_, _Specificity_.
DMCAS = {
    "titanic, decision tree": (
        (25, 4, 6, 3),
        (
            0.61751152073732,
            0.23502304147465,
            0.23502304147465,
            0.73684210526315,
            0.375,
            0.42857142857142,
            0.80645161290322,
        ),
    ),
    "hmeq, decision tree": (
        (1427, 14, 272, 75),
        (
            0.84130122808525,
            0.68260245617051,
            0.68260245617051,
            0.8400447427293,
            0.3440366972477,
            0.84269662921348,
            0.83990582695703,
        ),
    ),
    "hmeq, random forest": (
        (1440, 1, 246, 101),
        (
            0.92214430256088,
            0.84428860512176,
            0.84428860512176,
            0.86185682326621,
            0.44988864142538,
            0.99019607843137,
            0.85409252669039,
        ),
    ),
    "hmeq, gradient boosting": (
        (1436, 5, 203, 144),
        (
            0.92129347162904,
            0.84258694325808,
            0.84258694325808,
            0.88366890380313,
            0.58064516129032,
            0.96644295302013,
            0.87614399023795,
        ),
    ),
}


@pytest.mark.parametrize("package", DMCAS)
def test_the_figures_of_sas_packages(package: str) -> None:
    """What SAS wrote into a package about its test data, from the same cases, to twelve digits.

    Files: examples/data of SAS's sasctl for Python (Apache-2.0), dmcas_roc.json of each model.
    """
    counts, figures = DMCAS[package]
    cleared, missed, alarms, hits = counts
    score = np.repeat([0.0, 1.0, 0.0, 1.0], (cleared, alarms, missed, hits))
    outcome = np.repeat([0, 1], (cleared + alarms, missed + hits)).astype(np.int8)
    ranked = rank(score, outcome)
    found = (
        auc(ranked).value,
        gini(ranked).value,
        ks(ranked).value,
        accuracy(ranked, 0.5).value,
        f1(ranked, 0.5).value,
        hits / (hits + missed),
        cleared / (cleared + alarms),
    )
    assert confusion(ranked, np.array([0.5]))[:, 0].tolist() == list(counts)
    assert found == pytest.approx(figures, abs=1e-12)
