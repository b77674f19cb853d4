"""The statistics against scikit-learn, scipy, brute force and their own laws."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.stats import ks_2samp
from sklearn import metrics as oracle

from governance.evaluation.losses import brier, log_loss
from governance.evaluation.spread import Estimate
from governance.evaluation.statistics import (
    Ranked,
    accuracy,
    auc,
    average_precision,
    f1,
    gini,
    ks,
    logit_interval,
    own_variance,
    paired_variance,
    rank,
    wald,
)
from tests.governance.evaluation.samples import cases, seen

EXACT = 1e-9
SHAPES = ("smooth", "ties", "few values", "constant", "inverted", "edges", "rare")
SETS = 29  # of each shape: 203 in all


def sample(shape: str, seed: int) -> tuple[NDArray[np.float64], NDArray[np.int8]]:
    risk, outcome = cases(seed, 60 + 37 * seed)
    score = seen(risk, seed + 100, 0.8)
    if shape == "rare":
        outcome = (outcome & (np.arange(risk.size) % 40 == 0)).astype(np.int8)
        outcome[np.argmax(risk)] = 1
    return {
        "ties": np.round(score, 1),
        "few values": np.round(score * 3) / 3,
        "constant": np.full(score.size, 0.3),
        "inverted": 1 - score,
        "edges": np.where(score < 0.2, 0.0, np.where(score > 0.8, 1.0, score)),
    }.get(shape, score), outcome


@pytest.mark.parametrize("shape", SHAPES)
def test_every_measure_agrees_with_its_oracle(shape: str) -> None:
    """On 203 samples with ties, rare events, constants and inversions, half of them weighted."""
    for seed in range(1, SETS + 1):
        score, outcome = sample(shape, seed)
        weight = np.random.default_rng(seed).uniform(0.2, 5, score.size) if seed % 2 else None
        ranked, by = rank(score, outcome, weight), {"sample_weight": weight}
        alarmed, found, _cutoffs = oracle.roc_curve(outcome, score, drop_intermediate=False, **by)
        area = oracle.roc_auc_score(outcome, score, **by)
        expected = {
            auc: area,
            gini: 2 * area - 1,
            average_precision: oracle.average_precision_score(outcome, score, **by),
            brier: oracle.brier_score_loss(outcome, score, **by),
            log_loss: oracle.log_loss(outcome, score, **by),
            ks: np.abs(found - alarmed).max(),
        }
        measured = {measure: measure(ranked).value for measure in expected}
        assert measured == pytest.approx(expected, abs=EXACT), (shape, seed)


def test_the_distance_of_the_classes_is_that_of_scipy() -> None:
    """The Kolmogorov-Smirnov statistic of events and other cases."""
    for shape in SHAPES:
        score, outcome = sample(shape, 7)
        theirs = ks_2samp(score[outcome == 1], score[outcome == 0], method="asymp").statistic
        assert ks(rank(score, outcome)).value == pytest.approx(theirs, abs=EXACT)


@pytest.mark.parametrize("cutoff", [0.1, 0.35, 0.9])
def test_accuracy_and_f1_agree_with_scikit_learn(cutoff: float) -> None:
    """At a cut-off the event is predicted from that score upwards."""
    score, outcome = sample("ties", 5)
    predicted = score >= cutoff
    ranked = rank(score, outcome)
    assert accuracy(ranked, cutoff).value == pytest.approx(
        oracle.accuracy_score(outcome, predicted)
    )
    assert f1(ranked, cutoff).value == pytest.approx(oracle.f1_score(outcome, predicted))


def by_pairs(score: NDArray[np.float64], outcome: NDArray[np.int8]) -> NDArray[np.float64]:
    """DeLong's matrix of pairs: 1 where the event scores higher, 1/2 where both score alike."""
    events, others = score[outcome == 1][:, None], score[outcome == 0][None, :]
    return (events > others) + 0.5 * (events == others)


@pytest.mark.parametrize("shape", ["smooth", "ties", "few values", "inverted"])
def test_delong_agrees_with_the_matrix_of_all_pairs(shape: str) -> None:
    """Variance of one AUC and of the paired difference of two, against the definition."""
    one, outcome = sample(shape, 4)
    other, _ = sample("ties", 4)
    matrices = [by_pairs(score, outcome) for score in (one, other)]
    rows = np.cov([matrix.mean(axis=1) for matrix in matrices]) / matrices[0].shape[0]
    columns = np.cov([matrix.mean(axis=0) for matrix in matrices]) / matrices[0].shape[1]
    expected = rows + columns

    left, right = (rank(score, outcome) for score in (one, other))
    assert own_variance(auc(left), left) == pytest.approx(expected[0, 0], abs=1e-12)
    assert paired_variance(auc(left), auc(right), left) == pytest.approx(
        np.array([1, -1]) @ expected @ np.array([1, -1]), abs=1e-12
    )


@pytest.mark.parametrize("measure", [average_precision, brier, log_loss, ks])
def test_closed_variances_agree_with_the_bootstrap(measure: object) -> None:
    """The spread from influences is about that of 400 resamples."""
    risk, outcome = cases(11, 900)
    score = seen(risk, 12, 0.6)
    ranked = rank(score, outcome)
    random = np.random.default_rng(13)
    picks = random.integers(0, score.size, (400, score.size))
    resampled = [measure(rank(score[pick], outcome[pick])).value for pick in picks]  # type: ignore[operator]
    closed = own_variance(measure(ranked), ranked)  # type: ignore[operator]
    assert closed == pytest.approx(np.var(resampled), rel=0.3)


