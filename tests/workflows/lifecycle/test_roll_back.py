"""Rolling back to a former champion, on its old approval or on a new one; retiring what is live."""

from datetime import timedelta

import pytest
from django.utils import timezone

from governance.actors import Actor
from governance.errors import Conflict, NotAllowed, WrongState
from governance.inventory.models import ModelVersion
from governance.inventory.operations import note_finding
from tests import stories
from tests.workflows.lifecycle.live import (
    merge_open,
    sign,
    sign_all,
    sign_retirement,
    two_versions,
)
from workflows.cases.models import LiveChange
from workflows.gitops.models import PullRequest
from workflows.lifecycle.models import ApprovalRound
from workflows.lifecycle.operations import retire_version, roll_back, suspend_version
from workflows.lifecycle.queries import digest_parts
from workflows.management.cast import actor_named
from workflows.policies.definition import Move
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db
SIGNERS = ("rita", "mo")


@pytest.fixture(scope="module")
def former(module_db: None) -> ModelVersion:
    """The former champion; version 2 is live."""
    return two_versions()[0]


def ask(former: ModelVersion, who: str = "mo") -> LiveChange:
    """Somebody asks for the roll back."""
    return roll_back(former.pk, reason="Version 2 drifts.", actor=actor_named(who))


def expire_approval(version: ModelVersion) -> None:
    """Its approval was given too long ago."""
    rounds = ApprovalRound.objects.filter(version=version, move="approve")
    rounds.update(expires_at=timezone.now() - timedelta(days=1))


def test_the_former_champion_takes_its_place_again(former: ModelVersion) -> None:
    """Signed by two in an emergency, merged; the champion is superseded in the same moment."""
    sign_all(ask(former), *SIGNERS)
    promotion = Promotion.objects.get(kind="roll_back")
    row = PullRequest.objects.get(promotion=promotion)
    assert "Roll back to" in row.promotion.change_set.title
    assert stories.again(former).state == "superseded"
    merge_open()
    live = former.model.versions.get(number=2)
    assert (stories.again(former).state, live.state) == ("deployed", "superseded")
    promotion.refresh_from_db()
    assert promotion.state == "deployed"


def test_an_approval_that_has_expired_is_asked_for_anew(former: ModelVersion) -> None:
    """By the rules of an approval: two risk officers, and the new approval has an end again."""
    expire_approval(former)
    change = ask(former)
    assert change.case.rounds.get().move == "approve"
    with pytest.raises(NotAllowed):
        sign(change, "mo")
    sign_all(change, "rita", "rolf")
    anew = change.case.rounds.get()
    assert (anew.state, anew.expires_at > timezone.now()) == ("passed", True)
    merge_open()
    assert stories.again(former).state == "deployed"


def test_a_new_approval_holds_what_the_product_had_seen_before_it(former: ModelVersion) -> None:
    """A finding on who merged was before the signers; one that comes after them is not theirs."""
    gitops = Actor.system("gitops")
    note_finding(former.pk, title="Merged by an approver", text="", actor=gitops)
    expire_approval(former)
    change = ask(former)
    sign_all(change, "rita", "rolf")
    signed = change.case.rounds.get().decisions.earliest("decided_at").parts["content"]["findings"]
    note_finding(former.pk, title="And again", text="", actor=gitops)
    now = digest_parts(stories.again(former), change.case, Move.APPROVE)
    assert now is not None
    assert (len(signed), now["content"]["findings"]) == (1, signed)


def test_an_approval_that_falls_meanwhile_stops_it(former: ModelVersion) -> None:
    """What was asked for under the old one is not signed to its end."""
    change = ask(former)
    sign(change, "rita")
    expire_approval(former)
    with pytest.raises(Conflict, match="no longer holds"):
        sign(change, "mo")
    assert not Promotion.objects.filter(kind="roll_back").exists()


def test_a_fallen_approval_does_not_take_the_place_of_what_is_suspended(
    former: ModelVersion,
) -> None:
    """The kill switch itself is not held up: it is pressed without."""
    expire_approval(former)
    live, mo = former.model.versions.get(number=2), actor_named("mo")
    with pytest.raises(Conflict, match="no longer holds"):
        suspend_version(live.pk, reason="Bad", instead=former.pk, actor=mo)
    suspend_version(live.pk, reason="Bad", actor=mo)


def test_only_a_former_champion_can_come_back(former: ModelVersion) -> None:
    """Not what is live, not what another model was."""
    live = former.model.versions.get(number=2)
    with pytest.raises(WrongState):
        ask(live)
    with pytest.raises(Conflict):
        suspend_version(live.pk, reason="Bad", instead=live.pk, actor=actor_named("mo"))


@pytest.mark.parametrize("who", ["dana", "victor", "rita", "ada", "alma"])
def test_others_do_not_ask_for_it(former: ModelVersion, who: str) -> None:
    """Owner, engineers and the head do."""
    with pytest.raises(NotAllowed):
        ask(former, who)


def test_what_is_live_is_retired_when_the_owner_agrees(former: ModelVersion) -> None:
    """The head asks, the policy's owner agrees without a signature, its files are removed."""
    live = former.model.versions.get(number=2)
    retire_version(live.pk, reason="The product ends.", actor=actor_named("hanna"))
    change = LiveChange.objects.get(case__kind="retire")
    assert stories.again(live).state == "deployed"
    sign_retirement(change, "olive")
    promotion = Promotion.objects.get(kind="retire")
    assert all(file["text"] is None for file in promotion.approved_content)
    merge_open()
    assert stories.again(live).state == "retired"
    assert change.review_case is None
