"""Merging by a person on our own screen, and what it comes to."""

from typing import Any

import pytest

from governance.access.models import Involvement
from governance.errors import Conflict, NotAllowed, NotFound, Stale, WrongState
from governance.inventory.models import ModelVersion
from workflows.gitops.forges.local import LocalForge
from workflows.gitops.models import PullRequest
from workflows.gitops.operations import close_pull_request, merge_pull_request
from workflows.gitops.queries import deployments, pull_request_view
from workflows.lifecycle.models import ApprovalRound
from workflows.targets.models import Promotion


def merged(bank: Any, row: PullRequest, who: str = "mo") -> Promotion:
    merge_pull_request(row.pk, actor=bank.people[who], seen_head=row.head_sha)
    bank.work()
    return Promotion.objects.get(pk=row.promotion_id)


@pytest.mark.both_databases
def test_a_merge_deploys_the_version(bank: Any) -> None:
    """MLOps merges; the bytes are compared; the version is champion, and the log has it all."""
    bank.target()
    row = bank.open()
    promotion = merged(bank, row)
    row.refresh_from_db()
    assert (promotion.state, row.state) == ("deployed", "merged")
    assert promotion.version.state == "deployed"
    assert row.merged_by_person_id == bank.people["mo"].person_id
    assert bank.disk.parents(row.merge_sha)[1] == promotion.expected_head
    assert bank.entries(promotion.pk)[-2:] == ["promotion.merged", "promotion.deployed"]


def test_the_merger_is_on_record(bank: Any) -> None:
    """So that the same person can never validate or approve that version."""
    bank.target()
    merged(bank, bank.open())
    parts = Involvement.objects.filter(person=bank.people["mo"].person_id)
    assert [row.part for row in parts] == ["merger"]


def test_the_next_version_takes_the_place(bank: Any) -> None:
    """One version stands at a target; the files hold its digest, the former is superseded."""
    bank.target()
    first = merged(bank, bank.open())
    second = merged(bank, bank.open())
    first.refresh_from_db()
    assert (first.state, second.state) == ("superseded", "deployed")
    assert ModelVersion.objects.get(number=1).state == "superseded"
    patch = second.approved_content[-1]
    assert (
        LocalForge().file_at("risk-models/prod", second.merge_commit, patch["path"])
        == (patch["text"])
    )


def test_only_the_last_target_of_the_route_deploys(bank: Any) -> None:
    """Staging first; production is asked for after it; then the version is live."""
    bank.target("staging", environment="staging", position=1)
    bank.target("production", position=2)
    staging = merged(bank, bank.open())
    assert (staging.state, staging.version.state) == ("deployed", "approved")
    production = merged(bank, PullRequest.objects.exclude(promotion=staging).get())
    assert (production.state, production.version.state) == ("deployed", "deployed")


@pytest.mark.parametrize("who", ["victor", "rita", "dana", "sam"])
def test_whoever_took_part_or_has_no_role_may_not_merge(bank: Any, who: str) -> None:
    """Nothing moves in the repository."""
    bank.target()
    row = bank.open()
    with pytest.raises(NotAllowed):
        merge_pull_request(row.pk, actor=bank.people[who], seen_head=row.head_sha)
    assert bank.remote() == [(1, "open")]


def test_an_author_with_the_role_may_still_not_merge(bank: Any) -> None:
    """Rules look at what a person did, not at what they are called."""
    bank.target()
    mo = bank.people["mo"]
    bank.people["mo"], bank.people["dana"] = bank.person("otto", "mlops_engineer"), mo
    row = bank.open()
    with pytest.raises(NotAllowed, match="author"):
        merge_pull_request(row.pk, actor=mo, seen_head=row.head_sha)


def test_a_stranger_does_not_learn_that_it_exists(bank: Any) -> None:
    """No role in the portfolio: the same answer as for a number that was never given."""
    bank.target()
    row = bank.open()
    bank.portfolio = type(bank.portfolio).objects.create(name="other", title="Other")
    with pytest.raises(NotFound):
        merge_pull_request(
            row.pk, actor=bank.person("sue", "mlops_engineer"), seen_head=row.head_sha
        )


