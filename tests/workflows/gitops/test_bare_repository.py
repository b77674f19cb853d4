"""The repository on disk: commits that repeat, branches that nobody can overwrite."""

import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from governance.errors import Conflict, Invalid, Permanent, Temporary
from workflows.gitops.forges.bare import BareRepository
from workflows.gitops.forges.base import FileChange, NewCommit

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def repository(folder: Path) -> BareRepository:
    return BareRepository(folder, "risk-models/prod")


def commit(disk: BareRepository, base: str | None = None, **files: str | None) -> str:
    changes = tuple(FileChange(name.replace("__", "/"), text) for name, text in files.items())
    return disk.write_commit(NewCommit(base or disk.ref("main") or "", changes, "Change\n", NOON))


def git(*words: str, cwd: Path) -> str:
    environment = {"HOME": str(cwd), "PATH": os.environ["PATH"], "GIT_CONFIG_NOSYSTEM": "1"}
    ran = subprocess.run(
        ["git", *words],
        cwd=cwd,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return ran.stdout


def test_git_can_clone_it(tmp_path: Path) -> None:
    """What Foureyes writes is a plain repository to everybody else."""
    disk = repository(tmp_path)
    disk.create_branch("foureyes/x/v1", commit(disk, models__x__a="one\n", models__y="two\n"))
    git("clone", "-q", "-b", "foureyes/x/v1", str(disk.path), "copy", cwd=tmp_path)
    assert (tmp_path / "copy/models/x/a").read_text() == "one\n"
    assert git("fsck", "--strict", cwd=tmp_path / "copy") == ""
    assert "Foureyes <foureyes@localhost>" in git("log", "-1", cwd=tmp_path / "copy")


def test_the_same_change_is_the_same_commit(tmp_path: Path) -> None:
    """A retry cannot make a second commit, in this or another repository."""
    one, other = repository(tmp_path / "1"), repository(tmp_path / "2")
    assert commit(one, a="1") == commit(one, a="1") == commit(other, a="1") != commit(one, a="2")


@pytest.mark.parametrize("present", ["foureyes", "foureyes/x", "foureyes/x/v1/old"])
def test_a_branch_below_or_above_another_one_is_refused_by_name(
    tmp_path: Path, present: str
) -> None:
    """Git cannot keep both; whoever reads it knows which one to rename."""
    disk = repository(tmp_path)
    assert disk.create_branch(present, commit(disk, a="1"))
    with pytest.raises(Permanent) as refusal:
        disk.create_branch("foureyes/x/v1", commit(disk, a="2"))
    assert f"rename {present} there" in refusal.value.remedy


def test_a_branch_is_only_ever_created_once(tmp_path: Path) -> None:
    """The second creator is told, and nothing is overwritten."""
    disk = repository(tmp_path)
    first = commit(disk, a="1")
    assert disk.create_branch("b", first)
    assert not disk.create_branch("b", commit(disk, a="2"))
    assert disk.ref("b") == first


def test_a_branch_moves_only_from_what_was_seen(tmp_path: Path) -> None:
    """Compare-and-swap: who saw an old tip changes nothing."""
    disk = repository(tmp_path)
    start, after = disk.ref("main"), commit(disk, a="1")
    assert disk.move_branch("main", before=str(start), after=after)
    assert not disk.move_branch("main", before=str(start), after=commit(disk, a="2"))
    assert not disk.delete_branch("main", str(start))
    assert disk.ref("main") == after


def test_a_merge_keeps_both_sides(tmp_path: Path) -> None:
    """Files that only one side changed come together under two parents."""
    disk = repository(tmp_path)
    head, side = commit(disk, a="1", gone__x="x"), commit(disk, b="2")
    head = commit(disk, base=head, gone__x=None)
    disk.move_branch("main", before=str(disk.ref("main")), after=side)
    merged = disk.write_merge("main", head, "Merge\n", NOON)
    assert disk.tree_files(merged) == ("README.md", "a", "b")
    assert disk.parents(merged) == (side, head)
    disk.move_branch("main", before=side, after=merged)
    assert disk.merged_in("main", head) == merged
    assert disk.contains("main", side)
    assert disk.commit_on("main", side[:12]) == side


@pytest.mark.parametrize("theirs", [{"a": "2"}, {"a__b": "2"}])
def test_a_conflict_is_said_in_words(tmp_path: Path, theirs: dict[str, str]) -> None:
    """The message names the file, and the base branch stays where it was."""
    disk = repository(tmp_path)
    head, side = commit(disk, a="1"), commit(disk, **theirs)
    disk.move_branch("main", before=str(disk.ref("main")), after=side)
    with pytest.raises(Conflict, match=r"a was changed on main|a/b|a,"):
        disk.write_merge("main", head, "Merge\n", NOON)
    assert disk.ref("main") == side


@pytest.mark.parametrize("files", [{"models": "x"}, {"models__a__b": "x"}])
def test_a_file_never_replaces_a_folder(tmp_path: Path, files: dict[str, str]) -> None:
    """Nor a folder a file: somebody must look."""
    disk = repository(tmp_path)
    base = commit(disk, models__a="1")
    with pytest.raises(Permanent, match="folder"):
        commit(disk, base=base, **files)


@pytest.mark.parametrize(
    "name",
    ["../x", "/etc/x", "a//b", "", "a/../b", ".git", "x.git", "a\n", "a.git/hooks", "a.GIT/b"],
)
def test_a_repository_cannot_leave_its_folder(tmp_path: Path, name: str) -> None:
    """Names are checked before a path is made of them."""
    with pytest.raises(Invalid, match="cannot be the name"):
        BareRepository(tmp_path, name)


def test_a_killed_writer_does_not_lock_the_repository(tmp_path: Path) -> None:
    """A lock file left behind is cleared; one of this moment is respected."""
    disk = repository(tmp_path)
    head = commit(disk, a="1")
    left = disk.path / "refs/heads/b.lock"
    left.touch()
    with pytest.raises(Temporary):
        disk.create_branch("b", head)
    os.utime(left, (time.time() - 60,) * 2)
    assert disk.create_branch("b", head)


def test_many_writers_leave_one_history(tmp_path: Path) -> None:
    """Ten at once create the repository and a branch: one wins, all see the same."""

    def create(number: int) -> bool:
        disk = repository(tmp_path)
        return disk.create_branch("b", commit(disk, a=str(number)))

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(create, range(10))) == 1
    assert not list((tmp_path / "risk-models").glob(".new-*"))
