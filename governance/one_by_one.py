"""Many turns by the clock: one that fails does not keep the others from theirs. Pure."""

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")

logger = logging.getLogger(__name__)


def one_by_one(things: Iterable[T], act: Callable[[T], int]) -> int:
    """Give each of these its turn and return the sum; what fails is logged, and tried next time.

    What an `act` writes is a transaction of its own.
    """
    return sum(_tried(thing, act) for thing in list(things))


def _tried(thing: T, act: Callable[[T], int]) -> int:
    try:
        return act(thing)
    except Exception:
        logger.exception("The turn of %s in %s failed; the others go on.", thing, act.__qualname__)
        return 0
