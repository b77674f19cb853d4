"""Asking for another pull request where one was closed without merging."""

from typing import Any

import pytest

from governance.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from workflows.cases.models import Task
from workflows.desk.queries.inbox import promotions_moving
from workflows.gitops.models import PullRequest
from workflows.gitops.operations import close_pull_request, merge_pull_request
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.operations import request_promotion
from workflows.targets.models import Promotion


def closed(bank: Any) -> Promotion:
    """Opened, and closed by Mo."""
    row = bank.open()
    close_pull_request(row.pk, reason="Wrong quarter", actor=bank.people["mo"])
    bank.work()
    bank.look_again()
    return Promotion.objects.get(pk=row.promotion_id)


def asked_again(bank: Any, promotion: Promotion, who: str = "mo") -> Promotion:
    return request_promotion(promotion.pk, reason="The right one", actor=bank.people[who])


def merged(bank: Any, promotion: Promotion) -> str:
    row = PullRequest.objects.get(promotion=promotion)
    merge_pull_request(row.pk, actor=bank.people["mo"], seen_head=row.head_sha)
    bank.work()
    promotion.refresh_from_db()
    return promotion.state


@pytest.mark.both_databases
def test_another_one_is_opened_and_the_closed_one_stays_closed(bank: Any) -> None:
    """The same approval, the same files, a branch of its own; merged, the version is live."""
    bank.target()
    first = closed(bank)
    second = asked_again(bank, first)
    bank.work()
    assert bank.remote() == [(1, "closed"), (2, "open")]
    assert (second.approval_round_id, second.content_digest, second.approved_content) == (
        first.approval_round_id,
        first.content_digest,
        first.approved_content,
    )
    assert merged(bank, second) == "deployed"
    assert second.branch != first.branch
    assert second.version.state == "deployed"
    assert Promotion.objects.get(pk=first.pk).state == "closed"
    assert bank.entries(second.pk)[0] == "promotion.requested"


def test_a_conflict_is_solved_on_todays_files(bank: Any) -> None:
    """Main changed the same file: the first cannot be merged, the one that is asked for can."""
    bank.target()
    row = bank.open()
    path = row.promotion.approved_content[-1]["path"]
    bank.push("main", **{path.replace("/", "__"): "by hand\n"})
    with pytest.raises(Conflict, match="changed the same files") as refusal:
        merge_pull_request(row.pk, actor=bank.people["mo"], seen_head=row.head_sha)
    assert "ask for a new one" in refusal.value.remedy
    close_pull_request(row.pk, reason="Main has moved", actor=bank.people["mo"])
    bank.work()
    second = asked_again(bank, row.promotion)
    bank.work()
    assert merged(bank, second) == "deployed"


def test_whoever_merges_is_asked_again(bank: Any) -> None:
    """With the closed one the task had ended."""
    bank.target()
    promotion = closed(bank)
    tasks = Task.objects.filter(verb=Task.Verb.MERGE, state=Task.State.OPEN)
    assert not tasks.exists()
    second = asked_again(bank, promotion)
    assert tasks.exists()
    assert promotions_moving([second.version_id])[second.version_id].promotion == second


def test_it_is_asked_for_once(bank: Any) -> None:
    """A second press finds the other one on its way; that one was not closed either."""
    bank.target()
    first = closed(bank)
    second = asked_again(bank, first)
    for promotion in (first, second):
        with pytest.raises(WrongState):
            asked_again(bank, promotion)
    assert Promotion.objects.count() == 2


@pytest.mark.parametrize("who", ["dana", "victor", "rita", "sam"])
def test_only_who_may_close_may_ask(bank: Any, who: str) -> None:
    """Not the author, the validator, the approver, nor who only reads."""
    bank.target()
    promotion = closed(bank)
    with pytest.raises((NotAllowed, NotFound)):
        asked_again(bank, promotion, who)
    assert Promotion.objects.count() == 1


def test_a_reason_is_asked_for(bank: Any) -> None:
    """It is kept in the log, where nothing can be added later."""
    bank.target()
    promotion = closed(bank)
    with pytest.raises(Invalid):
        request_promotion(promotion.pk, reason=" ", actor=bank.people["mo"])


def test_an_approval_that_fell_is_not_used_again(bank: Any) -> None:
    """What was signed is no longer what is there."""
    bank.target()
    promotion = closed(bank)
    ApprovalRound.objects.update(digest="0" * 64)
    with pytest.raises(Conflict, match="no longer holds"):
        asked_again(bank, promotion)


def test_the_route_goes_on_after_it(bank: Any) -> None:
    """The closed try of the first target does not keep the second one waiting."""
    bank.target("staging", environment="staging", position=1)
    bank.target("production", position=2)
    first = closed(bank)
    second = asked_again(bank, first)
    bank.work()
    assert merged(bank, second) == "deployed"
    bank.work()
    states = dict(Promotion.objects.exclude(pk=first.pk).values_list("target__name", "state"))
    assert states == {"staging": "deployed", "production": "open"}
