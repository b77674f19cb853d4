"""What somebody with rights in a forge does to pass for us, or to hide from us."""

from pathlib import Path

import pytest
from dulwich.objects import Blob, Commit, Tree
from dulwich.refs import Ref

from tests.faults.fakes.dialects import DIALECTS
from tests.faults.world import ON_SQLITE, World, alarms, continued_with_mo, merges
from workflows.gitops.forges.bare import BareRepository

pytestmark = [pytest.mark.faults, pytest.mark.django_db, ON_SQLITE]


everywhere = pytest.mark.parametrize("opened", DIALECTS, indirect=True)


@pytest.fixture
def world(opened: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """The promotion's pull request is open; Mo is known there."""
    return continued_with_mo(opened, tmp_path, monkeypatch)


@everywhere
def test_one_that_was_led_to_another_branch_is_no_merge_of_ours(world: World) -> None:
    """Somebody changes its base and merges it there: what is approved stands nowhere."""
    disk = world.forge.disk
    assert disk.create_branch("junk", str(disk.ref("main")))
    world.forge.pulls[0].base = "junk"
    world.forge.merge()
    world.settle()
    assert (world.promotion.state, world.promotion.version.state) == ("diverged", "approved")
    assert "junk" in world.promotion.reason


@everywhere
def test_one_of_a_fork_is_not_taken_for_ours(world: World) -> None:
    """Anybody may fork, call a branch as we do and ask for a merge: it is left as it is."""
    (ours,) = world.forge.pulls
    world.forge.open(ours.head, ours.base, "Deploy", "Trust me.").fork = True
    for _look in range(2):
        world.look()
    assert [pull.state for pull in world.forge.pulls] == ["open", "open"]
    world.settle(merges)
    assert [pull.state for pull in world.forge.pulls] == ["merged", "open"]
    assert world.promotion.state == "deployed"


def test_a_folder_that_a_link_replaced_is_a_drift(world: World) -> None:
    """The watch is not blinded by it: no file of ours stands there any more."""
    from workflows.gitops.operations import watch_targets  # noqa: PLC0415

    world.settle(merges)
    link(world.forge.disk, b"models")
    watch_targets()
    world.work()
    assert (alarms(), world.parked) == (["drifted"], 0)


def test_a_folder_that_a_link_replaced_in_the_merge_is_diverged(world: World) -> None:
    """Whatever stands in the place of the approved bytes, it is not these."""
    world.forge.merge()
    world.forge.pulls[0].merge_sha = link(world.forge.disk, b"models")
    world.settle()
    assert (world.promotion.state, alarms(), world.parked) == ("diverged", ["diverged"], 0)


def link(disk: BareRepository, name: bytes) -> str:
    """Somebody puts a link in a folder's place on main."""
    with disk.opened() as repo:
        before = repo[repo.refs[Ref(b"refs/heads/main")]]
        assert isinstance(before, Commit)
        tree, note = repo[before.tree], Blob.from_string(b"elsewhere")
        assert isinstance(tree, Tree)
        tree[name] = (0o120000, note.id)
        after = Commit.from_string(before.as_raw_string())
        after.tree, after.parents, after.message = tree.id, [before.id], b"Another thing"
        for thing in (note, tree, after):
            repo.object_store.add_object(thing)
        assert repo.refs.set_if_equals(Ref(b"refs/heads/main"), before.id, after.id)
    return after.id.decode()
