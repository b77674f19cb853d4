"""What Foureyes asks of a forge, in as few words as GitHub, GitLab, Gitea and plain git share.

Contract of every method: it may be called again after a failure whose effect is unknown, and it
raises the errors of `governance.errors` and no others. `Temporary` and `Unavailable` mean look
again later; `Permanent` means a person must look. No method decides anything: who may merge and
what was approved is settled before it is called.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

APPROVED_CONTEXT = "foureyes/approved"


def at_once(_host: str, _pause_s: float) -> float:
    """Nobody else asks this host for anything."""
    return 0.0


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a forge. `mirrors` is a folder for copies; `networks` are the operator's own.

    `turn` says how many seconds to wait before the next change, for a host and the pause that it
    asks for.
    """

    name: str
    base_url: str
    username: str
    token: str = field(repr=False)
    mirrors: Path
    ca_certificate: str = field(default="", repr=False)
    networks: tuple[str, ...] = ()
    signing_key: bytes = field(default=b"", repr=False)  # 32 bytes of Ed25519, for signed tags
    turn: Callable[[str, float], float] = field(default=at_once, repr=False)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a pull request shall carry where the forge has it; names as people write them."""

    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    milestone: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Unfulfilled:
    """A wish that the forge did not do, and why; no reason to stop."""

    wish: str
    text: str


def all_unfulfilled(wishes: Wishes, text: str) -> tuple[Unfulfilled, ...]:
    """Every wish that was made, where a forge has none of these things."""
    names = (field.name for field in fields(wishes))
    return tuple(Unfulfilled(name, text) for name in names if getattr(wishes, name))


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the test of a connection."""

    check: str
    ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file as it shall be; a text of None removes it."""

    path: str
    text: str | None


@dataclass(frozen=True, slots=True)
class NewCommit:
    """Everything that fixes a commit's id: equal values give an equal id."""

    base: str
    files: tuple[FileChange, ...]
    message: str
    author_time: datetime


@dataclass(frozen=True, slots=True)
class RemotePullRequest:
    """A pull request as the forge tells it now.

    `head_sha` is the tip of the branch while it is open and what was merged afterwards. The
    account is known only where people sign in to the forge with an account of ours.
    """

    number: int
    url: str
    state: str  # open, merged, closed
    title: str
    body: str
    head_branch: str
    head_sha: str
    base_branch: str
    opened_at: datetime
    merge_sha: str = ""
    merged_by: str = ""
    merged_by_account: UUID | None = None
    merged_at: datetime | None = None
    closed_by: str = ""
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RemoteStatus:
    """The outcome of one check on one commit: pending, success or failure."""

    context: str
    state: str
    description: str


@dataclass(frozen=True, slots=True)
class RemoteComment:
    """A remark under a pull request."""

    author: str
    text: str
    written_at: datetime


class Forge(Protocol):
    """One kind of forge. `repository` is the forge's own name for it, `sha` a commit's full id."""

    kind: str

    def ref(self, repository: str, branch: str) -> str | None:
        """Return the branch's tip, None when there is no such branch."""
        ...

    def write_commit(self, repository: str, commit: NewCommit) -> str:
        """Store the commit without any branch and return its id; nobody sees it yet.

        Raises:
            Permanent: A file would stand where the repository has a folder, or the reverse.
        """
        ...

    def create_branch(self, repository: str, branch: str, sha: str) -> bool:
        """Create the branch at a stored commit only if it does not exist; say whether it did."""
        ...

    def delete_branch(self, repository: str, branch: str, sha: str) -> bool:
        """Delete the branch only while its tip is still `sha`; say whether it did."""
        ...

    def file_at(self, repository: str, sha: str, path: str) -> str | None:
        """Return a file's text at a commit, None when it is not there or is no text."""
        ...

    def tree_files(self, repository: str, sha: str, folder: str = "") -> tuple[str, ...]:
        """Return the paths of all files below a folder at a commit, sorted."""
        ...

    def commit_on(self, repository: str, branch: str, revision: str) -> str | None:
        """Return the branch's tip or the ancestor of it that a revision names, None when none is.

        A revision is a commit's id, or its beginning: that of one of the branch's newest commits.
        """
        ...

    def find_pull_requests(
        self, repository: str, *, head: str, base: str
    ) -> tuple[RemotePullRequest, ...]:
        """Return all from branch to branch, in every state, by any author, lowest number first."""
        ...

    def open_pull_request(
        self, repository: str, *, head: str, base: str, title: str, body: str, draft: bool = False
    ) -> RemotePullRequest:
        """Open one. After a failure look for it before asking again.

        A forge without drafts opens it as it is.

        Raises:
            Duplicate: There is an open one already.
            Temporary: The forge does not see the new branch yet.
        """
        ...

    def pull_request(self, repository: str, number: int) -> RemotePullRequest:
        """Return one by its number.

        Raises:
            NotFound: There is none.
        """
        ...

    def comment(self, repository: str, number: int, text: str, *, author: str) -> None:
        """Write a remark under it."""
        ...

    def close(self, repository: str, number: int, *, closed_by: str) -> RemotePullRequest:
        """Close it without merging; one that is merged or closed is returned as it is."""
        ...

    def set_status(self, repository: str, sha: str, status: RemoteStatus) -> None:
        """Set the outcome of a check on exactly this commit."""
        ...

    def fulfil(self, repository: str, number: int, wishes: Wishes) -> tuple[Unfulfilled, ...]:
        """Add labels, reviewers, assignees and milestone; return what could not be done.

        A draft is wished for at the opening; a kind of forge without drafts says so here.
        """
        ...

    def statuses(self, repository: str, sha: str) -> tuple[RemoteStatus, ...]:
        """Return the latest outcome of each check on this commit, by context."""
        ...


class TestedForge(Forge, Protocol):
    """A forge behind a connection, which can be tested."""

    def checks(self, repository: str, base: str) -> tuple[Check, ...]:
        """Try host, token, reading, pushing; stop at the first that fails. Changes nothing."""
        ...


class MergingForge(Forge, Protocol):
    """A forge whose pull requests are merged on our own screens: only the embedded one."""

    def merge(
        self, repository: str, number: int, *, seen_head: str, merged_by: str, account: UUID | None
    ) -> RemotePullRequest:
        """Merge by a merge commit on the base branch.

        Raises:
            Stale: The branch has moved since `seen_head`.
            Conflict: It is closed, or both branches changed the same file.
        """
        ...

    def comments(self, repository: str, number: int) -> tuple[RemoteComment, ...]:
        """Return the remarks, oldest first."""
        ...

    def merge_conflicts(self, repository: str, *, head: str, base: str) -> tuple[str, ...]:
        """Return the paths that both commits changed since they parted."""
        ...
