"""The line is stopped: nothing is opened or merged until it ends or somebody lifts it by name."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from governance.audit.models import AuditEntry
from governance.errors import Conflict, Invalid, NotAllowed, NotFound
from governance.inventory.models import ModelVersion
from tests import stories
from tests.workflows.lifecycle.live import merge_open, sign_all
from workflows.delivery.operations import reconcile
from workflows.gitops.forges.local import LocalForge
from workflows.gitops.models import PromotionAlarm, PullRequest
from workflows.gitops.operations import merge_pull_request, poll_promotions
from workflows.lifecycle.operations import suspend_version
from workflows.management.cast import actor_named
from workflows.policies.models import Freeze, PolicyVersion
from workflows.policies.operations import lift_freeze, set_freeze
from workflows.targets.models import Promotion

pytestmark = pytest.mark.django_db
REASON = "The year is closed."


@pytest.fixture(scope="module")
def validated(module_db: None) -> ModelVersion:
    """Waits for its signatures."""
    return stories.validated_version()


def stop(who: str = "hanna", **facts: Any) -> Freeze:
    """Somebody stops the line in the portfolio."""
    facts = {"reason": REASON, "place": stories.house()} | facts
    return set_freeze(**facts, actor=actor_named(who))


def approve(version: ModelVersion) -> Promotion:
    """Both officers sign; the workers do what they can."""
    for officer in ("rita", "rolf"):
        stories.sign(version, officer)
    reconcile()
    return Promotion.objects.get()


def statuses(row: PullRequest) -> list[str]:
    """What the forge shows on the approved commit, newest of each context."""
    return [one.state for one in LocalForge().statuses(row.repository, row.head_sha)]


def again(promotion: Promotion) -> Promotion:
    return Promotion.objects.get(pk=promotion.pk)


def test_nothing_is_opened_while_the_line_is_stopped(validated: ModelVersion) -> None:
    """It is approved and held, with the reason; lifted, its pull request is opened by itself."""
    freeze = stop()
    promotion = approve(validated)
    assert stories.again(validated).state == "approved"
    assert promotion.state == "held"
    assert promotion.reason == f"The line is stopped by Hanna Head: {REASON}"
    assert not PullRequest.objects.exists()
    lift_freeze(freeze.pk, reason="Closed.", actor=actor_named("hanna"))
    reconcile()
    assert again(promotion).state == "open"


def test_an_open_pull_request_turns_red_and_is_not_merged(validated: ModelVersion) -> None:
    """Our screen says why; lifted, it is green again and can be merged."""
    promotion = approve(validated)
    row, mo = PullRequest.objects.get(), actor_named("mo")
    freeze = stop()
    reconcile()
    assert (again(promotion).state, statuses(row)) == ("held", ["failure"])
    with pytest.raises(Conflict, match=REASON):
        merge_pull_request(row.pk, actor=mo, seen_head=row.head_sha)
    lift_freeze(freeze.pk, reason="Closed.", actor=actor_named("hanna"))
    reconcile()
    assert (again(promotion).state, statuses(row)) == ("open", ["success"])
    merge_open()
    assert stories.again(validated).state == "deployed"
    told = AuditEntry.objects.filter(subject_id=promotion.pk).values_list("action", flat=True)
    assert {"promotion.held", "promotion.released"} <= set(told)


def test_a_merge_is_refused_before_any_worker_looked(validated: ModelVersion) -> None:
    """The stop is asked at the press of the button."""
    approve(validated)
    row = PullRequest.objects.get()
    stop()
    with pytest.raises(Conflict, match="Nothing goes live now"):
        merge_pull_request(row.pk, actor=actor_named("mo"), seen_head=row.head_sha)


def test_a_merge_past_the_stop_is_an_alarm(validated: ModelVersion) -> None:
    """In a forge that does not ask us: what is live is told, and somebody must look."""
    approve(validated)
    row = PullRequest.objects.get()
    stop()
    reconcile()
    LocalForge().merge(
        row.repository, row.number, seen_head=row.head_sha, merged_by="root", account=None
    )
    poll_promotions()
    reconcile()
    assert stories.again(validated).state == "deployed"
    assert "frozen" in set(PromotionAlarm.objects.values_list("kind", flat=True))


def test_the_windows_of_a_policy_hold_too(validated: ModelVersion) -> None:
    """Of the wording that the case was submitted under; they end by themselves."""
    today = timezone.localdate()
    wording = PolicyVersion.objects.get(pk=validated.cases.get().policy_version_id)
    window = {"title": "Year end", "first": today.isoformat(), "last": today.isoformat()}
    plain = wording.definition
    plain["moves"]["approve"]["freezes"] = [window]
    frozen = PolicyVersion(
        policy=wording.policy, number=9, state="replaced", definition=plain, note="x"
    )
    frozen.save(force_insert=True)
    validated.cases.update(policy_version=frozen)
    promotion = approve(validated)
    assert (promotion.state, promotion.reason) == ("held", "Frozen by the policy: Year end")


def test_an_emergency_goes_on(module_db: None) -> None:
    """A kill switch that waits for the end of the year would be none."""
    live = stories.deployed_version()
    stop()
    change = suspend_version(live.pk, reason="Bad.", actor=actor_named("mo"))
    sign_all(change, "rita", "mo")
    merge_open()
    assert stories.again(live).state == "suspended"


def test_it_holds_where_it_was_set_and_while_it_lasts(validated: ModelVersion) -> None:
    """Not yet begun, over, lifted, or elsewhere it holds nothing."""
    other = stories.registered_model("other", "Other", 3)
    now = timezone.now()
    stop(place=other)
    stop(begins_at=now + timedelta(days=1))
    over = stop(ends_at=now + timedelta(hours=1))
    Freeze.objects.filter(pk=over.pk).update(
        begins_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1)
    )
    lift_freeze(stop().pk, reason="No.", actor=actor_named("hanna"))
    assert approve(validated).state == "open"


@pytest.mark.parametrize("who", ["dana", "olive", "victor", "ada"])
def test_others_do_not_stop_the_line(validated: ModelVersion, who: str) -> None:
    """Risk, engineers and administrators do."""
    with pytest.raises(NotAllowed):
        stop(who)


@pytest.mark.parametrize("who", ["mo", "rita", "dana"])
def test_who_stops_it_does_not_always_lift_it(validated: ModelVersion, who: str) -> None:
    """The head or an administrator lets it run again."""
    freeze = stop("mo")
    with pytest.raises(NotAllowed):
        lift_freeze(freeze.pk, reason="Fine.", actor=actor_named(who))
    with pytest.raises(NotFound):
        lift_freeze(freeze.pk, reason="Fine.", actor=actor_named("sam"))


def test_a_stop_needs_a_reason_and_an_end_that_comes(validated: ModelVersion) -> None:
    """So does lifting it, and only once."""
    yesterday = timezone.now() - timedelta(days=1)
    for bad in ({"reason": " "}, {"ends_at": yesterday}):
        with pytest.raises(Invalid):
            stop(**bad)
    freeze, hanna = stop(), actor_named("hanna")
    with pytest.raises(Invalid):
        lift_freeze(freeze.pk, reason=" ", actor=hanna)
    lift_freeze(freeze.pk, reason="Done.", actor=hanna)
    with pytest.raises(Conflict):
        lift_freeze(freeze.pk, reason="Done.", actor=hanna)
    told = AuditEntry.objects.filter(subject_id=freeze.pk).values_list("action", flat=True)
    assert sorted(told) == ["freeze.lifted", "freeze.set"]
