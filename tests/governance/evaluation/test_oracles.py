"""What we compute about shares, tests and gaps is what statsmodels and fairlearn compute."""

import numpy as np
import pytest
from fairlearn.metrics import demographic_parity_difference, equalized_odds_difference
from statsmodels.stats.contingency_tables import mcnemar as their_mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint

from governance.evaluation.cutoffs import mcnemar
from governance.evaluation.fairness import Share, difference_interval, gap, treated
from governance.evaluation.several import holm

COUNTS = [(0, 30), (1, 40), (17, 60), (55, 60), (60, 60), (412, 9000)]
CUTOFF = 0.4


@pytest.mark.parametrize(("chosen", "total"), COUNTS)
def test_wilsons_interval_is_that_of_statsmodels(chosen: int, total: int) -> None:
    """At the ends of the scale too."""
    ours = Share(chosen, total).interval(0.95)
    theirs = proportion_confint(chosen, total, alpha=0.05, method="wilson")
    assert ours
    assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize("one", COUNTS)
@pytest.mark.parametrize("other", COUNTS)
def test_newcombes_interval_is_that_of_statsmodels(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    """Every pair of shares."""
    ours = difference_interval(Share(*one), Share(*other), 0.95)
    theirs = confint_proportions_2indep(*one, *other, method="newcomb", compare="diff")
    assert (ours.low, ours.high) == pytest.approx(theirs, abs=1e-9)


@pytest.mark.parametrize(("one", "other"), [(0, 0), (0, 7), (5, 5), (12, 31), (400, 460)])
def test_mcnemars_p_value_is_that_of_statsmodels(one: int, other: int) -> None:
    """Exact, from the two uneven counts."""
    theirs = their_mcnemar([[9, one], [other, 9]], exact=True).pvalue
    assert mcnemar(one, other) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_holms_adjustment_is_that_of_statsmodels(seed: int) -> None:
    """Of p values with ties among them."""
    random = np.random.default_rng(seed)
    p_values = np.round(random.random(12) ** 3, 2).tolist()
    assert holm(p_values) == pytest.approx(multipletests(p_values, method="holm")[1], abs=1e-9)


@pytest.mark.parametrize("seed", range(10))
def test_gaps_of_fairness_are_those_of_fairlearn(seed: int) -> None:
    """Demographic parity and equalised odds; its selected cases are those above the cut-off."""
    random = np.random.default_rng(seed)
    group = random.integers(0, 3, 900)
    score = np.clip(random.beta(2, 4, 900) + 0.1 * group, 0, 1)
    outcome = (random.random(900) < score).astype(np.int8)
    groups = {
        str(name): treated(score[group == name], outcome[group == name], CUTOFF)
        for name in range(3)
    }
    pairs = {
        "demographic_parity": demographic_parity_difference,
        "equalised_odds": equalized_odds_difference,
    }
    for criterion, theirs in pairs.items():
        found = gap(groups, criterion)
        assert found
        expected = theirs(outcome, score >= CUTOFF, sensitive_features=group)
        assert found.difference == pytest.approx(expected, abs=1e-9)
