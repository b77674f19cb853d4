"""Merging and closing on our own screen, and why somebody may not."""

import re
import shutil
from pathlib import Path

import pytest
from django.test import override_settings
from pytest_django.fixtures import Settings

from governance.audit.models import AuditEntry
from governance.inventory.models import ModelVersion
from tests.stories import again, approved_version, signed_in
from workflows.delivery.operations import reconcile
from workflows.gitops.forges.base import FileChange, NewCommit
from workflows.gitops.forges.local import LocalForge
from workflows.gitops.models import LocalPullRequest, PullRequest
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db
ADDRESS = "/forge/risk-models/1/"


@pytest.fixture(scope="module")
def story(module_db: None, tmp_path_factory: pytest.TempPathFactory) -> tuple[ModelVersion, Path]:
    """A version is approved and its pull request open, told once; and the folder of its forge."""
    folder = tmp_path_factory.mktemp("told") / "forge"
    with override_settings(FORGE_DIR=folder):
        return approved_version(), folder


@pytest.fixture
def version(story: tuple[ModelVersion, Path], settings: Settings, tmp_path: Path) -> ModelVersion:
    """The approved version, with a forge of the test's own."""
    settings.FORGE_DIR = shutil.copytree(story[1], tmp_path / "forge")
    return story[0]


def page(username: str, address: str = ADDRESS) -> str:
    answer = signed_in(username).get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def merge(username: str, seen_head: str | None = None) -> tuple[int, str]:
    head = PullRequest.objects.get().head_sha if seen_head is None else seen_head
    answer = signed_in(username).post(f"{ADDRESS}merge/", {"seen_head": head})
    return answer.status_code, answer.content.decode()


def close(username: str, reason: str) -> tuple[int, str]:
    answer = signed_in(username).post(f"{ADDRESS}close/", {"reason": reason})
    return answer.status_code, answer.content.decode()


def push(path: str, branch: str) -> None:
    """Somebody pushes a commit with Git."""
    forge = LocalForge()
    tip = forge.ref("risk-models", branch)
    assert tip
    at = LocalPullRequest.objects.get().created_at
    sha = forge.write_commit(
        "risk-models", NewCommit(tip, (FileChange(path, "changed\n"),), "A push\n", at)
    )
    assert forge.repository("risk-models").move_branch(branch, before=tip, after=sha)


def test_the_page_shows_all_that_a_merge_rests_on(version: ModelVersion) -> None:
    """What and why, who approved, every file, the check, and who may merge."""
    seen = page("mo")
    assert "Deploy Credit default 1.0.0 to production" in seen
    assert "<b>Rita Risk</b> signed: approve" in seen
    assert "Evidence</span>" in seen  # the gates as the case shows them, with the way there
    assert 'href="/models/credit-default/versions/1/#s3"' in seen
    assert "models/credit-default/overlays/production/version.yaml" in seen
    assert "Approved, and exactly this commit" in seen
    assert "Mo Ops (you)" in seen
    assert f'name="seen_head" value="{PullRequest.objects.get().head_sha}"' in seen


def test_a_merge_is_observed_and_deploys(version: ModelVersion) -> None:
    """Until it is observed the page looks again by itself; then the version is live."""
    assert merge("mo")[0] == 302
    waiting = page("mo")
    assert "Being compared with what was approved" in waiting
    assert 'hx-select="#standing"' in waiting
    reconcile()
    done = page("mo")
    assert "hx-select" not in done
    assert "Mo Ops" in done
    assert again(version).state == "deployed"


@pytest.mark.parametrize("username", ["dana", "victor", "rita", "olive", "ada", "alma", "hanna"])
def test_others_read_why_they_may_not_merge(version: ModelVersion, username: str) -> None:
    """The reason and who can; no button; and a press is refused."""
    seen = page(username)
    assert "promotion:merge is missing" in seen
    assert 'data-dialog="merge"' not in seen
    assert merge(username)[0] == 403
    assert PullRequest.objects.get().state == "open"


def test_a_stranger_finds_nothing(version: ModelVersion) -> None:
    """Neither the page, nor the list, nor a merge."""
    assert signed_in("sam").get(ADDRESS).status_code == 404
    assert merge("sam")[0] == 404
    assert close("sam", "because")[0] == 404
    assert "risk-models" not in page("sam", "/forge/")


