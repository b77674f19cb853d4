"""Our GitHub adapter and its webhooks against a GitHub that somebody else wrote and that runs.

npm's `emulate` keeps repositories, pull requests and hooks in memory and signs what it delivers. It
speaks no Git and has no commit statuses: branches are made by its API here, and what it does not
have or forgives (a second pull request, a missing branch, a bad token) is tested against the
published description instead. The package is installed by name, with the node it asks for.
"""

import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from django.conf import settings

from governance.sealing import seal
from tests.faults.fakes.forge import TOKEN
from workflows.gitops.forges.base import Connection, Wishes
from workflows.gitops.forges.github import GitHub
from workflows.gitops.forges.wire import Wire
from workflows.gitops.models import WebhookDelivery
from workflows.targets.models import ForgeConnection

pytestmark = pytest.mark.soak

PACKAGES = ("emulate@0.12.2", "node@24")
REPOSITORY, AT = "foureyes-bot/prod", "/repos/foureyes-bot/prod"
SECRET = "a-secret-of-sixteen"
PATIENCE_S, INSTALL_S = 30.0, 300.0
SEED = f"""
tokens:
  {TOKEN}: {{login: foureyes-bot, scopes: [repo, user, "admin:repo_hook"]}}
github:
  users: [{{login: foureyes-bot}}, {{login: mo}}]
  repos: [{{owner: foureyes-bot, name: prod, auto_init: true}}]
"""


def wait_for(fact: Callable[[], object]) -> None:
    deadline = monotonic() + PATIENCE_S
    while not fact():
        assert monotonic() < deadline, "it did not come to pass"
        sleep(0.1)


def listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except ConnectionError:
        return False
    return True


