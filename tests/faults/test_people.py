"""What people do in a forge while we are at it: their acts are final, and none is hidden."""

from pathlib import Path

import pytest

from governance.actors import Actor
from governance.audit.models import AuditEntry
from tests.faults.fakes.dialects import DIALECTS
from tests.faults.world import (
    ON_SQLITE,
    World,
    alarms,
    assert_exactly_once,
    continued_with_mo,
    merges,
)
from tests.governance.outbox.jobs import pass_time
from workflows.gitops.models import ForgeLogin, PromotionAlarm
from workflows.lifecycle.operations import reopen_version, withdraw_version
from workflows.lifecycle.queries import approval_stands

pytestmark = [pytest.mark.faults, pytest.mark.django_db, ON_SQLITE]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Everything of this page is tried at a forge of each dialect."""
    metafunc.parametrize("opened", DIALECTS, indirect=True)


@pytest.fixture
def world(opened: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The promotion's pull request is open; Mo is known there."""
    return continued_with_mo(opened, tmp_path, monkeypatch)


def path_of(world: World) -> str:
    return str(world.promotion.approved_content[-1]["path"]).replace("/", "__")


def test_closed_by_hand_stays_closed(world: World) -> None:
    """Never opened again, by no retry and no look."""
    world.forge.close(world.forge.pulls[0])
    world.settle()
    for _look in range(3):
        world.look()
    assert (world.promotion.state, len(world.forge.pulls)) == ("closed", 1)
    assert world.entries()[-1] == "promotion.closed"


def test_one_that_is_opened_again_is_red_and_its_merge_an_alarm(world: World) -> None:
    """Somebody changes their mind in the forge: only a new request leads on."""
    (pull,) = world.forge.pulls
    world.forge.close(pull)
    world.settle()
    assert world.forge.status(world.promotion.expected_head) == "failure"
    assert alarms() == []
    pull.state = "open"
    world.forge.merge()
    for _look in range(2):
        world.look()
    assert (world.promotion.state, alarms()) == ("closed", ["diverged"])
    assert world.promotion.version.state == "approved"


def test_a_commit_pushed_after_the_approval_is_red(world: World) -> None:
    """The approved commit stays green, the new one is refused by the forge itself.

    Said once, however often we look: GitHub takes a thousand statuses for a commit.
    """
    head = world.forge.push(world.promotion.branch, extra="1")
    for _look in range(3):
        world.look()
    assert world.forge.status(head) == "failure"
    assert world.forge.status(world.promotion.expected_head) == "success"
    assert len(world.forge.statuses[head]) == 1
    world.forge.set_status(head, "foureyes/approved", "success", "By somebody")
    world.look()
    assert world.forge.status(head) == "failure"


def test_a_stop_is_said_once_on_the_commit(world: World) -> None:
    """Red over a weekend of looks, and green again after it."""
    from workflows.policies.models import Freeze  # noqa: PLC0415
    from workflows.policies.operations import set_freeze  # noqa: PLC0415

    bank, head = world.bank, world.promotion.expected_head
    set_freeze(reason="Year end.", place=bank.portfolio, actor=bank.people["mo"])
    for _look in range(3):
        world.look()
    assert (world.promotion.state, world.forge.status(head)) == ("held", "failure")
    assert [one["state"] for one in world.forge.statuses[head]] == ["failure", "success"]
    Freeze.objects.all().delete()
    world.look()
    assert (world.promotion.state, world.forge.status(head)) == ("open", "success")


def test_an_extra_commit_that_merged_is_diverged_if_it_touched_ours(world: World) -> None:
    """Other bytes than approved: an alarm, and never deployed; who did it is asked all the same."""
    world.forge.push(world.promotion.branch, **{path_of(world): "other: 1\n"})
    world.forge.merge(by="ghost")
    world.settle()
    assert world.promotion.state == "diverged"
    assert world.promotion.version.state == "approved"
    assert alarms() == ["diverged", "stranger"]


def test_an_extra_commit_that_merged_beside_ours_is_an_alarm(world: World) -> None:
    """What was approved is live as approved; what came with it past the red status is told."""
    head = world.forge.push(world.promotion.branch, extra="1")
    world.forge.merge()
    world.settle()
    assert_exactly_once(world)
    assert alarms() == ["drifted"]
    assert head[:12] in PromotionAlarm.objects.get().text


def test_a_squash_is_as_good_as_a_merge(world: World) -> None:
    """Content is compared, not ids of commits."""
    world.forge.merge(squash=True)
    world.settle()
    assert_exactly_once(world)
    assert alarms() == []


def test_the_base_branch_moved_meanwhile(world: World) -> None:
    """Nothing of ours was touched: the merge is fine."""
    world.forge.push("main", theirs="1")
    world.forge.merge()
    world.settle()
    assert_exactly_once(world)


def test_a_stranger_who_merges_raises_an_alarm(world: World) -> None:
    """The content is right, so it is live; but nobody here knows who did it."""
    world.forge.merge(by="ghost")
    world.settle()
    assert (world.promotion.state, alarms()) == ("deployed", ["stranger"])


