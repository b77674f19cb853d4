"""Many turns by the clock: one that fails does not keep the others from theirs. Pure."""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")

BATCH = 200

logger = logging.getLogger(__name__)


def one_by_one(things: Iterable[T], act: Callable[[T], int]) -> int:
    """Give each of these its turn and return the sum; what fails is logged, and tried next time.

    What an `act` writes is a transaction of its own.
    """
    return sum(_tried(thing, act) for thing in list(things))


def picked(things: Sequence[T], pick: Callable[[Sequence[T]], Iterable[T]]) -> Iterator[T]:
    """Which of these have something to do, as one look at a batch of them tells.

    A look that fails tells nothing: each of that batch is to get its turn.
    """
    for start in range(0, len(things), BATCH):
        batch = things[start : start + BATCH]
        try:
            yield from list(pick(batch))
        except Exception:
            logger.exception("A look at many in %s failed; each gets its turn.", pick.__qualname__)
            yield from batch


def _tried(thing: T, act: Callable[[T], int]) -> int:
    try:
        return act(thing)
    except Exception:
        logger.exception("The turn of %s in %s failed; the others go on.", thing, act.__qualname__)
        return 0
