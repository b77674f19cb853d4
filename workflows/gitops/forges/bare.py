"""A bare Git repository on disk: commits, branches and merges that a plain `git clone` can read.

Equal input gives equal commit ids. Any number of processes may work on one repository: writers
queue on a lock that dies with its holder, and a branch only ever moves by compare-and-swap, so
that a `git push` beside us is safe too.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from dulwich.diff_tree import tree_changes
from dulwich.file import FileLocked
from dulwich.graph import can_fast_forward, find_merge_base
from dulwich.object_store import commit_tree_changes, iter_tree_contents
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo

from governance.errors import Conflict, NotFound, Permanent, Temporary
from governance.sentences import Sentence
from governance.sentences import sentence as _
from workflows.gitops.forges.base import FileChange, NewCommit
from workflows.gitops.forges.branches import refuse_nested
from workflows.targets.paths import check_repository

IDENTITY = b"Foureyes <foureyes@localhost>"
FIRST_TIME = datetime(2026, 1, 1, tzinfo=UTC)
README = """# Deployments

What stands on the branch main is what shall run. Foureyes proposes changes here by pull request.
"""
STALE_LOCK_S = 10.0
WHOLE = 40  # digits of a commit's id
LOOK_BACK = 1000  # commits of a branch among which the beginning of an id is looked for
_FILE_MODE = 0o100644
_FOLDER_MODE = 0o040000
_T = TypeVar("_T")
_Entry = tuple[int, ObjectID] | None


class BareRepository:
    """One repository under a folder; it is made, with a first commit on main, when first used.

    A `copy` of a repository that lives elsewhere is made empty instead.
    """

    def __init__(self, root: Path, name: str, *, copy: bool = False) -> None:
        check_repository(name)
        self.name = name
        self.path = root / f"{name}.git"
        self._held = False
        if not self.path.exists():
            self._create(seeded=not copy)

    # Reading -----------------------------------------------------------------------------------
    def ref(self, branch: str) -> str | None:
        """Return the tip of a branch, None when there is none."""
        with self.opened() as repo:
            tip = _tip(repo, branch)
            return tip.decode() if tip is not None else None

    def contains(self, branch: str, sha: str) -> bool:
        """Whether the commit is the branch's tip or an ancestor of it."""
        with self.opened() as repo:
            tip = _tip(repo, branch)
            return tip is not None and _is_ancestor(repo, _id(sha), tip)

    def commit_on(self, branch: str, revision: str) -> str | None:
        """Return the branch's tip or the ancestor of it that a revision names, None when none is.

        A beginning of an id is looked for among the LOOK_BACK newest commits of the branch.
        """
        if len(revision) == WHOLE:
            return revision if self.contains(branch, revision) else None
        with self.opened() as repo:
            tip = _tip(repo, branch)
            newest = repo.get_walker([tip], max_entries=LOOK_BACK) if tip is not None else ()
            found = [one.commit.id.decode() for one in newest]
        named = [sha for sha in found if sha.startswith(revision)]
        return named[0] if len(named) == 1 else None

    def merged_in(self, branch: str, sha: str) -> str:
        """Return the first commit on the branch's own line that holds `sha`; it must hold it."""
        with self.opened() as repo:
            at = _tip(repo, branch)
            while at is not None:
                parents = _commit(repo, at).parents
                if not parents or not _is_ancestor(repo, _id(sha), parents[0]):
                    return at.decode()
                at = parents[0]
        raise NotFound(_("The branch {branch} does not hold {sha}.", branch=branch, sha=sha))

    def file_at(self, sha: str, path: str) -> str | None:
        """Return a file's text at a commit, None when it is no text file there.

        Nor is it one where a file, a link or another repository stands for one of its folders.
        """
        with self.opened() as repo:
            tree = _commit(repo, _id(sha)).tree
            try:
                entry = _entry(repo, tree, path)
            except Permanent:
                return None
            if entry is None or entry[0] & 0o170000 != 0o100000:  # noqa: PLR2004 - regular files
                return None
            return _decoded(repo[entry[1]].as_raw_string())

    def tree_files(self, sha: str, folder: str = "") -> tuple[str, ...]:
        """Return the paths of all files below a folder at a commit, sorted."""
        with self.opened() as repo:
            entries = iter_tree_contents(repo.object_store, _commit(repo, _id(sha)).tree)
            paths = sorted(os.fsdecode(entry.path or b"") for entry in entries)
        return tuple(path for path in paths if not folder or path.startswith(f"{folder}/"))

    def merge_base(self, one: str, other: str) -> str:
        """Return where two commits parted."""
        with self.opened() as repo:
            return _merge_base(repo, _id(one), _id(other)).decode()

    def conflicts(self, base: str, head: str) -> tuple[str, ...]:
        """Return the paths that both commits changed, differently, since they parted."""
        with self.opened() as repo:
            return _conflicts(repo, _id(base), _id(head))

    # Writing -----------------------------------------------------------------------------------
    def write_commit(self, commit: NewCommit) -> str:
        """Store a commit that no branch names yet; equal values give an equal id."""
        with self.locked(), self.opened() as repo:
            base = _id(commit.base)
            tree = _commit(repo, base).tree
            changes = _patient(lambda: list(_blobs(repo, tree, commit.files)))
            return _store_commit(repo, tree, changes, [base], commit.message, commit.author_time)

    def write_merge(self, branch: str, head: str, message: str, at: datetime) -> str:
        """Store the merge commit of a branch and a commit, without moving the branch.

        Raises:
            Conflict: Both changed the same file; the message names it.
        """
        with self.locked(), self.opened() as repo:
            tip = _tip(repo, branch)
            if tip is None:
                raise NotFound(_("There is no branch {branch}.", branch=branch))
            _refuse_conflicts(_conflicts(repo, tip, _id(head)), branch)
            changes = _changes(repo, _merge_base(repo, tip, _id(head)), _id(head))
            tree = _commit(repo, tip).tree
            return _store_commit(repo, tree, changes.items(), [tip, _id(head)], message, at)

    def create_branch(self, branch: str, sha: str) -> bool:
        """Create a branch only if it does not exist; say whether it did."""
        with self.locked(), self.opened() as repo:
            present = repo.refs.as_dict(Ref(b"refs/heads"))
            refuse_nested(branch, map(os.fsdecode, present), self.name)
            return _patient(lambda: repo.refs.add_if_new(_ref(branch), _id(sha)))

    def move_branch(self, branch: str, *, before: str, after: str) -> bool:
        """Move a branch only from the tip that the caller saw; say whether it did."""
        with self.locked(), self.opened() as repo:
            return _patient(lambda: repo.refs.set_if_equals(_ref(branch), _id(before), _id(after)))

    def delete_branch(self, branch: str, sha: str) -> bool:
        """Delete a branch only at the tip that the caller saw; say whether it did."""
        with self.locked(), self.opened() as repo:
            if _tip(repo, branch) != _id(sha):
                return False
            return _patient(lambda: repo.refs.remove_if_equals(_ref(branch), _id(sha)))

    def holds(self, sha: str) -> bool:
        """Whether the commit is stored here."""
        with self.opened() as repo:
            return _id(sha) in repo.object_store

    def changed_paths(self, before: str, after: str) -> set[str]:
        """Return the paths that differ between two commits."""
        with self.opened() as repo:
            return {os.fsdecode(path) for path in _changes(repo, _id(before), _id(after))}

    def parents(self, sha: str) -> tuple[str, ...]:
        """Return the ids of a commit's parents."""
        with self.opened() as repo:
            return tuple(map(bytes.decode, _commit(repo, _id(sha)).parents))

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the repository's writers' lock, once or nested. The kernel frees a dead holder's."""
        if self._held:
            yield
            return
        with (self.path / "foureyes.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._held = True
            try:
                yield
            finally:
                self._held = False

    @contextmanager
    def opened(self) -> Iterator[Repo]:
        """The repository as dulwich sees it, for as long as the block runs."""
        with Repo(str(self.path)) as repo:
            yield repo

    def _create(self, *, seeded: bool) -> None:
        """Build beside, then rename: two processes at once leave one whole repository."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.parent / f".new-{uuid4().hex}"
        with Repo.init_bare(str(draft), mkdir=True, default_branch=b"main") as repo:
            if seeded:
                _seed(repo)
        try:
            draft.rename(self.path)
        except OSError:  # another process was first
            shutil.rmtree(draft)


# Objects ----------------------------------------------------------------------------------------
def _seed(repo: Repo) -> None:
    readme = Blob.from_string(README.encode())
    repo.object_store.add_object(readme)
    first = _store_commit(
        repo, Tree(), [(b"README.md", (_FILE_MODE, readme.id))], [], "Begin\n", FIRST_TIME
    )
    repo.refs.add_if_new(_ref("main"), _id(first))


def _store_commit(
    repo: Repo,
    tree: ObjectID | Tree,
    changes: Iterable[tuple[bytes, _Entry]],
    parents: list[ObjectID],
    message: str,
    at: datetime,
) -> str:
    flat = [(path, entry and entry[0], entry and entry[1]) for path, entry in changes]
    commit = Commit()
    commit.tree = _patient(lambda: _changed_tree(repo, tree, flat))
    commit.parents = parents
    commit.author = commit.committer = IDENTITY
    commit.author_time = commit.commit_time = int(at.timestamp())
    commit.author_timezone = commit.commit_timezone = 0
    commit.message = message.encode()
    _patient(lambda: repo.object_store.add_object(commit))
    return commit.id.decode()


def _changed_tree(
    repo: Repo, tree: ObjectID | Tree, flat: list[tuple[bytes, int | None, ObjectID | None]]
) -> ObjectID:
    """Copy before the change: a tree object is changed in place, and a retry starts afresh."""
    if isinstance(tree, Tree):
        tree = Tree.from_string(tree.as_raw_string())
    return commit_tree_changes(repo.object_store, tree, flat)


def _blobs(
    repo: Repo, tree: ObjectID, files: Iterable[FileChange]
) -> Iterator[tuple[bytes, _Entry]]:
    for file in files:
        before = _entry(repo, tree, file.path)
        if file.text is None:
            if before is not None:
                yield os.fsencode(file.path), None
            continue
        if before is not None and before[0] == _FOLDER_MODE:
            raise _in_the_way(_("{path} is a folder there", path=file.path))
        blob = Blob.from_string(file.text.encode())
        repo.object_store.add_object(blob)
        yield os.fsencode(file.path), (_FILE_MODE, blob.id)


def _entry(repo: Repo, tree: ObjectID, path: str) -> _Entry:
    """Find what stands at a path. A file where the path wants a folder is an error, not a gap."""
    at: tuple[int, ObjectID] = (_FOLDER_MODE, tree)
    for step in path.split("/"):
        folder = repo.object_store[at[1]] if at[0] == _FOLDER_MODE else None
        if not isinstance(folder, Tree):
            raise _in_the_way(_("{path} would need a folder where a file stands", path=path))
        if os.fsencode(step) not in folder:
            return None
        at = folder[os.fsencode(step)]
    return at


def _in_the_way(why: Sentence) -> Permanent:
    return Permanent(
        _("The files cannot be written to the repository: {why}.", why=why),
        remedy=_("Change the target's setting “path”, or move what stands there."),
    )


def _conflicts(repo: Repo, base: ObjectID, head: ObjectID) -> tuple[str, ...]:
    parted = _merge_base(repo, base, head)
    ours, theirs = _changes(repo, parted, base), _changes(repo, parted, head)
    twice = [path for path in theirs if path in ours and ours[path] != theirs[path]]
    nested = [path for path in theirs if any(_one_inside_other(path, other) for other in ours)]
    return tuple(sorted({os.fsdecode(path) for path in twice + nested}))


def _one_inside_other(one: bytes, other: bytes) -> bool:
    return one.startswith(other + b"/") or other.startswith(one + b"/")


def _refuse_conflicts(paths: tuple[str, ...], branch: str) -> None:
    if paths:
        raise Conflict(
            _(
                "It cannot be merged: {files} was changed on {branch} as well.",
                files=", ".join(paths),
                branch=branch,
            ),
            remedy=_("Close this pull request and ask for a new one on today's files."),
        )


def _changes(repo: Repo, before: ObjectID, after: ObjectID) -> dict[bytes, _Entry]:
    trees = _commit(repo, before).tree, _commit(repo, after).tree
    found: dict[bytes, _Entry] = {}
    for change in tree_changes(repo.object_store, *trees):
        if change.old is not None:
            found.setdefault(change.old.path, None)
        if change.new is not None:
            found[change.new.path] = (change.new.mode, change.new.sha)
    return found


def _merge_base(repo: Repo, one: ObjectID, other: ObjectID) -> ObjectID:
    found = find_merge_base(repo, [one, other])
    if not found:
        raise Conflict(_("The two branches have no commit in common."))
    return found[0]


def _is_ancestor(repo: Repo, old: ObjectID, new: ObjectID) -> bool:
    return old in repo.object_store and can_fast_forward(repo, old, new)


def _commit(repo: Repo, sha: ObjectID) -> Commit:
    if sha in repo.object_store:
        found = repo.object_store[sha]
        if isinstance(found, Commit):
            return found
    raise NotFound(_("There is no commit {sha} in the repository.", sha=sha.decode()))


def _tip(repo: Repo, branch: str) -> ObjectID | None:
    return repo.refs.as_dict(Ref(b"refs/heads")).get(Ref(branch.encode()))


def _ref(branch: str) -> Ref:
    return Ref(b"refs/heads/" + branch.encode())


def _id(sha: str) -> ObjectID:
    return ObjectID(sha.encode())


def _decoded(raw: bytes) -> str | None:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return None


def _patient(write: Callable[[], _T]) -> _T:
    """Write; clear a lock file that a killed process left, and leave a living one alone.

    Our own writers hold `locked()`, so a fresh lock file can only be a `git push` at this moment.
    """
    try:
        return write()
    except FileLocked as locked:
        left = Path(os.fsdecode(locked.lockfilename))
        if left.exists() and time.time() - left.stat().st_mtime < STALE_LOCK_S:
            message = _("Somebody is writing to the repository at this moment.")
            raise Temporary(message, retry_after=STALE_LOCK_S) from locked
        left.unlink(missing_ok=True)
        return write()
