"""Schedules drawn at random: several faults in one life, and somebody who acts in the forge.

Each has a number from which everything of it follows, so that one that failed is told again by
`-k 12xx-1234`, and a hundred of them by `-k 12xx`; half of them on each database. At rest nothing
is doubled, lost, wrong, stuck or opened again.
"""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.db import OperationalError

from tests.databases import POSTGRESQL, SQLITE
from tests.faults.fakes.dialects import DIALECTS
from tests.faults.fakes.transport import AFTER, BEFORE, Killed, Plan
from tests.faults.world import (
    World,
    approved_bank,
    assert_exactly_once,
    counted_commits,
    merges,
    open_world,
)
from workflows.lifecycle.operations import withdraw_version
from workflows.targets.models import ForgeConnection

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

USUAL, ALL = 6, 2000
# Once they failed. A list was behind when a version was withdrawn: its pull request stayed open.
FOUND = {1051}
REQUESTS, COMMITS, MOST_FAULTS = 30, 20, 5
KINDS = [*(("before", name) for name in BEFORE), *(("after", name) for name in AFTER)]
Act = Callable[[World], None]


@pytest.fixture(scope="module")
def bank(module_db: None, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One approved promotion, of which nothing has been done."""
    return approved_bank(tmp_path_factory.mktemp("bank"))


def is_open(world: World) -> bool:
    return world.promotion.state == "open" and world.forge.pulls[0].state == "open"


def squashes(world: World) -> None:
    """Merged as one commit of the forge's own."""
    if is_open(world):
        world.forge.merge(squash=True)


def moves_main(world: World) -> None:
    """Somebody else's change comes first."""
    if is_open(world):
        world.forge.push("main", theirs=str(world.rounds))
        world.forge.merge()


def adds_a_commit(world: World) -> None:
    """A push beside our files, then the merge of both."""
    if is_open(world):
        world.forge.push(world.promotion.branch, notes="by hand")
        world.forge.merge()


def closes(world: World) -> None:
    """No, says somebody."""
    if is_open(world):
        world.forge.close(world.forge.pulls[0])


def withdraws(world: World) -> None:
    """Dana takes the version back, whatever has been opened by then."""
    if world.promotion.version.state == "approved" and world.rounds > 1:
        dana = world.bank.people["dana"]
        with suppress(Killed, OperationalError):  # pressed again a round later
            withdraw_version(world.promotion.version_id, reason="Bad data", actor=dana)


LIVE = (merges, squashes, moves_main, adds_a_commit)
ENDED = (closes, withdraws)


def cases() -> list[Any]:
    """Each number; the odd ones on SQLite, which is made once for all of them."""
    return [
        pytest.param(
            SQLITE if number % 2 else POSTGRESQL,
            number,
            id=f"{number // 100:02}xx-{number:04}",
            marks=[] if number < USUAL or number in FOUND else pytest.mark.soak,
        )
        for number in sorted(range(ALL), key=lambda number: number % 2)
    ]


def drawn(number: int) -> tuple[str, Plan, Act, tuple[int, str], int]:
    """A dialect, what breaks, what somebody does, which commit dies, how late lists are."""
    chance = Random(number)
    kind = chance.choice(sorted(DIALECTS))
    broken = chance.sample(range(REQUESTS), chance.randint(1, MOST_FAULTS))
    plan = Plan({place: chance.choice(KINDS) for place in broken})
    act = chance.choice([*LIVE, *ENDED])
    commit = chance.randrange(COMMITS), chance.choice(["", "before", "after", "server-gone"])
    return kind, plan, act, commit, chance.choice([0, 0, 1, 2])


@pytest.mark.parametrize(("module_db", "number"), cases(), indirect=["module_db"])
def test_a_schedule(
    module_db: None, number: int, bank: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever was drawn, it comes to rest where it should."""
    kind, plan, act, (commit, how), hidden = drawn(number)
    ForgeConnection.objects.update(kind=kind)
    world = open_world(bank, kind, tmp_path, monkeypatch, plan)
    world.forge.hidden = hidden
    with counted_commits(world, commit if how else -1, how):
        world.settle(act)
    if act in LIVE:
        assert_exactly_once(world)
    else:
        assert_ended(world)


def assert_ended(world: World) -> None:
    """Closed, here and there, once, and it stays so."""
    for _look in range(2):
        world.look()
    assert world.promotion.state == "closed", world.promotion.state_reason
    assert [pull.state for pull in world.ours] in ([], ["closed"])
    assert world.entries().count("promotion.opened") <= 1
    main = str(world.forge.disk.ref("main"))
    approved = [file["path"] for file in world.promotion.approved_content]
    assert not [path for path in approved if world.forge.disk.file_at(main, path)]
