"""The middle and the tail of some durations. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Self

TAIL = 0.9


@dataclass(frozen=True, slots=True)
class Durations:
    """How many there are, their median, and the 90th percentile by nearest rank; in seconds."""

    number: int
    median: float
    tail: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> Self:
        """Of at least one duration.

        Raises:
            ValueError: there is none.
        """
        if not seconds:
            message = "Nothing has no median."
            raise ValueError(message)
        ordered = sorted(seconds)
        return cls(len(ordered), median(ordered), ordered[math.ceil(TAIL * len(ordered)) - 1])
