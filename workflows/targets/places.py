"""Places in a YAML document: names with dots between them, and entries of lists. Pure.

`serving.model.version`, a value below names. `images[name=scoring].newTag`, below the entry of a
list that has this name. `resources[service.yaml]`, the entry of a list that is just that.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_NAME = r"[A-Za-z_][A-Za-z0-9_-]*"
_STEP = re.compile(rf"({_NAME})(?:\[(?:({_NAME})=)?([A-Za-z0-9._/:@-]+)\])?(?:\.|\Z)")
SEVERAL = object()  # what stands at a place where two entries of a list answer to it


@dataclass(frozen=True, slots=True)
class Entry:
    """The one entry of a list that is `value`, or where `key` is named has it there."""

    value: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.key}={self.value}" if self.key else self.value


Step = str | Entry


def can_hold(place: str) -> bool:
    """Whether a text is a place, and one below which values can stand."""
    steps = () if place.endswith(".") else _steps(place)
    return bool(steps) and all(isinstance(step, str) or step.key for step in steps)


@lru_cache(maxsize=1000)
def steps_of(place: str) -> Sequence[Step]:
    """Return the way to a place.

    Raises:
        ValueError: It is none.
    """
    found = _steps(place)
    if not found or place.endswith("."):
        raise ValueError(place)
    return found


def value_at(document: object, place: str) -> object:
    """Return what stands at a place of a plain document: None for nothing."""
    at = document
    for step in steps_of(place):
        at = at if at is SEVERAL else _below(at, step)
    return at


def same(one: object, other: object) -> bool:
    """Whether two values are equal as YAML has them: Python takes true for 1."""
    return type(one) is type(other) and one == other


def _steps(text: str) -> tuple[Step, ...]:
    steps: list[Step] = []
    at = 0
    while at < len(text):
        found = _STEP.match(text, at)
        if found is None:
            return ()
        name, key, value = found.groups()
        steps += [name] if value is None else [name, Entry(value, key or "")]
        at = found.end()
    return tuple(steps)


def _below(at: object, step: Step) -> object:
    if isinstance(step, str):
        return at.get(step) if isinstance(at, dict) else None
    found = [one for one in at if _answers(one, step)] if isinstance(at, list) else []
    return SEVERAL if len(found) > 1 else found[0] if found else None


def _answers(one: object, entry: Entry) -> bool:
    if entry.key:
        return isinstance(one, dict) and one.get(entry.key) == entry.value
    return one == entry.value