@pytest.fixture(scope="module")
def emulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a GitHub on loopback."""
    npm = shutil.which("npm") or pytest.fail("npm is not installed; install it.")
    folder = tmp_path_factory.mktemp("emulator")
    quiet = ["--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(
        [npm, "install", f"--prefix={folder}", *quiet, *PACKAGES], check=True, timeout=INSTALL_S
    )
    (folder / "seed.yaml").write_text(SEED, encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    programs = folder / "node_modules"
    argv = [programs / ".bin" / "node", programs / "emulate" / "dist" / "index.js"]
    more = ["--service=github", f"--port={port}", f"--seed={folder / 'seed.yaml'}"]
    with subprocess.Popen([*argv, *more], cwd=folder) as running:
        try:
            wait_for(lambda: listens(port))
            yield f"http://127.0.0.1:{port}"
        finally:
            running.terminate()


@dataclass
class Place:
    """Our adapter, and what a person does beside it."""

    ours: GitHub

    def asked(self, method: str, path: str, **body: Any) -> Any:
        return self.ours.api.ask(method, f"{AT}/{path}", body=body or None).body

    def branch(self, name: str) -> str:
        """A commit on a new branch."""
        base = self.asked("GET", "git/ref/heads/main")["object"]["sha"]
        root = self.asked("GET", f"git/commits/{base}")["tree"]["sha"]
        blob = self.asked("POST", "git/blobs", content=f"{name}\n", encoding="utf-8")["sha"]
        file = {"path": f"models/{name}", "mode": "100644", "type": "blob", "sha": blob}
        tree = self.asked("POST", "git/trees", base_tree=root, tree=[file])["sha"]
        made = self.asked("POST", "git/commits", message="Deploy", tree=tree, parents=[base])
        self.asked("POST", "git/refs", ref=f"refs/heads/{name}", sha=made["sha"])
        return str(made["sha"])

    def opened(self, name: str) -> Any:
        self.branch(name)
        return self.ours.open_pull_request(
            REPOSITORY, head=name, base="main", title="Deploy", body="Why."
        )

    def merge(self, number: int) -> str:
        """Somebody merges; this GitHub wants a body where the real one needs none."""
        return str(self.asked("PUT", f"pulls/{number}/merge", merge_method="merge")["sha"])


@pytest.fixture
def place(emulator: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """The emulator has GitHub's paths at its root, as the API's own host has."""
    monkeypatch.setattr("workflows.gitops.forges.github._api_base", lambda base: base)
    monkeypatch.setattr(Wire, "_pause", lambda _wire: None)
    networks = ("127.0.0.1",)
    ours = GitHub(Connection("risk", emulator, "", TOKEN, tmp_path, networks=networks))
    with ours.api.session:
        yield Place(ours)
    ours.git.pool.clear()


def test_a_pull_request_lives_as_the_adapter_believes(place: Place) -> None:
    """Opened at our commit, found in every state, labelled, remarked upon, merged by somebody."""
    name = "foureyes/credit/v1-production-0123456789ab"
    head = place.branch(name)
    wanted = {"head": name, "base": "main"}
    assert place.ours.find_pull_requests(REPOSITORY, **wanted) == ()
    opened = place.ours.open_pull_request(REPOSITORY, **wanted, title="Deploy", body="Why.")
    assert (opened.state, opened.head_sha, opened.body) == ("open", head, "Why.")
    assert place.ours.find_pull_requests(REPOSITORY, **wanted) == (opened,)
    place.ours.comment(REPOSITORY, opened.number, "Look", author="Mo")
    place.asked("POST", "labels", name="risk", color="00ff00")
    wishes = Wishes(labels=("risk",), reviewers=("mo",))
    assert place.ours.fulfil(REPOSITORY, opened.number, wishes) == ()
    merge = place.merge(opened.number)
    merged = place.ours.pull_request(REPOSITORY, opened.number)
    assert (merged.state, merged.merge_sha, merged.merged_by) == ("merged", merge, "foureyes-bot")
    assert merged.merged_at is not None
    (found,) = place.ours.find_pull_requests(REPOSITORY, **wanted)
    assert (found.number, found.state) == (opened.number, "merged")


def test_what_is_closed_is_closed_and_what_is_merged_stays_merged(place: Place) -> None:
    """Each may be asked for again."""
    first, second = place.opened("foureyes/one"), place.opened("foureyes/two")
    for _time in range(2):
        closed = place.ours.close(REPOSITORY, first.number, closed_by="Foureyes")
        assert (closed.state, closed.merge_sha) == ("closed", "")
    place.merge(second.number)
    assert place.ours.close(REPOSITORY, second.number, closed_by="Foureyes").state == "merged"


def test_a_connection_is_tried_line_by_line(place: Place) -> None:
    """As far as this GitHub goes: the base branch is asked for by Git, which it does not speak."""
    found = [(one.check, one.ok) for one in place.ours.checks(REPOSITORY, "main")]
    assert found == [("token", True), ("repository", True), ("base branch", False)]


def test_its_deliveries_prove_themselves_to_our_door(
    place: Place, live_site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signed by the hook's secret: heard. By another one: refused, and nothing is stored."""
    ForgeConnection.objects.create(
        name="github-risk",
        kind="github",
        base_url="https://forge.example",
        sealed_token=seal(TOKEN, settings.FORGE_KEYS),
        sealed_secret=seal(SECRET, settings.FORGE_KEYS),
    )
    door = {"url": f"{live_site}/hooks/github-risk/", "content_type": "json"}
    hook = place.asked(
        "POST", "hooks", config=door | {"secret": SECRET}, events=["pull_request"], active=True
    )["id"]
    opened = place.opened("foureyes/three")
    wait_for(WebhookDelivery.objects.exists)
    row = WebhookDelivery.objects.get()
    assert (row.source, row.event) == ("github-risk", "pull_request")
    assert row.payload["pull_request"]["number"] == opened.number
    place.asked("PATCH", f"hooks/{hook}", config=door | {"secret": "another-of-sixteen"})
    place.opened("foureyes/four")
    wait_for(lambda: len(place.asked("GET", f"hooks/{hook}/deliveries")) > 1)
    place.asked("PATCH", f"hooks/{hook}", config=door | {"secret": SECRET})
    place.ours.close(REPOSITORY, opened.number, closed_by="Foureyes")
    wait_for(lambda: WebhookDelivery.objects.count() > 1)
    told = list(WebhookDelivery.objects.values_list("payload__action", flat=True))
    assert sorted(told) == ["closed", "opened"]
