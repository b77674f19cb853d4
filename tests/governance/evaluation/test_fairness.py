"""Rates of groups and their distances, against plain counts, scipy and simulation."""

import numpy as np
import pytest
from scipy.stats import binomtest

from governance.evaluation.fairness import (
    PARTS,
    Share,
    Treated,
    difference_interval,
    gap,
    ratio_interval,
    ratios,
    treated,
)
from tests.governance.evaluation.samples import cases, seen

CUTOFF = 0.3


def groups(seed: int = 5) -> dict[str, Treated]:
    risk, outcome = cases(seed, 900)
    score, place = seen(risk, seed + 1, 0.5), np.arange(900) % 3
    score = np.where(place == 2, np.minimum(score + 0.08, 1), score)
    parts = {name: place == number for number, name in enumerate(("a", "b", "c"))}
    return {name: treated(score[rows], outcome[rows], CUTOFF) for name, rows in parts.items()}


def test_rates_are_plain_shares() -> None:
    """Approved is below the cut-off; good is that the event did not happen."""
    score = np.array([0.1, 0.2, 0.6, 0.7])
    outcome = np.array([0, 1, 0, 1], dtype=np.int8)
    group = treated(score, outcome, CUTOFF)
    assert group.approved.rate == 0.5
    assert group.good_approved.rate == 0.5
    assert group.events_approved.rate == 0.5
    assert group.approved_good.rate == 0.5


@pytest.mark.parametrize("criterion", PARTS)
def test_a_gap_names_both_ends_and_holds_its_difference(criterion: str) -> None:
    """The group that was scored higher is approved least."""
    found = gap(groups(), criterion)
    assert found is not None
    assert found.interval.low <= found.difference <= found.interval.high
    if criterion != "predictive_parity":
        assert found.lowest == "c"


def test_small_groups_are_not_compared() -> None:
    """Ten cases neither set the reference nor count in a distance."""
    parts = groups()
    small = treated(np.full(10, 0.9), np.zeros(10, dtype=np.int8), CUTOFF)
    assert gap({**parts, "d": small}, "demographic_parity") == gap(parts, "demographic_parity")
    assert gap({"d": small}, "demographic_parity") is None


def test_the_highest_group_has_no_ratio_to_itself() -> None:
    """All others have an interval below or around one."""
    intervals = ratios(groups())
    parts = groups()
    highest = max(parts, key=lambda name: parts[name].approved.rate or 0)
    assert [name for name, interval in intervals.items() if interval is None] == [highest]
    assert intervals["c"] is not None
    assert intervals["c"].high < 1


def test_a_share_has_wilsons_interval() -> None:
    """As scipy has it, at the edges too."""
    for chosen, total in ((0, 30), (7, 30), (30, 30)):
        ours = Share(chosen, total).interval(0.95)
        theirs = binomtest(chosen, total).proportion_ci(0.95, method="wilson")
        assert ours is not None
        assert (ours.low, ours.high) == pytest.approx((theirs.low, theirs.high), abs=1e-12)
    assert Share(0, 0).interval(0.95) is None


def test_newcombes_worked_example() -> None:
    """56/70 against 48/80: 0.0524 to 0.3339 (Newcombe 1998, table II, method 10)."""
    interval = difference_interval(Share(56, 70), Share(48, 80), 0.95)
    assert (interval.low, interval.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


def test_intervals_cover_the_truth() -> None:
    """About 95 % of 1,000 samples, for the difference and for the ratio."""
    random, held = np.random.default_rng(9), [0, 0]
    for _ in range(1000):
        one = Share(float(random.binomial(120, 0.7)), 120)
        other = Share(float(random.binomial(150, 0.55)), 150)
        difference = difference_interval(one, other, 0.95)
        ratio = ratio_interval(one, other, 0.95)
        assert ratio is not None
        held[0] += difference.low <= 0.15 <= difference.high
        held[1] += ratio.low <= 0.7 / 0.55 <= ratio.high
    assert all(0.93 <= count / 1000 <= 0.97 for count in held)


def test_nobody_approved_has_no_ratio() -> None:
    """Zero over something is not a rate to divide by."""
    assert ratio_interval(Share(0, 40), Share(20, 40), 0.95) is None
