"""Observing: what others did in the forge, and what it comes to."""

from typing import Any

from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from governance.actors import Actor
from governance.outbox.models import OutboxJob
from workflows.gitops.forges.local import LocalForge
from workflows.gitops.models import LocalPullRequest, PullRequest
from workflows.gitops.operations import poll_promotions
from workflows.lifecycle.operations import reopen_version, withdraw_version
from workflows.targets.models import Promotion


def test_a_push_to_main_is_a_merge_too(bank: Any) -> None:
    """Somebody merged with Git on their own machine: the content decides, not the button."""
    bank.target()
    row = bank.open()
    bank.disk.move_branch("main", before=bank.disk.ref("main"), after=row.head_sha)
    bank.look_again()
    row.refresh_from_db()
    assert Promotion.objects.get().state == "deployed"
    assert (row.state, row.merged_by, row.merged_by_person) == ("merged", "", None)


def test_other_bytes_on_main_are_never_deployed(bank: Any) -> None:
    """A commit slipped in before the merge: diverged, in the log, and the version stays put."""
    bank.target()
    row = bank.open()
    path = row.promotion.approved_content[-1]["path"]
    head = bank.push(row.promotion.branch, **{path.replace("/", "__"): "other: bytes\n"})
    bank.disk.move_branch("main", before=bank.disk.ref("main"), after=head)
    bank.look_again()
    promotion = Promotion.objects.get()
    assert promotion.state == "diverged"
    assert path in promotion.state_reason
    assert promotion.version.state == "approved"
    assert bank.entries(promotion.pk)[-2:] == ["promotion.diverged", "promotion_alarm.raised"]


def test_a_merge_after_the_approval_fell_is_diverged(bank: Any) -> None:
    """Right bytes, no standing approval: not deployed."""
    bank.target()
    row = bank.open()
    reopen_version(row.promotion.version_id, reason="expired", actor=Actor.system("test"))
    bank.disk.move_branch("main", before=bank.disk.ref("main"), after=row.head_sha)
    bank.work()
    bank.look_again()
    assert Promotion.objects.get().state == "diverged"


def test_a_withdrawn_version_takes_its_pull_request_along(bank: Any) -> None:
    """The status turns red and the pull request is closed, with the reason under it."""
    bank.target()
    row = bank.open()
    withdraw_version(row.promotion.version_id, reason="Bad data", actor=bank.people["dana"])
    bank.work()
    forge = LocalForge()
    assert bank.remote() == [(1, "closed")]
    assert [s.state for s in forge.statuses(row.repository, row.head_sha)] == ["failure"]
    assert forge.comments(row.repository, 1)
    assert Promotion.objects.get().state == "closed"


def test_a_newer_version_supersedes_an_open_pull_request(bank: Any) -> None:
    """Only the newer one can be merged."""
    bank.target()
    older, newer = bank.open(), bank.open()
    assert bank.remote() == [(1, "closed"), (2, "open")]
    states = {row.pk: row.state for row in Promotion.objects.all()}
    assert states == {older.promotion_id: "superseded", newer.promotion_id: "open"}
    branches = [row.promotion.branch for row in (older, newer)]
    assert [bank.disk.ref(branch) is None for branch in branches] == [True, False]


def test_what_others_pushed_to_a_superseded_branch_stays(bank: Any) -> None:
    """Only our own commit is cleared away."""
    bank.target()
    theirs = bank.push(bank.open().promotion.branch, notes="by hand")
    bank.open()
    assert bank.remote() == [(1, "closed"), (2, "open")]
    assert bank.disk.ref(Promotion.objects.earliest("created_at").branch) == theirs


def test_a_crash_between_merge_and_bookkeeping_is_healed(bank: Any) -> None:
    """The branch has moved, the forge's row has not: who merged is still known."""
    bank.target()
    row = bank.open()
    forge = LocalForge()
    mo = bank.people["mo"]
    forge.merge(row.repository, 1, seen_head=row.head_sha, merged_by=mo.name, account=mo.account_id)
    LocalPullRequest.objects.update(state="open")
    bank.look_again()
    row.refresh_from_db()
    assert row.state == "merged"
    assert row.merged_by_person_id == mo.person_id


def test_looking_is_harmless(bank: Any) -> None:
    """Ten looks at an open pull request change nothing and write nothing to the log."""
    bank.target()
    row = bank.open()
    before = bank.entries(row.promotion_id)
    for _look in range(10):
        assert poll_promotions() == 1
        bank.work()
    assert bank.entries(row.promotion_id) == before
    assert PullRequest.objects.get().state == "open"


def test_the_clock_asks_for_all_looks_at_once(bank: Any) -> None:
    """Its turn costs the same for one open pull request and for a thousand."""
    for name in ("one", "two", "three"):
        bank.target(name, repository=f"risk-models/{name}")
    bank.approved()
    bank.work()
    looks = OutboxJob.objects.filter(topic="promotion.observe")
    with CaptureQueriesContext(connection) as three:
        assert poll_promotions() == 3
    assert looks.filter(next_attempt_at__lte=Now()).count() == 3
    looks.first().delete()
    poll_promotions()
    assert looks.filter(next_attempt_at__lte=Now()).count() == 3
    PullRequest.objects.exclude(promotion__target__name="one").delete()
    with CaptureQueriesContext(connection) as one:
        assert poll_promotions() == 1
    assert len(three) <= len(one)
