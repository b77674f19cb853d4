"""The middle and the tail of durations."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.desk.durations import Durations

SPANS = st.lists(st.floats(0, 1e8), min_size=1, max_size=200)


@given(SPANS)
def test_half_lie_below_the_median_and_nine_of_ten_below_the_tail(seconds: list[float]) -> None:
    """Whatever the durations are."""
    found = Durations.of(seconds)
    assert sum(s <= found.tail for s in seconds) >= math.ceil(0.9 * len(seconds))
    assert sum(s >= found.tail for s in seconds) >= 0.1 * len(seconds)
    assert sum(s <= found.median for s in seconds) >= len(seconds) / 2
    assert found.number == len(seconds)


def test_nothing_has_no_median() -> None:
    """Rather than zero seconds."""
    with pytest.raises(ValueError, match="no median"):
        Durations.of([])