def test_a_branch_that_moved_is_not_merged(bank: Any) -> None:
    """What was seen is not what is there: look again."""
    bank.target()
    row = bank.open()
    bank.push(row.promotion.branch, extra="x")
    with pytest.raises(Stale):
        merge_pull_request(row.pk, actor=bank.people["mo"], seen_head=row.head_sha)


def test_a_foreign_commit_on_the_branch_is_not_merged(bank: Any) -> None:
    """Even by somebody who saw it: nobody approved it. Its status is red."""
    bank.target()
    row = bank.open()
    head = bank.push(row.promotion.branch, extra="x")
    bank.look_again()
    with pytest.raises(Conflict, match="not the one that was approved"):
        merge_pull_request(row.pk, actor=bank.people["mo"], seen_head=head)
    assert [s.state for s in LocalForge().statuses(row.repository, head)] == ["failure"]
    assert "promotion.observed" in bank.entries(row.promotion_id)


def test_a_conflict_names_the_file(bank: Any) -> None:
    """Main changed the same file meanwhile: words, and main stays as it was."""
    bank.target()
    row = bank.open()
    path = row.promotion.approved_content[-1]["path"]
    tip = bank.push("main", **{path.replace("/", "__"): "by hand\n"})
    with pytest.raises(Conflict, match=r"version\.yaml"):
        merge_pull_request(row.pk, actor=bank.people["mo"], seen_head=row.head_sha)
    assert bank.disk.ref("main") == tip


def test_an_approval_that_fell_is_not_merged(bank: Any) -> None:
    """The digest is asked again at the merge, and the next look closes the pull request."""
    bank.target()
    row = bank.open()
    ApprovalRound.objects.update(digest="0" * 64)
    with pytest.raises(Conflict, match="no longer holds"):
        merge_pull_request(row.pk, actor=bank.people["mo"], seen_head=row.head_sha)
    bank.look_again()
    assert bank.remote() == [(1, "closed")]
    assert Promotion.objects.get().state == "closed"


def test_a_merge_twice_is_a_merge_once(bank: Any) -> None:
    """The second press is told."""
    bank.target()
    row = bank.open()
    merged(bank, row)
    with pytest.raises(WrongState, match="not open any more"):
        merge_pull_request(row.pk, actor=bank.people["mo"], seen_head=row.head_sha)


def test_a_person_closes_and_it_stays_closed(bank: Any) -> None:
    """With a reason, for good: no later look opens another one."""
    bank.target()
    row = bank.open()
    close_pull_request(row.pk, reason="Wrong quarter", actor=bank.people["mo"])
    bank.work()
    bank.look_again()
    promotion = Promotion.objects.get()
    assert (promotion.state, promotion.state_reason) == ("closed", "Wrong quarter")
    assert bank.remote() == [(1, "closed")]
    assert promotion.version.state == "approved"


def test_the_page_shows_difference_checks_and_who_may(bank: Any) -> None:
    """One read gives the screen everything, for a person who may and one who may not."""
    bank.target()
    row = bank.open()
    view = pull_request_view(row, bank.people["mo"])
    assert view.refusal is None
    assert [diff.kind for diff in view.diffs] == ["new"] * 7
    assert view.diffs[0].text.splitlines()[2].startswith("@@ -0,0 +1")
    assert [(one.person.full_name, one.may) for one in view.mergers] == [("Mo Person", True)]
    refusal = pull_request_view(row, bank.people["sam"]).refusal
    assert refusal is not None
    assert refusal.remedy


def test_deployments_show_what_shall_and_what_does_stand(bank: Any) -> None:
    """Version 1 is live, version 2 is on its way."""
    bank.target()
    first = merged(bank, bank.open())
    second = bank.open()
    (line,) = deployments([first.version.model_id])
    assert (line.live, line.desired) == (first, second.promotion)
    assert not line.settled
    assert line.pull_request == second
