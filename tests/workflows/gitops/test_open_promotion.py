"""Opening: one approval and target, one pull request, whatever fails on the way."""

import json
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from governance.audit.models import AnchorKind, AuditAnchor, AuditCheckpoint
from governance.audit.operations import note_anchored
from governance.errors import Permanent
from governance.outbox.models import OutboxJob
from tests.databases import rolled_back
from workflows.delivery.operations import seal_log
from workflows.gitops import connections
from workflows.gitops.forges.local import LocalForge
from workflows.gitops.models import ChangeSet, PullRequest
from workflows.gitops.operations import open_promotion
from workflows.lifecycle.models import ApprovalRound
from workflows.targets.models import Promotion

ACTING = {"write_commit", "create_branch", "open_pull_request", "set_status", "close", "comment"}
CALLS = ACTING | {"ref", "find_pull_requests", "file_at", "pull_request"}


class Killed(BaseException):
    """Stands for kill -9: no handler catches it."""


class DyingForge(LocalForge):
    """Dies at its n-th call, before or after the effect, once."""

    def __init__(self, number: int, *, after: bool) -> None:
        super().__init__()
        self.calls, self.number, self.after = count(), number, after

    def __getattribute__(self, name: str) -> Any:
        method = super().__getattribute__(name)
        if name not in CALLS:
            return method

        def call(*args: Any, **kwargs: Any) -> Any:
            dies = next(self.calls) == self.number
            if dies and not self.after:
                raise Killed(name)
            answer = method(*args, **kwargs)
            if dies:
                raise Killed(name)
            return answer

        return call


def test_the_pull_request_holds_exactly_what_was_approved(bank: Any) -> None:
    """Files, commit, branch, body and the green status on that commit."""
    bank.target()
    row = bank.open()
    promotion = row.promotion
    forge = LocalForge()
    for file in promotion.approved_content:
        assert forge.file_at(row.repository, row.head_sha, file["path"]) == file["text"]
    assert promotion.branch.startswith("foureyes/credit-default/v1-production-")
    assert [s.state for s in forge.statuses(row.repository, promotion.expected_head)] == ["success"]
    assert bank.entries(promotion.pk) == ["promotion.requested", "promotion.opened"]


def test_the_body_says_what_why_and_who(bank: Any) -> None:
    """A reader of the forge needs no second page; a program reads the JSON block."""
    bank.target()
    bank.open()
    body = ChangeSet.objects.get().body
    for words in ("instant payments", "Rita Person", "## Gates", "auc_at_least", "## Verdict"):
        assert words in body
    block = body.split("```json\n")[1].split("\n```")[0]
    assert json.loads(block)["case_digest"] == ApprovalRound.objects.get().digest


def test_the_checkpoint_of_the_log_travels_along(bank: Any) -> None:
    """It covers the approval, so the log cannot later deny what was approved when."""
    bank.target()
    row = bank.open()
    path = f".foureyes/{row.promotion_id}/checkpoint.txt"
    note = AuditCheckpoint.objects.order_by("size").first()
    assert LocalForge().file_at(row.repository, row.head_sha, path) == note.note


# To die before a call is to die after the one before it, and only the long run does both.
@pytest.mark.parametrize(
    "after",
    [
        pytest.param(True, id="after the effect"),
        pytest.param(False, id="before the effect", marks=pytest.mark.soak),
    ],
)
def test_wherever_a_worker_dies_there_is_one_pull_request(
    bank: Any, settings: Any, tmp_path: Path, after: bool
) -> None:
    """Every call to the forge is the last one once; the next worker finishes the job."""
    bank.target()
    promotion = bank.approved()[0]
    seal_log()
    for number in count():
        settings.FORGE_DIR = tmp_path / f"forge-{number}"
        with rolled_back():
            if not dies_once(bank, promotion, DyingForge(number, after=after)):
                break
            assert bank.remote() == [(1, "open")]
            assert bank.entries(promotion.pk).count("promotion.opened") == 1
    assert number > 5


