"""Several tests at once, and how many cases a verdict needs. Pure.

Source: Holm (1979), Scandinavian Journal of Statistics 6, 65-70.
"""

from collections.abc import Sequence
from math import ceil, sqrt
from statistics import NormalDist


def two_sided(value: float, spread: float) -> float:
    """Give the p value of a normal estimate against zero; 1 where nothing varies."""
    if spread <= 0:
        return 1.0
    return 2 * NormalDist().cdf(-abs(value) / sqrt(spread))


def holm(p_values: Sequence[float]) -> list[float]:
    """Adjust p values so that any false alarm among them is as rare as their level says."""
    size = len(p_values)
    order = sorted(range(size), key=p_values.__getitem__)
    adjusted, highest = [1.0] * size, 0.0
    for place, position in enumerate(order):
        highest = max(highest, min(1.0, (size - place) * p_values[position]))
        adjusted[position] = highest
    return adjusted


def rows_needed(rows: int, smallest: float, margin: float) -> int | None:
    """Give the rows with which a difference of `margin` would be seen, from what `rows` show.

    The smallest detectable difference shrinks with the root of the number of rows.
    """
    if margin <= 0:
        return None
    return ceil(rows * (smallest / margin) ** 2)
