"""Every request that an adapter can send, beside what its forge publishes about itself."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from governance.addresses import PinnedPool
from tests.contracts.contract import UNDESCRIBED, contract_of
from tests.faults.fakes.dialects import DIALECTS, Request
from tests.faults.fakes.forge import TOKEN, FakeForge
from tests.faults.fakes.transport import Line, Plan
from workflows.gitops.connections import KINDS
from workflows.gitops.forges.base import (
    APPROVED_CONTEXT,
    Connection,
    FileChange,
    NewCommit,
    RemoteStatus,
    Wishes,
)
from workflows.gitops.forges.wire import Wire

REPOSITORY, BRANCH = "risk-models/prod", "foureyes/credit/v1-production-0123456789ab"
AT = datetime(2026, 11, 1, tzinfo=UTC)
WISHES = Wishes(("foureyes", "prod"), ("rita",), ("mo",), "Q4")
# Whose description, and who speaks to it: Forgejo is spoken to as Gitea is.
SPOKEN = {"github": "github", "gitlab": "gitlab", "gitea": "gitea", "forgejo": "gitea"}


@pytest.fixture(params=SPOKEN)
def contract(request: Any) -> Any:
    return request.param


@pytest.fixture
def fake(contract: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeForge:
    """A forge that was asked whatever its adapter can ask."""
    kind = SPOKEN[contract]
    fake = FakeForge(tmp_path / "fake", REPOSITORY, DIALECTS[kind])
    line = Line(fake, kind, Plan())
    monkeypatch.setattr(PinnedPool, "connection_from_host", lambda *_a, **_k: line)
    monkeypatch.setattr(Wire, "_pause", lambda _wire: None)
    ours: Any = KINDS[kind](Connection("risk", "https://forge.example", "", TOKEN, tmp_path))
    everything(ours, fake)
    if kind == "github":
        fake.installed = True
        assert all(check.ok for check in ours.checks(REPOSITORY, "main"))
    return fake


def everything(ours: Any, fake: FakeForge) -> None:
    assert all(check.ok for check in ours.checks(REPOSITORY, "main"))
    base = ours.ref(REPOSITORY, "main")
    change = NewCommit(base, (FileChange("models/a", "1\n"),), "Ours\n", AT)
    sha = ours.write_commit(REPOSITORY, change)
    ours.create_branch(REPOSITORY, BRANCH, sha)
    words = {"head": BRANCH, "base": "main", "title": "Deploy", "body": "Why."}
    opened = ours.open_pull_request(REPOSITORY, **words, draft=True)
    ours.find_pull_requests(REPOSITORY, head=BRANCH, base="main")
    for state in ("pending", "success", "failure"):
        ours.set_status(REPOSITORY, sha, RemoteStatus(APPROVED_CONTEXT, state, "Because"))
    ours.statuses(REPOSITORY, sha)
    ours.fulfil(REPOSITORY, opened.number, WISHES)
    ours.comment(REPOSITORY, opened.number, "Closed.", author="Foureyes")
    ours.close(REPOSITORY, opened.number, closed_by="Foureyes")
    again = ours.open_pull_request(REPOSITORY, **words)
    fake.merge(again.number)
    assert ours.pull_request(REPOSITORY, again.number).state == "merged"


def test_every_request_is_as_the_forge_describes_it(contract: str, fake: FakeForge) -> None:
    """Paths, parameters, fields and their types; nothing that the forge would overlook."""
    known = contract_of(contract)
    breaches = [one for asked, _answer in fake.asked for one in known.breaches(asked)]
    assert not breaches, "\n".join(breaches)


def test_nothing_described_is_left_unasked(contract: str, fake: FakeForge) -> None:
    """Whatever stands in the file was sent here at least once, and nothing else is cut out."""
    known = contract_of(contract)
    asked = {known.operation_of(request) for request, _answer in fake.asked}
    assert asked == {*known.operations, *UNDESCRIBED.get(contract, ())}


def test_the_fake_answers_with_fields_that_the_forge_has(contract: str, fake: FakeForge) -> None:
    """Else a test would read what no forge ever says."""
    known = contract_of(contract)
    said = [one for asked, answer in fake.asked for one in known.unread(asked, answer)]
    assert not said, "\n".join(said)


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("POST", "/repos/a/b/pull", {}, {}),
        ("GET", "/repos/a/b/pulls", {"branch": "x"}, {}),
        ("GET", "/repos/a/b/pulls", {"state": "merged"}, {}),
        ("POST", "/repos/a/b/pulls", {}, {"title": "x", "head": "y"}),
        ("POST", "/repos/a/b/pulls", {}, {"head": "x", "base": "y", "assignee": "z"}),
        ("POST", "/repos/a/b/statuses/ab", {}, {"state": "green"}),
        ("PATCH", "/repos/a/b/issues/1", {}, {"milestone": True}),
        ("GET", "/user", {}, {"a": 1}),
    ],
)
def test_what_is_not_described_is_seen(method: str, path: str, query: Any, body: Any) -> None:
    """A wrong path, an unknown parameter or field, a value of another kind: none passes."""
    assert contract_of("github").breaches(Request(method, path, query, body, {}))


@pytest.mark.parametrize("kind", SPOKEN)
def test_each_contract_says_what_it_was_cut_from(kind: str) -> None:
    """Name, version, licence and digest; and no prose of theirs."""
    source = contract_of(kind).source
    assert all(source[key] for key in ("title", "version", "licence", "sha256"))