def dies_once(bank: Any, promotion: Promotion, forge: DyingForge) -> bool:
    """Open it with a worker that may die, and then with the next one; says whether it died."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(connections.FORGES, "local", lambda: forge)
        try:
            open_promotion(bank.claim("promotion.open", str(promotion.pk)))
        except Killed:
            open_promotion(bank.claim("promotion.open", str(promotion.pk)))
            return True
    return False


def test_a_worker_that_lost_its_lease_writes_nothing(bank: Any) -> None:
    """It was stopped for five minutes; another one has finished meanwhile."""
    bank.target()
    promotion = bank.approved()[0]
    late = bank.claim("promotion.open", str(promotion.pk))
    open_promotion(bank.claim("promotion.open", str(promotion.pk)))
    assert open_promotion(late) == {"state": "open"}
    assert len(bank.remote()) == 1


def test_a_stored_change_set_is_never_made_again(bank: Any, monkeypatch: Any) -> None:
    """Main has moved and a name has changed between two tries: branch and commit are the same."""
    bank.target()
    promotion = bank.approved()[0]
    forge = DyingForge(3, after=True)
    monkeypatch.setitem(connections.FORGES, "local", lambda: forge)
    with pytest.raises(Killed):
        open_promotion(bank.claim("promotion.open", str(promotion.pk)))
    stored = ChangeSet.objects.get()
    bank.push("main", other="1")
    open_promotion(bank.claim("promotion.open", str(promotion.pk)))
    assert PullRequest.objects.get().head_sha == stored.expected_head
    assert ChangeSet.objects.get().body == stored.body


def test_a_foreign_branch_of_that_name_is_left_alone(bank: Any, monkeypatch: Any) -> None:
    """Somebody was there first: nothing is overwritten, and a person must look."""
    bank.target()
    promotion = bank.approved()[0]
    forge = DyingForge(2, after=True)
    monkeypatch.setitem(connections.FORGES, "local", lambda: forge)
    with pytest.raises(Killed):
        open_promotion(bank.claim("promotion.open", str(promotion.pk)))
    foreign = bank.push(ChangeSet.objects.get().branch, theirs="x")
    with pytest.raises(Permanent, match="did not write"):
        open_promotion(bank.claim("promotion.open", str(promotion.pk)))
    assert bank.disk.ref(ChangeSet.objects.get().branch) == foreign


def test_a_twin_is_closed_in_favour_of_the_lowest_number(bank: Any) -> None:
    """Two answers to one request, as Gitea is known to give: one is left, and the log says so."""
    bank.target()
    row = bank.open()
    LocalForge().open_pull_request(
        row.repository, head=row.promotion.branch, base="main", title="Twin", body=""
    )
    bank.look_again()
    assert bank.remote() == [(1, "open"), (2, "closed")]
    assert "promotion.duplicate_healed" in bank.entries(row.promotion_id)


def test_an_approval_that_fell_opens_nothing(bank: Any) -> None:
    """The digest is asked again right before: a void approval never reaches a repository."""
    bank.target()
    promotion = bank.approved()[0]
    ApprovalRound.objects.update(digest="0" * 64)
    bank.work()
    promotion.refresh_from_db()
    assert promotion.state == "closed"
    assert promotion.state_reason
    assert bank.remote() == []


def test_an_unknown_base_branch_is_said_in_words(bank: Any) -> None:
    """The message names the setting to change."""
    bank.target(base_branch="release")
    promotion = bank.approved()[0]
    with pytest.raises(Permanent, match="no branch release") as refusal:
        open_promotion(bank.claim("promotion.open", str(promotion.pk)))
    assert "base branch" in refusal.value.remedy


def test_the_second_target_waits_for_the_first_and_its_soak(bank: Any) -> None:
    """A route goes in order; the same position goes at the same time."""
    bank.target("staging", environment="staging", position=1, soak_s=3600)
    bank.target("production", position=2)
    first, second = bank.approved()
    bank.work()
    assert [Promotion.objects.get(pk=p.pk).state for p in (first, second)] == ["open", "waiting"]
    bank.disk.move_branch(
        "main", before=bank.disk.ref("main"), after=PullRequest.objects.get().head_sha
    )
    bank.look_again()
    job = OutboxJob.objects.get(topic="promotion.open", key=str(second.pk))
    first.refresh_from_db()
    assert (job.next_attempt_at - first.deployed_at).total_seconds() == 3600


def test_the_checkpoint_in_the_branch_counts_as_kept_outside(bank: Any) -> None:
    """Beside the signed head stands where it lies; a second attempt adds nothing."""
    bank.target()
    row = bank.open()
    [anchor] = AuditAnchor.objects.filter(kind="git")
    path = next(f["path"] for f in row.promotion.change_set.files if "checkpoint" in f["path"])
    kept = LocalForge().file_at(row.repository, row.head_sha, path)
    assert kept == anchor.checkpoint.note
    assert row.head_sha in anchor.ref
    assert note_anchored(kept, AnchorKind.GIT, anchor.ref) == anchor
    for other in ("", "a\n1\nb", kept.replace("\n", " \n", 1), kept + "x"):
        assert note_anchored(other, AnchorKind.GIT, "elsewhere") is None
