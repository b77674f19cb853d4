"""The risk tier of a model, from what is at stake and how hard it is to see through. Pure.

Materiality is exposure and purpose (SR 26-2), depth of review also follows complexity (SS1/23
P1.3, OSFI E-23). Each adds points; the sum decides. The bounds are data: `BOUNDS` ships.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Use(StrEnum):
    """What the model's answer is used for."""

    INTERNAL = "internal"
    SUPPORT = "support"
    DECISION = "decision"
    REGULATORY = "regulatory"


class Complexity(StrEnum):
    """How hard it is to see why the model answers as it does."""

    SIMPLE = "simple"
    MODERATE = "moderate"
    COMPLEX = "complex"


@dataclass(frozen=True, slots=True)
class TierBounds:
    """Points for each fact, and the points from which a tier begins.

    `exposure` holds (millions of the site's currency, points), the largest first.
    """

    exposure: tuple[tuple[int, int], ...]
    use: Mapping[Use, int]
    complexity: Mapping[Complexity, int]
    tier_1_from: int
    tier_2_from: int


BOUNDS = TierBounds(
    exposure=((1000, 4), (250, 3), (50, 2), (0, 1)),
    use={Use.INTERNAL: 1, Use.SUPPORT: 2, Use.DECISION: 3, Use.REGULATORY: 4},
    complexity={Complexity.SIMPLE: 1, Complexity.MODERATE: 2, Complexity.COMPLEX: 3},
    tier_1_from=8,
    tier_2_from=5,
)


@dataclass(frozen=True, slots=True)
class Score:
    """Points by fact, and the tier that they come to."""

    exposure: int
    use: int
    complexity: int
    tier: int

    @property
    def points(self) -> int:
        """All points together."""
        return self.exposure + self.use + self.complexity


def tier_of(
    exposure_millions: int, use: Use, complexity: Complexity, bounds: TierBounds = BOUNDS
) -> Score:
    """The tier that follows from the facts: 1 highest, 3 lowest."""
    exposure = next(points for least, points in bounds.exposure if exposure_millions >= least)
    points = exposure + bounds.use[use] + bounds.complexity[complexity]
    tier = 1 if points >= bounds.tier_1_from else 2 if points >= bounds.tier_2_from else 3
    return Score(exposure, bounds.use[use], bounds.complexity[complexity], tier)
