"""A worker that slept through its lease, between two steps: what it still does is undone."""

from pathlib import Path
from typing import Any

import pytest

from tests.faults.world import ON_SQLITE, World, assert_exactly_once, merges, open_world
from tests.governance.outbox.jobs import pass_time
from workflows.gitops.forges.github import GitHub
from workflows.lifecycle.operations import withdraw_version

pytestmark = [pytest.mark.faults, pytest.mark.django_db, ON_SQLITE]


@pytest.fixture
def world(bank: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Nothing is opened yet; whoever opens falls asleep first, and others go on."""
    return open_world(bank, "github", tmp_path, monkeypatch)


def asleep(monkeypatch: pytest.MonkeyPatch, meanwhile: Any) -> None:
    """The first one to open a pull request sleeps before, while its lease runs out."""
    real: Any = GitHub.open_pull_request

    def slow(*words: Any, **more: Any) -> Any:
        monkeypatch.setattr(GitHub, "open_pull_request", real)
        pass_time(minutes=10)
        meanwhile()
        return real(*words, **more)

    monkeypatch.setattr(GitHub, "open_pull_request", slow)


def test_what_it_opens_for_a_version_that_was_withdrawn_is_closed(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else would ever look there: the promotion has ended."""

    def withdrawn() -> None:
        dana = world.bank.people["dana"]
        withdraw_version(world.promotion.version_id, reason="Bad data", actor=dana)
        for _look in range(3):
            world.work()
            pass_time(minutes=2)

    asleep(monkeypatch, withdrawn)
    world.work()
    assert world.promotion.state == "closed"
    assert [pull.state for pull in world.forge.pulls] == ["closed"]
    assert world.forge.status(world.promotion.expected_head) == "failure"


def test_what_another_one_opened_meanwhile_is_left_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It finds the other's, and the version goes live once."""
    asleep(monkeypatch, world.work)
    world.settle(merges)
    assert_exactly_once(world)