def test_f1_has_the_spread_of_its_resamples() -> None:
    """A ratio of means is linearised, not taken as a mean."""
    risk, outcome = cases(21, 900)
    score = seen(risk, 22, 0.6)
    random = np.random.default_rng(23)
    picks = random.integers(0, score.size, (400, score.size))
    resampled = [f1(rank(score[pick], outcome[pick]), 0.4).value for pick in picks]
    ranked = rank(score, outcome)
    assert own_variance(f1(ranked, 0.4), ranked) == pytest.approx(np.var(resampled), rel=0.3)


def test_ks_names_the_highest_score_with_the_widest_gap() -> None:
    """Where two cut-offs are equally good, the one that alarms fewer cases is named."""
    ranked = rank(np.array([0.1, 0.2, 0.3, 0.4]), np.array([0, 1, 0, 1], dtype=np.int8))
    assert (ranked.ks_cutoff, ranked.tally.gap) == (0.4, 2)


grid = st.integers(0, 64).map(lambda step: step / 64)
rows = st.lists(st.tuples(grid, st.integers(0, 1)), min_size=4, max_size=80).filter(
    lambda pairs: len({outcome for _, outcome in pairs}) == 2
)


def ranked_of(pairs: list[tuple[float, int]]) -> Ranked:
    score, outcome = zip(*pairs, strict=True)
    return rank(np.array(score), np.array(outcome, dtype=np.int8))


def all_of(estimate: Estimate) -> NDArray[np.float64]:
    """The influence of every row."""
    assert estimate.influence is not None
    return estimate.influence.part(slice(None))


@given(rows)
def test_auc_of_turned_scores_is_the_rest(pairs: list[tuple[float, int]]) -> None:
    """AUC(s) + AUC(1 - s) = 1, and KS does not mind the direction."""
    turned = [(1 - score, outcome) for score, outcome in pairs]
    assert auc(ranked_of(pairs)).value + auc(ranked_of(turned)).value == pytest.approx(1)
    assert ks(ranked_of(pairs)).value == ks(ranked_of(turned)).value


@given(rows)
def test_ranks_are_all_that_counts(pairs: list[tuple[float, int]]) -> None:
    """A growing function of the score changes neither AUC nor KS nor average precision."""
    bent = [(score**2 / 2, outcome) for score, outcome in pairs]
    for measure in (auc, ks, average_precision):
        one, other = measure(ranked_of(pairs)), measure(ranked_of(bent))
        assert one.value == other.value
        assert np.array_equal(all_of(one), all_of(other))


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(pairs: list[tuple[float, int]], random: object) -> None:
    """Values are the same to the last bit, whatever the order of the file."""
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    for measure in (auc, ks, gini):
        assert measure(ranked_of(pairs)).value == measure(ranked_of(shuffled)).value


def test_negative_zero_is_zero() -> None:
    """The bits of -0.0 would sort last; as a score it is the lowest."""
    ranked = rank(np.array([-0.0, 0.0, 0.5]), np.array([0, 1, 1], dtype=np.int8))
    assert ranked.cells.low.tolist() == [0.0, 0.5]


@pytest.mark.parametrize("bad", [np.nan, -0.1, 1.5])
def test_scores_outside_the_range_are_refused(bad: float) -> None:
    """Ranking by bits is only right between 0 and 1."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        rank(np.array([0.2, bad]), np.array([0, 1], dtype=np.int8))


def test_one_outcome_alone_is_refused() -> None:
    """Nothing can be separated from nothing."""
    with pytest.raises(ValueError, match="both outcomes"):
        rank(np.array([0.2, 0.4]), np.array([1, 1], dtype=np.int8))


def test_interval_of_a_perfect_auc_is_not_invented() -> None:
    """A sample that the score separates completely says nothing of its error."""
    ranked = rank(np.array([0.1, 0.2, 0.8, 0.9]), np.array([0, 0, 1, 1], dtype=np.int8))
    perfect = auc(ranked)
    assert perfect.value == 1
    assert logit_interval(perfect.value, own_variance(perfect, ranked) or 0.0, 0.95) is None


def coverage(rounds: int, size: int) -> float:
    """How often the 95 % interval of an AUC difference holds the truth (zero: equal noise)."""
    held = 0
    for seed in range(rounds):
        risk, outcome = cases(1000 + seed, size)
        left, right = (rank(seen(risk, place * 50_000 + seed, 0.9), outcome) for place in (1, 2))
        ours, theirs = auc(left), auc(right)
        spread = paired_variance(ours, theirs, left)
        interval = wald(ours.value - theirs.value, spread, 0.95)
        assert interval is not None
        held += interval.low <= 0 <= interval.high
    return held / rounds


def test_delong_interval_covers_the_truth() -> None:
    """About 95 % of 500 intervals hold the true difference."""
    assert 0.92 <= coverage(500, 300) <= 0.98


@pytest.mark.soak
def test_delong_interval_covers_the_truth_at_length() -> None:
    """The same with 8,000 samples, at two sizes."""
    for size in (150, 1500):
        assert 0.94 <= coverage(8000, size) <= 0.96


def test_measures_without_influence_have_no_variance() -> None:
    """A value only stays a value only."""
    assert paired_variance(Estimate(0.1), Estimate(0.2), ranked_of([(0.1, 0), (0.2, 1)])) is None
