"""What a model card says about scores, in numbers. Needs numpy only.

These are the developer's own numbers. Foureyes computes its own from the scored file, with
intervals; where the two differ, somebody should ask why.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

GROUPS = ("under 26", "26-40", "over 40")
# Statlog's cost matrix, in units of one good applicant refused.
COST_OF_DEFAULT = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """One age group: how many, how many defaulted, ranked how well, refused how often."""

    name: str
    rows: int
    default_rate: float
    auc: float
    refused: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The numbers of one scored file at one cutoff."""

    rows: int
    auc: float
    ks: float
    brier: float
    mean_score: float
    default_rate: float
    refused: float
    defaults_caught: float
    cost: float
    segments: tuple[Segment, ...]


def auc(scores: NDArray[np.float64], outcomes: NDArray[np.int64]) -> float:
    """Probability that a default scores above a non-default; ties count one half."""
    bad, good = scores[outcomes == 1], np.sort(scores[outcomes == 0])
    below = np.searchsorted(good, bad, side="left")
    up_to = np.searchsorted(good, bad, side="right")
    return float((below + up_to).mean() / 2 / good.size)


def ks(scores: NDArray[np.float64], outcomes: NDArray[np.int64]) -> float:
    """Largest distance between the two groups' cumulative distributions of the score."""
    points = np.unique(scores)
    shares = [
        np.searchsorted(np.sort(scores[outcomes == group]), points, side="right")
        / np.count_nonzero(outcomes == group)
        for group in (0, 1)
    ]
    return float(np.abs(shares[0] - shares[1]).max())


def _segment(
    name: str, scores: NDArray[np.float64], outcomes: NDArray[np.int64], cutoff: float
) -> Segment:
    return Segment(
        name=name,
        rows=scores.size,
        default_rate=float(outcomes.mean()),
        auc=auc(scores, outcomes),
        refused=float((scores >= cutoff).mean()),
    )


def measure(
    scores: NDArray[np.float64],
    outcomes: NDArray[np.int64],
    groups: NDArray[np.str_],
    *,
    cutoff: float,
) -> Measured:
    """All numbers of a scored file; an applicant is refused from `cutoff` on."""
    refused = scores >= cutoff
    missed = outcomes[~refused].sum()
    return Measured(
        rows=scores.size,
        auc=auc(scores, outcomes),
        ks=ks(scores, outcomes),
        brier=float(np.mean((scores - outcomes) ** 2)),
        mean_score=float(scores.mean()),
        default_rate=float(outcomes.mean()),
        refused=float(refused.mean()),
        defaults_caught=float(refused[outcomes == 1].mean()),
        cost=float((COST_OF_DEFAULT * missed + (refused & (outcomes == 0)).sum()) / scores.size),
        segments=tuple(
            _segment(name, scores[groups == name], outcomes[groups == name], cutoff)
            for name in GROUPS
        ),
    )
