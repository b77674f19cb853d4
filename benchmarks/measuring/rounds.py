"""Rivals timed side by side: one call each in turn, so that a busy moment hits all alike."""

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

Rival = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Timing:
    """Milliseconds of one rival over all rounds."""

    median: float
    low: float  # the first and the last decile
    high: float
    processor: float  # median of the processor time of this process, all threads together

    def as_json(self) -> dict[str, float]:
        """For the printed line."""
        return {
            "median_ms": round(self.median, 3),
            "p10_ms": round(self.low, 3),
            "p90_ms": round(self.high, 3),
            "processor_ms": round(self.processor, 3),
        }


def interleaved(rivals: Mapping[str, Rival], *, rounds: int, warm: int = 5) -> dict[str, Timing]:
    """Calls every rival once a round; the first `warm` rounds do not count."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in rivals}
    gc.collect()
    gc.disable()
    try:
        for number in range(warm + rounds):
            for name, rival in rivals.items():
                start = time.perf_counter(), time.process_time()
                rival()
                if number >= warm:
                    wall, processor = time.perf_counter() - start[0], time.process_time() - start[1]
                    taken[name].append((wall * 1000, processor * 1000))
    finally:
        gc.enable()
    return {name: _timing(times) for name, times in taken.items()}


def median(values: Iterable[float]) -> float:
    """The middle of them."""
    return statistics.median(values)


def last_percent(values: Sequence[float]) -> float:
    """What 99 of 100 do not exceed."""
    return statistics.quantiles(values, n=100)[-1]


def _timing(times: list[tuple[float, float]]) -> Timing:
    walls, processors = zip(*times, strict=True)
    deciles = statistics.quantiles(walls, n=10) if len(walls) > 1 else walls
    return Timing(statistics.median(walls), deciles[0], deciles[-1], statistics.median(processors))
