"""A page of 50 models narrowed to what I may see, among 100,000 models and 1,000,000 grants.

Beside it, in the same rounds: the same page with nothing narrowed (the floor), and guardian's
`get_objects_for_user` over its generic tables and over direct-key ones. Each time includes reading
the rights: nothing is kept from one round to the next.
"""

import json
import time

from django.db import connection
from django.test.utils import CaptureQueriesContext
from measuring import grants
from measuring.databases import private_database
from measuring.peers.lists import by_title, seen_by_guardian
from measuring.peers.models import DirectPeer, GenericPeer
from measuring.rounds import Rival, Timing, interleaved

from governance.access.models import User
from governance.access.permissions import Permission
from governance.access.queries import person_actor, reach_of, visible_to
from governance.actors import Actor
from governance.inventory.models import RegisteredModel

PAGE, ROUNDS = 50, 40
FURTHER = (Permission.VERSION_APPROVE, Permission.VERSION_REJECT, Permission.VERSION_RETIRE)
PEERS = {"guardian_generic": GenericPeer, "guardian_direct": DirectPeer}


def pages_of(name: str, user: User, actor: Actor) -> dict[str, Rival]:
    pages: dict[str, Rival] = {
        f"{name}.ours": lambda: list(visible_to(actor, by_title(RegisteredModel))[:PAGE])
    }
    for peer, model in PEERS.items():
        pages[f"{name}.{peer}"] = lambda model=model: list(seen_by_guardian(user, model)[:PAGE])
    return pages


def counts_of(user: User, actor: Actor) -> dict[str, Rival]:
    counts: dict[str, Rival] = {
        "count.ours": lambda: visible_to(actor, by_title(RegisteredModel)).count()
    }
    for peer, model in PEERS.items():
        counts[f"count.{peer}"] = lambda model=model: seen_by_guardian(user, model).count()
    return counts


def check_same_rows(user: User, actor: Actor, expected: int) -> None:
    """Who shows other rows is not a rival."""
    ours = visible_to(actor, by_title(RegisteredModel))
    assert ours.count() == expected
    for model in PEERS.values():
        theirs = seen_by_guardian(user, model)
        assert theirs.count() == expected
        assert [row.pk for row in theirs[:PAGE]] == [row.pk for row in ours[:PAGE]]


def further_queries(actor: Actor) -> int:
    """Queries for three more questions about each row of a page whose rights have been read."""
    reach = reach_of(actor)
    page = list(visible_to(reach, RegisteredModel.objects.order_by("title", "pk"))[:PAGE])
    with CaptureQueriesContext(connection) as asked:
        answers = [reach.allows(permission, row) for row in page for permission in FURTHER]
    assert len(answers) == len(FURTHER) * len(page)
    return len(asked)


def measured() -> dict[str, object]:
    with connection.cursor() as cursor:
        cursor.execute("SET jit = off")  # or guardian's queries would mostly be compiling
    broad, few = (grants.account(number) for number in (grants.BROAD, grants.FEW))
    everything, little = person_actor(broad), person_actor(few)
    check_same_rows(broad, everything, grants.MODELS * 45 // 100)
    check_same_rows(few, little, grants.FEW_MODELS)
    floor: dict[str, Rival] = {"floor": lambda: list(by_title(RegisteredModel)[:PAGE])}
    pages = pages_of("broad", broad, everything) | pages_of("few", few, little)
    times = interleaved(floor | pages, rounds=ROUNDS)
    times |= interleaved(counts_of(broad, everything), rounds=ROUNDS // 2)
    return verdict(times) | {
        "further_check_queries": further_queries(everything),
        "models": grants.MODELS,
        "grants": grants.GRANTS,
        "rounds": ROUNDS,
        "times": {name: timing.as_json() for name, timing in times.items()},
    }


def verdict(times: dict[str, Timing]) -> dict[str, object]:
    """Ratios of medians; the count is held against the faster of guardian's two."""

    def ratio(one: str, other: str) -> float:
        return round(times[one].median / times[other].median, 3)

    quicker = min((f"count.{peer}" for peer in PEERS), key=lambda name: times[name].median)
    return {
        "page_vs_floor": {who: ratio(f"{who}.ours", "floor") for who in ("broad", "few")},
        "count_vs_guardian": ratio("count.ours", quicker),
        **{
            f"{peer}_vs_ours": {
                who: ratio(f"{who}.{peer}", f"{who}.ours") for who in ("broad", "few")
            }
            for peer in PEERS
        },
    }


if __name__ == "__main__":
    with private_database():
        start = time.monotonic()
        grants.set_up()
        filled = round(time.monotonic() - start, 1)
        line = measured() | {"fill_seconds": filled}
    print(json.dumps(line))
