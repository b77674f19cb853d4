"""Counting on all processors: numpy lets go of the interpreter while it works. Pure.

What is counted does not depend on it: every part is counted by one thread from start to end.
"""

import os
from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any, TypeVar

LARGE = 4_000_000  # rows from which a second thread wins more than both lose to each other
MOST = 4

A = TypeVar("A")
B = TypeVar("B")


def at_once(work: Callable[[A], B], parts: Iterable[A], rows: int) -> list[B]:
    """Give what `work` makes of each part, in their order; several at once where `rows` are many.

    Raises:
        What `work` raises, for the first part of which it does.
    """
    processors = min(os.cpu_count() or 1, MOST)
    if rows < LARGE or processors == 1:
        return [work(part) for part in parts]
    with ThreadPoolExecutor(processors) as pool:
        return list(pool.map(work, parts))


class Memory:
    """What was worked out already. Whoever asks while it is being worked out waits for it."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, Any] = {}
        self._locks: dict[Hashable, Lock] = {}
        self._turn = Lock()

    def once(self, name: Hashable, make: Callable[[], A]) -> A:
        """Give what `make` gave when it was first asked for under this name."""
        if name not in self._kept:
            with self._turn:
                lock = self._locks.setdefault(name, Lock())
            with lock:
                if name not in self._kept:
                    self._kept[name] = make()
        kept: A = self._kept[name]
        return kept
