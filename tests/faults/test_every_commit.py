"""Every commit of a clean life is the one that fails: before it, after it, or in the database.

From the approval on, with all that it sets off: people are told and the log is sealed in between.
"""

from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from tests.faults.world import (
    World,
    approved_bank,
    assert_exactly_once,
    continued,
    counted_commits,
    merges,
    open_world,
)

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

COMMITS = 29
OPENED = 17  # so many until the pull request is open
KINDS = ["before", "after", "server-gone"]
# A death before a commit leaves what one after the commit before left, and what the forge was asked
# since: that is broken request by request. A database that went away leaves the same. They are
# tried at these in every run, the worker's death after it at each.
ENDS = {0, OPENED - 1, COMMITS - 1}


def cases(numbers: Iterable[int]) -> list[Any]:
    """Each of these commits in each way; the rest of two ways is for the long run."""
    return [
        pytest.param(
            number,
            name,
            marks=[] if name == "after" or number in ENDS else pytest.mark.soak,
        )
        for number, name in product(numbers, KINDS)
    ]


@pytest.fixture(scope="module")
def bank(module_db: None, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One approved promotion, of which nothing has been done."""
    return approved_bank(tmp_path_factory.mktemp("bank"))


def lives(world: World, number: int, name: str) -> None:
    with counted_commits(world, number, name):
        world.settle(merges)
    assert world.commits > number
    assert_exactly_once(world)


@pytest.mark.parametrize(("number", "name"), cases(range(OPENED)))
def test_a_commit_that_fails(
    number: int, name: str, bank: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies before or after it, or the database goes away in it."""
    lives(open_world(bank, "github", tmp_path, monkeypatch), number, name)


def test_the_clean_life_has_the_commits_that_are_broken_here(
    bank: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is left out of the list."""
    world = open_world(bank, "github", tmp_path, monkeypatch)
    with counted_commits(world):
        world.settle(merges)
    assert_exactly_once(world)
    assert world.commits == COMMITS


# From here on the pull request has been opened, once for all.
@pytest.mark.parametrize(("number", "name"), cases(range(OPENED, COMMITS)))
def test_a_later_commit_that_fails(
    number: int, name: str, opened: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same while the pull request is looked at, and when it has been merged."""
    assert opened.commits == OPENED
    lives(continued(opened, tmp_path, monkeypatch), number, name)
