"""Numbers as the records keep them: decimal strings that every machine writes alike."""

import math
from collections.abc import Iterable
from decimal import Decimal

import numpy as np
from numpy.typing import NDArray

DIGITS = 12
_NOTHING = 1e-18
_PLAIN = 1e-4, 1e11  # what is between is never written with an exponent, and is most there is


def decimal12(value: float) -> str:
    """Write a number with at most 12 significant digits, without exponent or trailing zeros.

    What is smaller than 1e-18 is written as 0. Digits beyond the twelfth differ between
    processors; these strings stand in digests that people sign.

    Raises:
        ValueError: The number is infinite or not a number.
    """
    if not math.isfinite(value):
        msg = f"{value} has no decimal form"
        raise ValueError(msg)
    if _PLAIN[0] <= abs(value) < _PLAIN[1]:
        return f"{value:.{DIGITS}g}"
    if abs(value) < _NOTHING:
        return "0"
    return format(Decimal(f"{value:.{DIGITS - 1}e}").normalize(), "f")


def decimal_or_none(value: float | None) -> str | None:
    """Write a number that may be missing."""
    return None if value is None or not math.isfinite(value) else decimal12(value)


def decimals(values: Iterable[float] | NDArray[np.float64]) -> list[str]:
    """Write numbers, 0 for what is none."""
    numbers = values.tolist() if isinstance(values, np.ndarray) else values
    low, high = _PLAIN
    return [
        f"{value:.12g}" if low <= value < high else decimal_or_none(float(value)) or "0"
        for value in numbers
    ]
