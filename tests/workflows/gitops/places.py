"""A forge of ours and the fake one behind it, for what every kind must do alike."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from governance.addresses import PinnedPool
from tests.faults.fakes.dialects import DIALECTS
from tests.faults.fakes.forge import TOKEN, FakeForge
from tests.faults.fakes.transport import Line, Plan
from workflows.gitops.forges.base import Connection, FileChange, NewCommit
from workflows.gitops.forges.gitea import Gitea
from workflows.gitops.forges.github import GitHub
from workflows.gitops.forges.gitlab import GitLab
from workflows.gitops.forges.plain_git import PlainGit
from workflows.gitops.forges.wire import Wire

REPOSITORY, BRANCH = "risk-models/prod", "foureyes/credit/v1-production-0123456789ab"
SEED = bytes(range(32))
AT = datetime(2026, 11, 1, tzinfo=UTC)
KINDS = {"gitea": Gitea, "github": GitHub, "gitlab": GitLab, "plain_git": PlainGit}
WITH_API = ["gitea", "github", "gitlab"]


@dataclass
class Place:
    """A forge of ours, the fake one behind it, and what was said between them."""

    ours: Any
    fake: FakeForge
    plan: Plan

    def branch(self, **files: str) -> str:
        """A commit of ours on a branch of ours."""
        base = self.ours.ref(REPOSITORY, "main")
        changes = tuple(FileChange(name.replace("__", "/"), text) for name, text in files.items())
        sha = self.ours.write_commit(REPOSITORY, NewCommit(base, changes, "Ours\n", AT))
        assert self.ours.create_branch(REPOSITORY, BRANCH, sha)
        return str(sha)

    def opened(self, **more: Any) -> Any:
        self.branch(models__a="1\n")
        return self.ours.open_pull_request(
            REPOSITORY, head=BRANCH, base="main", title="Deploy", body="Why.", **more
        )


def place_of(kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A forge of one kind, whose connections lead to a fake one."""
    fake = FakeForge(folder / "fake", REPOSITORY, DIALECTS.get(kind, DIALECTS["gitea"]))
    plan = Plan()
    line = Line(fake, kind if kind in DIALECTS else "gitea", plan)
    monkeypatch.setattr(PinnedPool, "connection_from_host", lambda *_a, **_k: line)
    monkeypatch.setattr(Wire, "_pause", lambda _wire: None)
    connection = Connection(
        "risk", "https://forge.example", "", TOKEN, folder / "copy", signing_key=SEED
    )
    return Place(KINDS[kind](connection), fake, plan)


everywhere = pytest.mark.parametrize("place", KINDS, indirect=True)
with_api = pytest.mark.parametrize("place", WITH_API, indirect=True)
