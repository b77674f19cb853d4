"""Many people at the same moment, each in a thread and with a connection of their own."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from django.db import connections

from governance.access.models import Person
from governance.access.operations import Holder, add_person
from governance.actors import Actor
from governance.audit.verify import verify_log
from governance.errors import FoureyesError
from tests import stories
from tests.memory import remembered
from workflows.delivery.operations import seal_log
from workflows.management.cast import PASSWORD, actor_named, give


def at_once(acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Start all at the same moment, each in a thread and connection of its own; how each ended."""
    with crowd_of(len(acts)) as go:
        return go(acts)


@contextmanager
def crowd_of(size: int) -> Iterator[Callable[[Sequence[Callable[[], object]]], Counter[str]]]:
    """So many people who act at once, as often as asked; each keeps thread and connection."""
    with ThreadPoolExecutor(size) as people:

        def go(acts: Sequence[Callable[[], object]]) -> Counter[str]:
            gate = threading.Barrier(size)
            return Counter(people.map(partial(ending, gate), acts, timeout=60))

        try:
            yield go
        finally:
            go([connections.close_all] * size)


def ending(gate: threading.Barrier, act: Callable[[], object]) -> str:
    """How one act ended that began with all the others."""
    gate.wait(timeout=30)
    try:
        act()
    except FoureyesError as error:
        return type(error).__name__
    except Exception as error:  # noqa: BLE001 - a fault is told, not lost in a thread
        return f"{type(error).__name__}: {error}"
    return "went"


def officers(number: int) -> list[Actor]:
    """So many more risk officers, in a house that is found or made."""
    stories.house()
    _hired(number)
    return [actor_named(f"officer{one}") for one in range(number)]


@remembered
def _hired(number: int) -> None:
    for one in range(number):
        _hire(one)


def _hire(number: int) -> None:
    """One more risk officer."""
    alma, name = actor_named("alma"), f"officer{number}"
    person: Person = add_person(
        full_name=f"Officer {number}",
        email=f"{name}@example.org",
        username=name,
        password=PASSWORD,
        actor=alma,
    )
    give("risk_officer", Holder(person=person), portfolio=stories.house(), reason="x")


def log_is_whole() -> bool:
    """Whether everything that was written verifies."""
    seal_log()
    return not verify_log().problems
