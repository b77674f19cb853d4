"""The line is stopped and let go again while things fail: a merge is judged by its own time."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.utils import timezone

from governance.outbox.models import OutboxJob
from tests.faults.world import ON_SQLITE, World, alarms, continued_with_mo
from tests.governance.outbox.jobs import pass_time
from workflows.gitops.models import PullRequest
from workflows.gitops.queries import holding
from workflows.targets.models import Promotion

pytestmark = [pytest.mark.faults, pytest.mark.django_db, ON_SQLITE]


@pytest.fixture
def world(opened: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The promotion's pull request is open; Mo is known there."""
    return continued_with_mo(opened, tmp_path, monkeypatch)


MERGES = {
    # When it merged by the forge's clock, minutes ago; when the line was stopped, and let go again.
    "before the stop": (10, 5, None, []),
    "hardly before the stop": (5.5, 5, None, ["frozen"]),
    "while it was stopped": (10, 30, None, ["frozen"]),
    "while it was stopped, seen when it was over": (10, 30, 5, ["frozen"]),
    "after it was let go": (4, 30, 5, []),
    "tomorrow": (-1440, 5, None, ["frozen"]),
}


@pytest.mark.parametrize("merge", MERGES)
def test_a_merge_is_judged_by_the_stop_of_its_time(world: World, merge: str) -> None:
    """However late the hint comes; where the clocks may differ, it is an alarm."""
    ago, begun, lifted, expected = MERGES[merge]
    stop_line(world, begun, lifted)
    PullRequest.objects.update(read_at=minutes_ago(60))
    world.forge.merge()
    world.forge.pulls[0].ended_at = minutes_ago(ago)
    world.settle()
    assert (world.promotion.state, alarms()) == ("deployed", expected)


def test_what_was_seen_open_under_the_stop_did_not_merge_before(world: World) -> None:
    """Whatever the forge's clock says: ours saw it later."""
    stop_line(world, 5, None)
    world.look()
    assert world.promotion.state == "held"
    world.forge.merge()
    world.forge.pulls[0].ended_at = minutes_ago(30)
    world.settle()
    assert alarms() == ["frozen"]


def stop_line(world: World, begun: float, lifted: float | None) -> None:
    """Somebody stopped it so many minutes ago; somebody let it go again."""
    from workflows.policies.models import Freeze  # noqa: PLC0415

    mo = world.bank.people["mo"].person_id
    times = {"begins_at": minutes_ago(begun), "set_at": minutes_ago(begun)}
    over = {} if lifted is None else {"lifted_at": minutes_ago(lifted), "lifted_by_id": mo}
    Freeze.objects.create(
        portfolio=world.bank.portfolio, reason="Year end.", set_by_id=mo, **times, **over
    )


def minutes_ago(minutes: float) -> datetime:
    return timezone.now() - timedelta(minutes=minutes)


def test_a_worker_that_dies_over_the_red_status_leaves_none_behind(world: World) -> None:
    """The stop is over when the next one looks: the commit is green, and may be merged."""
    from workflows.policies.models import Freeze  # noqa: PLC0415

    stop_line(world, 5, None)
    both_read = len(world.plan.log) + 2  # the pull request, and the statuses of its commit
    world.plan.at = {both_read: ("after", "killed")}
    world.look()
    assert "/statuses/" in world.plan.log[both_read]
    assert world.forge.status(world.promotion.expected_head) == "failure"
    Freeze.objects.all().delete()
    for _look in range(2):
        pass_time(minutes=2)
        world.look()
    assert world.promotion.state == "open"
    assert world.forge.status(world.promotion.expected_head) == "success"


def test_a_red_status_that_a_late_worker_sets_does_not_stay(world: World) -> None:
    """It slept between its look and the forge, while the line was let go again."""
    from workflows.policies.models import Freeze  # noqa: PLC0415

    stop_line(world, 5, None)
    world.look()
    Freeze.objects.all().delete()
    world.look()
    head = world.promotion.expected_head
    world.forge.set_status(head, "foureyes/approved", "failure", "The line is stopped")
    world.look()
    assert (world.promotion.state, world.forge.status(head)) == ("open", "success")


def test_whoever_lost_the_job_turns_nothing_red(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease ran out between the look and the act: the other worker goes on."""
    stop_line(world, 5, None)
    held = holding.why_held

    def slow(promotion: Promotion) -> Any:
        OutboxJob.objects.filter(topic="promotion.observe").update(lease_token=F("lease_token") + 1)
        return held(promotion)

    monkeypatch.setattr("workflows.gitops.operations.observing.why_held", slow)
    world.look()
    assert world.forge.status(world.promotion.expected_head) == "success"
    assert world.promotion.state == "open"
