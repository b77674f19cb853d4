"""Many people at the same moment, each in a thread and with a connection of their own."""

import threading
from collections import Counter
from collections.abc import Callable, Sequence

from django.db import connections

from governance.access.models import Person
from governance.access.operations import Holder, add_person
from governance.actors import Actor
from governance.audit.verify import verify_log
from governance.errors import FoureyesError
from tests import stories
from workflows.delivery.operations import seal_log
from workflows.management.cast import PASSWORD, actor_named, give


def at_once(acts: Sequence[Callable[[], object]]) -> Counter[str]:
    """Start all at the same moment, each in a thread and connection of its own; how each ended."""
    gate, ended = threading.Barrier(len(acts)), Counter[str]()

    def run(act: Callable[[], object]) -> None:
        gate.wait(timeout=30)
        try:
            act()
        except FoureyesError as error:
            ended[type(error).__name__] += 1
        except Exception as error:  # noqa: BLE001 - a fault is told, not lost in a thread
            ended[f"{type(error).__name__}: {error}"] += 1
        else:
            ended["went"] += 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ended


def officer(number: int) -> Actor:
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
    return actor_named(name)


def log_is_whole() -> bool:
    """Whether everything that was written verifies."""
    seal_log()
    return not verify_log().problems
