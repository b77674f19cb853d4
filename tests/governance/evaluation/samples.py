"""Scored samples that the tests of evaluation and reports share: made, seeded, small."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from governance.evaluation.scored_data import ScoredData

Floats = NDArray[np.float64]
Outcomes = NDArray[np.int8]
SEGMENTS = ("large", "middle", "thin file")


def logistic(values: Floats) -> Floats:
    return 1 / (1 + np.exp(-values))


def cases(seed: int, rows: int) -> tuple[Floats, Outcomes]:
    """Hidden risk of each case on the logit scale, and what happened."""
    random = np.random.default_rng(seed)
    risk = 1.3 * random.normal(size=rows) - 1.2
    return risk, (random.random(rows) < logistic(risk)).astype(np.int8)


def seen(risk: Floats, seed: int, noise: float) -> Floats:
    """What a model makes of the hidden risk: a probability, blurred by its noise."""
    return logistic(risk + noise * np.random.default_rng(seed).normal(size=risk.size))


def pair_of(
    rows: int = 1500, *, challenger_noise: float = 0.2, champion_noise: float = 1.4, seed: int = 7
) -> tuple[ScoredData, ScoredData]:
    """Challenger and champion on the same cases, with segments and keys; the first is better."""
    risk, outcome = cases(seed, rows)
    segment = np.where(np.arange(rows) < 24, 2, np.arange(rows) % 2).astype(np.int32)
    key = np.arange(rows).astype(np.uint64)
    challenger, champion = (
        ScoredData(seen(risk, seed + place, noise), outcome, segment, SEGMENTS, key)
        for place, noise in ((1, challenger_noise), (2, champion_noise))
    )
    return challenger, champion


def write_csv(path: Path, header: str, rows: list[str]) -> Path:
    """A CSV file with these lines."""
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path