def test_the_approver_who_merges_is_a_finding(world: World) -> None:
    """Two pairs of eyes were one: a finding on the version, and what was approved stands."""
    rita = world.bank.people["rita"]
    ForgeLogin.objects.create(person_id=rita.person_id, forge="github-risk", login="rita")
    world.forge.merge(by="Rita")
    world.settle()
    finding = world.promotion.version.findings.get()
    assert (finding.raised_by, finding.state, finding.required) == (None, "open", True)
    assert "Rita Person, an approver of this version" in finding.told
    raised = AuditEntry.objects.get(action="finding.raised")
    assert (raised.subject_id, raised.actor_id) == (world.promotion.version_id, None)
    assert alarms() == ["insider"]
    assert "F-1" in PromotionAlarm.objects.get().told
    assert (world.promotion.state, approval_stands(world.promotion.approval_round_id)) == (
        "deployed",
        "",
    )


def test_somebody_known_who_may_not_merge_raises_an_alarm(world: World) -> None:
    """Sam only reads: the alarm says who it was, and which role gives the right."""
    sam = world.bank.people["sam"]
    ForgeLogin.objects.create(person_id=sam.person_id, forge="github-risk", login="sam")
    world.forge.merge(by="sam")
    world.settle()
    assert (world.promotion.state, alarms()) == ("deployed", ["stranger"])
    text = PromotionAlarm.objects.get().told
    assert "Sam Person" in text
    assert "MLOps engineer" in text
    assert not world.promotion.version.findings.exists()


def test_an_approval_in_the_forge_is_none_of_ours(world: World) -> None:
    """Ours fell: whatever the forge's reviewers say, a merge of it is diverged."""
    system = Actor.system("test")
    reopen_version(world.promotion.version_id, reason="new finding", actor=system)
    world.forge.merge()
    world.settle()
    assert (world.promotion.state, alarms()) == ("diverged", ["diverged"])


def test_a_version_withdrawn_takes_its_pull_request_along(world: World) -> None:
    """Closed with its reason, and the approved commit turns red."""
    dana = world.bank.people["dana"]
    withdraw_version(world.promotion.version_id, reason="Bad data", actor=dana)
    world.settle()
    assert [pull.state for pull in world.forge.pulls] == ["closed"]
    assert world.forge.pulls[0].comments
    assert world.forge.status(world.promotion.expected_head) == "failure"


def test_a_twin_is_closed_within_a_look(world: World) -> None:
    """Somebody, or a forge that answered twice, opened a second one from our branch."""
    world.forge.allow_twins = True
    world.forge.open(world.promotion.branch, "main", "again", "")
    world.look()
    assert [pull.state for pull in world.forge.pulls] == ["open", "closed"]
    assert world.entries().count("promotion.duplicate_healed") == 1
    world.settle(merges)
    assert world.promotion.state == "deployed"


def test_a_change_after_the_merge_raises_one_alarm(world: World) -> None:
    """Drift: main holds something that nobody approved. Seen twice, it is told once."""
    from governance.outbox.operations import hasten  # noqa: PLC0415
    from workflows.gitops.operations import watch_targets  # noqa: PLC0415

    world.settle(merges)
    assert watch_targets() == 1
    world.work()
    assert alarms() == []
    world.forge.push("main", **{path_of(world): "sneaked: in\n"})
    for _look in range(2):
        hasten("target.watch", str(world.promotion.target_id))
        world.work()
    assert alarms() == ["drifted"]
    assert world.promotion.state == "deployed"


def test_a_branch_that_is_gone_raises_the_alarm_of_a_drift(world: World) -> None:
    """Nothing that was approved stands any more, and nobody approved that."""
    from governance.outbox.operations import hasten  # noqa: PLC0415
    from workflows.gitops.operations import watch_targets  # noqa: PLC0415

    world.settle(merges)
    disk = world.forge.disk
    assert disk.create_branch("trunk", str(disk.ref("main")))
    assert disk.delete_branch("main", str(disk.ref("main")))
    watch_targets()
    for _look in range(2):
        hasten("target.watch", str(world.promotion.target_id))
        world.work()
    assert alarms() == ["drifted"]
    assert "main is gone" in PromotionAlarm.objects.get().told


def test_what_was_closed_and_merged_unseen_is_found_by_the_watch(world: World) -> None:
    """Opened again and merged past its red status, and no hint came: a look a minute sees it."""
    from workflows.gitops.operations import watch_targets  # noqa: PLC0415

    (pull,) = world.forge.pulls
    world.forge.close(pull)
    world.settle()
    assert watch_targets() == 1
    world.work()
    assert alarms() == []
    pull.state = "open"
    world.forge.merge()
    for _look in range(2):
        pass_time(minutes=2)
        world.work()
    assert (world.promotion.state, alarms()) == ("closed", ["drifted"])
