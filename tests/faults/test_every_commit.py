"""Every commit of a clean life is the one that fails: before it, after it, or in the database.

From the approval on, with all that it sets off: people are told and the log is sealed in between.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.faults.world import (
    approved_bank,
    assert_exactly_once,
    counted_commits,
    merges,
    open_world,
)

pytestmark = [pytest.mark.faults, pytest.mark.django_db]

COMMITS = 17


@pytest.fixture(scope="module")
def bank(module_db: None, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One approved promotion, of which nothing has been done."""
    return approved_bank(tmp_path_factory.mktemp("bank"))


@pytest.mark.parametrize("name", ["before", "after", "server-gone"])
@pytest.mark.parametrize("number", range(COMMITS))
def test_a_commit_that_fails(
    number: int, name: str, bank: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker dies before or after it, or the database goes away in it."""
    world = open_world(bank, "github", tmp_path, monkeypatch)
    with counted_commits(world, number, name):
        world.settle(merges)
    assert world.commits > number
    assert_exactly_once(world)


def test_the_clean_life_has_the_commits_that_are_broken_above(
    bank: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None is left out of the list."""
    world = open_world(bank, "github", tmp_path, monkeypatch)
    with counted_commits(world):
        world.settle(merges)
    assert_exactly_once(world)
    assert world.commits == COMMITS