def test_only_the_commit_that_was_seen_is_merged(version: ModelVersion) -> None:
    """A branch that moved says so; nothing merges, and the page no longer offers it."""
    seen = PullRequest.objects.get().head_sha
    push("surprise.txt", PullRequest.objects.get().promotion.branch)
    status, text = merge("mo", seen)
    assert status == 409
    assert "The branch has moved since you looked." in text
    assert "surprise.txt" in text
    assert 'data-dialog="merge"' not in page("mo")
    assert "not the one that was approved" in page("mo")


def test_a_press_without_a_commit_merges_nothing(version: ModelVersion) -> None:
    """Whoever made that form."""
    assert merge("mo", "")[0] == 409
    assert PullRequest.objects.get().state == "open"


def test_the_same_file_changed_meanwhile_stands_in_the_way(version: ModelVersion) -> None:
    """Said before anybody presses."""
    push("models/credit-default/overlays/production/version.yaml", "main")
    assert "main changed the same files meanwhile" in page("mo")
    assert merge("mo")[0] == 409


def test_closing_needs_a_reason_and_is_final(version: ModelVersion) -> None:
    """The reason stands in the forge and in the log."""
    status, text = close("mo", "  ")
    assert status == 422
    assert 'id="close" aria-labelledby="close-h" data-open' in text
    assert close("mo", "The window is over")[0] == 302
    reconcile()
    assert Promotion.objects.get().state == "closed"
    seen = page("mo")
    assert "The window is over" in seen
    assert 'data-dialog="merge"' not in seen
    assert AuditEntry.objects.filter(action="promotion.closed").exists()
    assert merge("mo")[0] == 409
    assert close("mo", "Again")[0] == 409


@pytest.mark.parametrize("username", ["dana", "rita", "ada"])
def test_others_may_not_close(version: ModelVersion, username: str) -> None:
    """No button, and a press is refused."""
    assert 'data-dialog="close"' not in page(username)
    assert close(username, "because")[0] == 403


def test_the_list_parts_open_from_merged(version: ModelVersion) -> None:
    """Each with its count."""
    assert "1 waits for a merge." in page("mo", "/forge/")
    merge("mo")
    reconcile()
    assert "None waits for a merge." in page("mo", "/forge/")
    merged = page("mo", "/forge/?state=merged")
    assert 'href="/forge/risk-models/1/"' in merged
    assert "Mo Ops" in merged


def test_markup_in_a_body_stays_text(version: ModelVersion) -> None:
    """Whoever writes it."""
    LocalPullRequest.objects.update(body="## A\n\n<script>alert(1)</script> `<b>`")
    seen = page("mo")
    assert "<script>alert" not in seen
    assert re.search(r"<code[^>]*>&lt;b&gt;</code>", seen)


def test_a_number_that_is_not_there_is_not_found(version: ModelVersion) -> None:
    """Nor is another repository."""
    client = signed_in("mo")
    assert client.get("/forge/risk-models/99/").status_code == 404
    assert client.get("/forge/elsewhere/1/").status_code == 404


def test_another_one_is_asked_for_where_one_was_closed(version: ModelVersion) -> None:
    """On the promotion's page, by whoever may close; then it is opened under the same approval."""
    closed = Promotion.objects.get(version=version)
    address = f"/deployments/{closed.pk}/"
    assert "Ask for another" not in page("mo", address)
    close("mo", "Main has moved")
    reconcile()
    assert "Ask for another" in page("mo", address)
    assert "Ask for another" not in page("dana", address)
    assert signed_in("mo").post(f"{address}request/", {"reason": ""}).status_code == 422
    answer = signed_in("mo").post(f"{address}request/", {"reason": "On today's files"})
    reconcile()
    asked = Promotion.objects.exclude(pk=closed.pk).get()
    assert (answer.status_code, answer["location"]) == (302, f"/deployments/{asked.pk}/")
    assert (asked.state, asked.approval_round_id) == ("open", closed.approval_round_id)
    assert "Ask for another" not in page("mo", address)
