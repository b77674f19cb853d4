"""What a page has read once it does not read again. Pure.

Within `one_reading` a function decorated with `read_once` answers the same question from memory,
until something changes: whatever an operation has written is read anew.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_read: ContextVar[dict[Any, Any] | None] = ContextVar("read", default=None)


@contextmanager
def one_reading() -> Iterator[None]:
    """Everything inside is one look at the rows; inside of another look it is part of that."""
    if _read.get() is not None:
        yield
        return
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def forget() -> None:
    """Something has changed; a sign-in by a provider, say, comes with a GET and gives roles."""
    if (known := _read.get()) is not None:
        known.clear()


def read_once(read: Callable[P, T]) -> Callable[P, T]:
    """Decorate a reading whose arguments are hashable and whose answer nobody changes."""

    @wraps(read)
    def remember(*args: P.args, **kwargs: P.kwargs) -> T:
        if (known := _read.get()) is None:
            return read(*args, **kwargs)
        key = (read, args, tuple(kwargs.items()))
        if key not in known:
            known[key] = read(*args, **kwargs)
        answer: T = known[key]
        return answer

    return remember
