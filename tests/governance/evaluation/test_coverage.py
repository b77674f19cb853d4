"""Every interval holds the truth about as often as it says, and noise is not promoted.

Truths are those of a million cases of the same population. Each run draws a sample, takes every
measure of two models on it, and looks whether each interval, of a value and of a difference, holds
its truth. The short version looks at fewer runs within wider bounds.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from math import sqrt
from typing import Any

import numpy as np
import pytest

from governance.evaluation.class_comparison import MEASURES as OF_CLASSES
from governance.evaluation.comparison import compare
from governance.evaluation.contest import Contest, measure_row
from governance.evaluation.cutoffs import Costs
from governance.evaluation.measures import MEASURES as OF_EVENTS
from governance.evaluation.measures import Measure, cost_measure
from governance.evaluation.multiclass import Classified
from governance.evaluation.numeric_comparison import MEASURES as OF_NUMBERS
from governance.evaluation.regression import Predicted
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.statistics import rank
from tests.governance.evaluation.samples import cases, logistic

ROWS, MILLION, CUTOFF = 1200, 1_000_000, 0.35
COST = cost_measure(Costs(5.0, 1.0), lambda _ranked: CUTOFF)
KS = next(measure for measure in OF_EVENTS if measure.name == "ks")
Pair = tuple[Any, Any]


def events(seed: int, rows: int, *, weighted: bool = False) -> Pair:
    """Two models of the same cases, the second one blurred more."""
    risk, outcome = cases(seed, rows)
    random = np.random.default_rng(seed + 10**6)
    weight = random.uniform(0.5, 2, rows) if weighted else None
    return tuple(  # type: ignore[return-value]
        rank(logistic(0.9 * (risk + noise * random.normal(size=rows))), outcome, weight)
        for noise in (0.6, 0.9)
    )


def weighted_events(seed: int, rows: int) -> Pair:
    return events(seed, rows, weighted=True)


def figures(seed: int, rows: int) -> Pair:
    random = np.random.default_rng(seed)
    target = random.gamma(4, 50, rows)
    return tuple(  # type: ignore[return-value]
        Predicted(target + shift + spread * random.normal(size=rows), target)
        for shift, spread in ((3.0, 40.0), (-2.0, 45.0))
    )


def classes(seed: int, rows: int) -> Pair:
    random = np.random.default_rng(seed)
    truth = random.normal(size=(rows, 3)) + np.array([0.4, 0.0, -0.4])
    actual = np.argmax(truth + random.gumbel(size=truth.shape), axis=1)
    found = []
    for noise in (0.4, 0.7):
        odds = np.exp(truth + noise * random.normal(size=truth.shape))
        found.append(Classified(odds / odds.sum(axis=1, keepdims=True), actual, ("a", "b", "c")))
    return found[0], found[1]


KINDS: dict[str, tuple[Callable[[int, int], Pair], tuple[Measure[Any], ...]]] = {
    "events": (events, (*OF_EVENTS, COST)),
    "weighted events": (weighted_events, (*OF_EVENTS, COST)),
    "numbers": (figures, OF_NUMBERS),
    "classes": (classes, OF_CLASSES),
}


def line_of(pair: Pair, measure: Measure[Any]) -> dict[str, Any]:
    return measure_row(Contest(*pair, paired=True, margin=0.01, level=0.95), measure)


@cache
def truths(kind: str) -> dict[str, tuple[float, float]]:
    """Value and difference of every measure, of a million cases."""
    draw, measures = KINDS[kind]
    pair = draw(1, MILLION)
    lines = {measure.name: line_of(pair, measure) for measure in measures}
    return {
        name: (float(line["challenger"]), float(line["difference"])) for name, line in lines.items()
    }


def intervals(line: dict[str, Any]) -> Iterator[tuple[int, float, float]]:
    """Of the value (0) and of the difference (1), those that there are."""
    if line["challenger_interval"]:
        yield 0, *map(float, line["challenger_interval"])
    if line["low"] is not None:
        yield 1, float(line["low"]), float(line["high"])


def coverage(kind: str, runs: int) -> dict[tuple[str, int], float]:
    """How often each interval holds its truth."""
    draw, measures = KINDS[kind]
    held: Counter[tuple[str, int]] = Counter()
    for seed in range(runs):
        pair = draw(1000 + seed, ROWS)
        for measure in measures:
            for place, low, high in intervals(line_of(pair, measure)):
                truth = truths(kind)[measure.name][place]
                held[measure.name, place] += low <= truth <= high
    return {of: count / runs for of, count in held.items()}


def outside(kind: str, runs: int, least: float, most: float) -> dict[tuple[str, int], float]:
    found = coverage(kind, runs)
    assert len(found) >= 8
    return {of: share for of, share in found.items() if not least <= share <= most}


def test_the_widest_gap_is_not_as_wide_as_it_looks() -> None:
    """The interval of the KS holds the truth, around less than the value; in 150 runs."""
    held = sum(
        low <= truths("events")["ks"][0] <= high
        for low, high in (
            map(float, line_of(events(1000 + seed, ROWS), KS)["challenger_interval"])
            for seed in range(150)
        )
    )
    assert 0.9 <= held / 150 <= 0.99


@pytest.mark.soak
@pytest.mark.parametrize("kind", KINDS)
def test_every_interval_covers_the_truth(kind: str) -> None:
    """Between 93 and 97 of 100, in 2,000 runs; differences of two maxima are a little too wide."""
    found = outside(kind, 2000, 0.93, 0.97)
    assert found.pop(("ks", 1), 0.97) <= 0.98
    assert found == {}


def verdicts(runs: int, rows: int, margin: float) -> Counter[str]:
    """What is said of two models that are equally good, on other cases each time."""
    said: Counter[str] = Counter()
    for seed in range(runs):
        risk, outcome = cases(500_000 + seed, rows)
        random = np.random.default_rng(seed)
        sides = [logistic(risk + 0.9 * random.normal(size=rows)) for _model in range(2)]
        key = np.arange(rows).astype(np.uint64)
        segment = (np.arange(rows) % 3).astype(np.int32)
        ours, theirs = (ScoredData(one, outcome, segment, ("a", "b", "c"), key) for one in sides)
        said[compare(ours, theirs, margin=margin).verdict] += 1
    return said


@pytest.mark.soak
@pytest.mark.parametrize("rows", [300, 1500])
def test_noise_is_not_promoted(rows: int) -> None:
    """An equal challenger is called better in at most 2.5 of 100, and as many as chance adds."""
    runs = 2000
    better = verdicts(runs, rows, 0.01)["better"] / runs
    assert better <= 0.025 + 2.58 * sqrt(0.025 * 0.975 / runs)
