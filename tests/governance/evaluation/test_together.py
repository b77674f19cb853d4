"""Several threads count what one would: the same payload, each thing once."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest

from governance.evaluation import together
from governance.evaluation.comparison import compare
from governance.evaluation.scored_data import ScoredData
from governance.evaluation.scored_inputs import InputValues
from governance.evaluation.together import Memory, at_once
from tests.governance.evaluation.samples import pair_of


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Several of them for any number of rows, whatever the machine has."""
    monkeypatch.setattr(together, "LARGE", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 4)


def test_a_comparison_is_the_same_bit_by_bit(request: pytest.FixtureRequest) -> None:
    """With segments, months and inputs, by one thread and by four; again and again."""
    ours, theirs = (_furnished(sample, seed) for seed, sample in enumerate(pair_of()))
    alone = compare(ours, theirs, margin=0.01)
    request.getfixturevalue("threads")
    assert {compare(ours, theirs, margin=0.01).digest for _run in range(5)} == {alone.digest}


def _furnished(sample: ScoredData, seed: int) -> ScoredData:
    random = np.random.default_rng(seed)
    return replace(
        sample,
        segment=(np.arange(sample.rows) % 5).astype(np.int32),
        segment_names=tuple("abcde"),
        key=np.arange(sample.rows).astype(np.uint64),
        outcome=sample.outcome.copy(),
        date=(20_000 + np.arange(sample.rows) % 150).astype(np.int32),
        inputs=tuple(InputValues(name, random.normal(size=sample.rows)) for name in "xyz"),
    )


def test_parts_come_back_in_their_order(threads: None) -> None:
    """Whoever ends first."""
    naps = [0.02, 0.0, 0.01, 0.0]

    def nap(place: int) -> tuple[int, bool]:
        time.sleep(naps[place])
        return place, threading.current_thread() is threading.main_thread()

    assert at_once(nap, range(4), rows=1) == [(place, False) for place in range(4)]


def test_few_rows_are_left_to_one_thread() -> None:
    """The threads would lose more to each other than they win."""
    found = at_once(lambda _part: threading.current_thread(), range(2), together.LARGE - 1)
    assert set(found) == {threading.current_thread()}


def test_what_is_wrong_in_a_part_is_told(threads: None) -> None:
    """As where one thread counts."""
    with pytest.raises(ZeroDivisionError):
        at_once(lambda part: 1 / part, [1, 0], rows=1)


def test_what_two_ask_for_is_made_once(threads: None) -> None:
    """The second waits for the first."""
    memory, made = Memory(), []

    def make() -> int:
        made.append(threading.current_thread())
        time.sleep(0.02)
        return len(made)

    assert at_once(lambda _ask: memory.once("area", make), range(4), rows=1) == [1] * 4
    assert memory.once(("area", 0.5), make) == 2
