"""Rivals timed side by side: one call each in turn, so that a busy moment hits all alike."""

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

Rival = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one rival over all rounds."""

    median: float
    low: float  # the first and the last decile
    high: float

    def as_json(self) -> dict[str, float]:
        """For the printed line."""
        return {
            "median_ms": round(self.median, 3),
            "p10_ms": round(self.low, 3),
            "p90_ms": round(self.high, 3),
        }


def interleaved(rivals: Mapping[str, Rival], *, rounds: int, warm: int = 5) -> dict[str, Timing]:
    """Calls every rival once a round; the first `warm` rounds do not count."""
    taken: dict[str, list[float]] = {name: [] for name in rivals}
    gc.collect()
    gc.disable()
    try:
        for number in range(warm + rounds):
            for name, rival in rivals.items():
                start = time.perf_counter()
                rival()
                if number >= warm:
                    taken[name].append((time.perf_counter() - start) * 1000)
    finally:
        gc.enable()
    return {name: _timing(times) for name, times in taken.items()}


def _timing(times: list[float]) -> Timing:
    deciles = statistics.quantiles(times, n=10)
    return Timing(statistics.median(times), deciles[0], deciles[-1])
