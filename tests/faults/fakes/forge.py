"""A forge in this process: real Git repositories on disk, and what the API keeps beside them.

It behaves as the real ones do where that matters for faults: pull requests follow their branch, a
second one for the same branch is refused in the dialect's own way, lists may be a moment behind.
"""

import shutil
from collections.abc import Callable, Iterable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain

from workflows.gitops.forges.bare import BareRepository
from workflows.gitops.forges.base import FileChange, NewCommit

START = datetime(2026, 11, 2, 8, tzinfo=UTC)
REFUSED = 400
TOKEN = "a-token-of-the-fake-forge-0123"
Answer = tuple[int, dict[str, str], Any]
StartResponse = Callable[..., Any]


@dataclass
class Pull:
    """A pull request as the forge keeps it."""

    number: int
    title: str
    body: str
    head: str
    base: str
    opened_at: datetime
    sha: str = ""
    state: str = "open"
    merge_sha: str = ""
    merged_by: str = ""
    ended_at: datetime | None = None
    labels: list[Any] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    draft: bool = False
    fork: bool = False  # from a branch of that name in somebody's copy of the repository

    def side(self, ref: str, **more: str) -> dict[str, Any]:
        """An end of it as GitHub and Gitea tell it; where both are in one repository, no more."""
        there = (9, "mallory/prod") if more and self.fork else (1, "risk-models/prod")
        place = {"repo_id": there[0], "repo": {"full_name": there[1]}} if self.fork else {}
        return {"ref": ref, **more, **place}

    def projects(self) -> dict[str, int]:
        """The same as GitLab tells it."""
        return {"source_project_id": 9, "target_project_id": 1} if self.fork else {}


class FakeForge:
    """One forge with one repository; `dialect` answers what is no Git."""

    def __init__(
        self, root: Path, repository: str, dialect: Callable[["FakeForge", Any], Answer]
    ) -> None:
        self.root, self.name, self.dialect = root, repository, dialect
        self.pulls: list[Pull] = []
        self.statuses: dict[str, list[dict[str, str]]] = {}
        self.hidden = 0  # so many next lists leave out the newest pull request
        self.allow_twins = False
        self.token = TOKEN
        self.installed = False  # the token is that of a GitHub app's installation
        self.read_only = False  # the token may read, and not push
        self.people = {"mo": 7, "rita": 8}
        self.label_ids = {"foureyes": 3}
        self.lent_labels: dict[str, int] = {}  # the organisation's own, which only Gitea has
        self.milestones = {"Q4": 11}
        self.seconds = 0
        self.asked: list[tuple[Any, Any]] = []  # every request to the API, and its answer's body
        backend = DictBackend({f"/{repository}.git": None})
        self.git = make_wsgi_chain(backend)
        self._backend = backend

    def copied(self, root: Path) -> "FakeForge":
        """Another one in the same state, in a folder of its own."""
        shutil.copytree(self.root, root)
        other = FakeForge(root, self.name, self.dialect)
        other.pulls, other.statuses = deepcopy(self.pulls), deepcopy(self.statuses)
        other.seconds, other.asked = self.seconds, list(self.asked)
        return other

    @property
    def disk(self) -> BareRepository:
        return BareRepository(self.root, self.name)

    def now(self) -> datetime:
        """A clock of its own: a second for each look."""
        self.seconds += 1
        return START + timedelta(seconds=self.seconds)

    # What a program asks --------------------------------------------------------------------
    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        """WSGI: Git's own protocol, or the API."""
        if ".git/" not in environ["PATH_INFO"]:
            message = "only Git goes through WSGI"
            raise AssertionError(message)
        if self.read_only and "receive-pack" in environ["PATH_INFO"] + environ["QUERY_STRING"]:
            start("403 Forbidden", [("Content-Type", "text/plain")])
            return [b"Write access to repository not granted."]
        with self.disk.opened() as repo:
            self._backend.repos[f"/{self.name}.git"] = repo
            return [b"".join(self.git(environ, start))]

    def api(self, request: Any) -> Answer:
        """The dialect's answer."""
        self.look()
        answer = self.dialect(self, request)
        self.asked.append((request, answer[2] if answer[0] < REFUSED else {}))
        return answer

    def look(self) -> None:
        """Every open pull request follows its branch."""
        for pull in self.pulls:
            if pull.state == "open" and not pull.fork:
                pull.sha = self.disk.ref(pull.head) or pull.sha

    def listed(self, found: list[Pull]) -> list[Pull]:
        """What a list shows; for a while it may be behind."""
        if self.hidden and found:
            self.hidden -= 1
            return found[:-1]
        return found

    def duplicate(self, head: str, base: str) -> bool:
        """Whether an open one stands for these branches, on a forge that looks."""
        if self.allow_twins:
            return False
        same = [p for p in self.pulls if (p.head, p.base, p.state) == (head, base, "open")]
        return any(not pull.fork for pull in same)

    def open(self, head: str, base: str, title: str, body: str, *, draft: bool = False) -> Pull:
        """Another pull request."""
        number = 1 + max((pull.number for pull in self.pulls), default=0)
        pull = Pull(number, title, body, head, base, self.now(), draft=draft)
        self.pulls.append(pull)
        self.look()
        return pull

    def close(self, pull: Pull) -> None:
        if pull.state == "open":
            pull.state, pull.ended_at = "closed", self.now()

    def pull(self, number: int) -> Pull | None:
        return next((pull for pull in self.pulls if pull.number == number), None)

    def set_status(self, sha: str, context: str, state: str, text: str) -> None:
        row = {"context": context, "state": state, "description": text}
        self.statuses.setdefault(sha, []).insert(0, row)

    def status(self, sha: str, context: str = "foureyes/approved") -> str:
        """The latest word on a commit."""
        rows = [row for row in self.statuses.get(sha, []) if row["context"] == context]
        return rows[0]["state"] if rows else ""

    # What people do -------------------------------------------------------------------------
    def merge(self, number: int = 1, by: str = "mo", *, squash: bool = False) -> str:
        """Somebody merges in the forge."""
        pull = self.pull(number)
        assert pull is not None
        self.look()
        disk, tip = self.disk, self.disk.ref(pull.base)
        if squash:
            sha = self._squashed(pull, str(tip))
        else:
            sha = disk.write_merge(pull.base, pull.sha, f"Merge {number}\n", self.now())
        assert disk.move_branch(pull.base, before=tip, after=sha)
        pull.state, pull.merge_sha, pull.merged_by = "merged", sha, by
        pull.ended_at = self.now()
        return sha

    def _squashed(self, pull: Pull, tip: str) -> str:
        changed = self.disk.changed_paths(self.disk.merge_base(tip, pull.sha), pull.sha)
        files = tuple(
            FileChange(path, self.disk.file_at(pull.sha, path)) for path in sorted(changed)
        )
        return self.disk.write_commit(NewCommit(tip, files, pull.title, self.now()))

    def push(self, branch: str, **files: str | None) -> str:
        """Somebody pushes a commit; `__` in a name is a slash."""
        changes = tuple(FileChange(name.replace("__", "/"), text) for name, text in files.items())
        before = self.disk.ref(branch) or str(self.disk.ref("main"))
        after = self.disk.write_commit(NewCommit(before, changes, "By hand\n", self.now()))
        if not self.disk.create_branch(branch, after):
            assert self.disk.move_branch(branch, before=before, after=after)
        return after
