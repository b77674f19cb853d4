"""Gone is what no tree names: a link, other bytes or another repository in its place is not."""

from typing import Any

import pytest
from dulwich.object_store import commit_tree_changes
from dulwich.objects import Blob, Commit, ObjectID
from dulwich.refs import Ref

from workflows.gitops.forges.bare import BareRepository
from workflows.gitops.forges.local import LocalForge
from workflows.gitops.operations import merge_pull_request
from workflows.gitops.queries import differing_files
from workflows.targets.models import Promotion
from workflows.targets.operations import create_promotions

FILE = "models/credit-default/inferenceservice.yaml"
LINK, PLAIN, REPOSITORY = 0o120000, 0o100644, 0o160000


@pytest.fixture
def retired(bank: Any) -> Promotion:
    """A version is live; that its one file goes is asked for, and its pull request is open."""
    bank.target(flavour="kserve")
    row = bank.open()
    merge_pull_request(row.pk, actor=bank.people["mo"], seen_head=row.head_sha)
    bank.work()
    version = Promotion.objects.get().version
    approval = Promotion.objects.get().approval_round
    (gone,) = create_promotions(approval, version, kind="retire", actor=bank.people["mo"])
    bank.work()
    return Promotion.objects.select_related("target").get(pk=gone.pk)


def put(disk: BareRepository, path: str, mode: int, raw: bytes = b"elsewhere") -> str:
    """A commit on main with something of any kind at a path; an empty `raw` takes it away."""
    with disk.opened() as repo:
        tip = repo[repo.refs[Ref(b"refs/heads/main")]]
        assert isinstance(tip, Commit)
        blob = Blob.from_string(raw)
        repo.object_store.add_object(blob)
        change = (path.encode(), mode if raw else None, blob.id if raw else None)
        after = Commit.from_string(tip.as_raw_string())
        after.tree = commit_tree_changes(repo.object_store, tip.tree, [change])
        after.parents = [ObjectID(tip.id)]
        repo.object_store.add_object(after)
        repo.refs[Ref(b"refs/heads/main")] = after.id
    return after.id.decode()


def test_a_file_that_no_tree_names_is_gone(bank: Any, retired: Promotion) -> None:
    """Whether its folder is there or not."""
    sha = put(bank.disk, FILE, PLAIN, b"")
    assert differing_files(retired, LocalForge(), sha) == []


@pytest.mark.parametrize(
    ("path", "mode", "raw"),
    [
        (FILE, LINK, b"../elsewhere.yaml"),
        (FILE, PLAIN, b"\xff\xfe no text"),
        (FILE, PLAIN, b"kind: InferenceService\n"),
        (FILE, REPOSITORY, b"x"),
        ("models/credit-default", LINK, b"../elsewhere"),
        ("models", REPOSITORY, b"x"),
    ],
)
def test_what_a_deployer_would_still_follow_is_not_gone(
    bank: Any, retired: Promotion, path: str, mode: int, raw: bytes
) -> None:
    """The manifest may lie behind it, and the model would run on."""
    if path != FILE:
        put(bank.disk, FILE, PLAIN, b"")
    sha = put(bank.disk, path, mode, raw)
    assert differing_files(retired, LocalForge(), sha) == [FILE]
