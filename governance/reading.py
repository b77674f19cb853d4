"""What a page has read once it does not read again. Pure.

Within `one_reading` a function decorated with `read_once` answers the same question from memory,
until something changes: whatever an operation has written is read anew. One decorated with
`ReadEach` can besides be asked ahead for many rows at once, so that lists do not ask row by row.
"""

from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
K = TypeVar("K", bound=Hashable)

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


class ReadEach(Generic[K, T]):
    """Decorate a reading of many keys at once, whose answer has each of them.

    Called with one key it answers for that one: from memory within `one_reading`.
    """

    def __init__(self, read: Callable[[Collection[K]], Mapping[K, T]]) -> None:
        self.read = read
        self.__doc__ = read.__doc__

    def __call__(self, key: K) -> T:
        """What was read of this key."""
        if (known := _read.get()) is None:
            return self.read((key,))[key]
        if (self, key) not in known:
            known[self, key] = self.read((key,))[key]
        answer: T = known[self, key]
        return answer

    def of(self, keys: Collection[K]) -> dict[K, T]:
        """What was read of each of these keys, at once."""
        if _read.get() is None:
            return dict(self.read(keys))
        self.ahead(keys)
        return {key: self(key) for key in keys}

    def ahead(self, keys: Iterable[K]) -> None:
        """Read what will be asked of these keys, if there is a memory to keep it in."""
        if (known := _read.get()) is None:
            return
        new = {key for key in keys if (self, key) not in known}
        if new:
            known.update({(self, key): answer for key, answer in self.read(new).items()})


def gathered(keys: Iterable[K], pairs: Iterable[tuple[K, T]]) -> dict[K, list[T]]:
    """The values of each key, in their order; none for a key of which there are none."""
    found: dict[K, list[T]] = {key: [] for key in keys}
    for key, value in pairs:
        found[key].append(value)
    return found


def last_of(keys: Iterable[K], pairs: Iterable[tuple[K, T]]) -> dict[K, T | None]:
    """The last value of each key; None for a key of which there is none."""
    found: dict[K, T | None] = dict.fromkeys(keys)
    found.update(pairs)
    return found
