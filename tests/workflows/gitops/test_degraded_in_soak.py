"""A target that is reported unhealthy while a version soaks there: the next one waits."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from governance.errors import Conflict
from governance.outbox.operations import hasten
from tests.governance.outbox.jobs import pass_time
from workflows.desk.queries.promotion import promotion_page
from workflows.gitops.forges.local import LocalForge
from workflows.gitops.models import PromotionAlarm, PullRequest, SyncReport
from workflows.gitops.operations import merge_pull_request
from workflows.targets.models import Promotion

SOAK_S = 3600
SHOWN = "shown-by-the-cluster-1"


@pytest.fixture
def staged(bank: Any, settings: Any) -> Any:
    """Staging must be healthy for an hour before production; it merged and is healthy."""
    settings.REPORT_SECRET = SHOWN
    needs = {"health_required": True, "soak_s": SOAK_S, "application": "{model}-staging"}
    bank.target("staging", environment="staging", position=1, **needs)
    bank.target("production", position=2)
    row = bank.open()
    merge_pull_request(row.pk, actor=bank.people["mo"], seen_head=row.head_sha)
    bank.work()
    report(bank, "Healthy")
    assert at("staging").state == "deployed"
    return bank


def at(target: str) -> Promotion:
    return Promotion.objects.get(target__name=target)


def report(bank: Any, health: str, *, at_time: datetime | None = None) -> None:
    """Argo CD speaks of the commit that merged at staging."""
    body = {
        "application": "credit-default-staging",
        "revision": at("staging").merge_commit,
        "sync": "Synced",
        "health": health,
        "message": f"Told at {datetime.now(UTC).isoformat()}",
        "at": (at_time or datetime.now(UTC)).isoformat(),
    }
    post(bank, "argo_cd", body)


def post(bank: Any, sender: str, body: dict[str, Any]) -> None:
    answer = Client().post(
        f"/hooks/{sender}/",
        json.dumps(body),
        content_type="application/json",
        headers={"X-Foureyes-Secret": SHOWN},
    )
    assert answer.status_code < 300
    bank.work()


def flux(bank: Any, *, good: bool) -> None:
    """Another deployer speaks of the same."""
    body = {
        "involvedObject": {"kind": "Kustomization", "name": "credit-default-staging"},
        "severity": "info" if good else "error",
        "reason": "HealthCheckSucceeded" if good else "HealthCheckFailed",
        "metadata": {"revision": f"main@sha1:{at('staging').merge_commit}"},
        "timestamp": datetime.now(UTC).isoformat(),
    }
    post(bank, "flux", body)


def checks(row: PullRequest) -> list[str]:
    """What the forge shows on the approved commit."""
    return [one.state for one in LocalForge().statuses(row.repository, row.head_sha)]


def hour_passes(bank: Any) -> None:
    """For the jobs and for what stands at staging."""
    hour = timedelta(seconds=SOAK_S)
    row = at("staging")
    row.deployed_at -= hour
    row.healthy_at = row.healthy_at and row.healthy_at - hour
    row.save()
    pass_time(seconds=SOAK_S)
    bank.work()


def test_healthy_for_the_whole_soak_the_next_target_opens(staged: Any) -> None:
    """As before: nothing is held, and nothing early."""
    assert at("production").state == "waiting"
    hour_passes(staged)
    assert at("production").state == "open"


def test_degraded_in_its_soak_the_next_target_is_held_and_says_why(staged: Any) -> None:
    """At once, on the page where it waits, and past the hour at which it would have opened."""
    report(staged, "Degraded")
    hour_passes(staged)
    held = at("production")
    assert (held.state, PullRequest.objects.count()) == ("held", 1)
    assert PromotionAlarm.objects.get().kind == "degraded"
    assert staged.entries(held.pk)[-1] == "promotion.held"
    shown = promotion_page(staged.people["mo"], held.pk).stations
    assert any("staging has been healthy for its whole soak time" in one.text for one in shown)


def test_healthy_again_it_soaks_anew_and_then_goes_on(staged: Any) -> None:
    """The hour counts from the last time that it became healthy, not from the first."""
    report(staged, "Degraded")
    hour_passes(staged)
    report(staged, "Healthy")
    hasten("promotion.open", str(at("production").pk))
    staged.work()
    assert at("production").state == "held"
    hour_passes(staged)
    assert at("production").state == "open"


def test_healthy_again_within_the_same_second_it_soaks_all_the_same(staged: Any) -> None:
    """Some deployers count in whole seconds: equal times are no sign that nothing happened."""
    since = at("staging").healthy_at
    for health in ("Degraded", "Healthy"):
        report(staged, health, at_time=since)
    hasten("promotion.open", str(at("production").pk))
    staged.work()
    assert (at("staging").healthy_at, at("production").state) == (since, "held")


def test_what_another_deployer_said_before_makes_nothing_healthy_again(staged: Any) -> None:
    """The last word counts; when it is good again, the soak begins with it."""
    flux(staged, good=False)
    assert at("staging").healthy_at is None
    flux(staged, good=True)
    again = SyncReport.objects.get(source="flux").observed_at
    assert at("staging").healthy_at == again


def test_what_is_open_after_it_turns_red_until_it_has_soaked_again(staged: Any) -> None:
    """As while the line is stopped: the check fails, our own screen refuses and says why."""
    hour_passes(staged)
    report(staged, "Degraded")
    row = PullRequest.objects.get(promotion=at("production"))
    assert (at("production").state, checks(row)) == ("held", ["failure"])
    with pytest.raises(Conflict, match="staging has been healthy for its whole soak time"):
        merge_pull_request(row.pk, actor=staged.people["mo"], seen_head=row.head_sha)
    report(staged, "Healthy")
    staged.look_again()
    assert (at("production").state, checks(row)) == ("held", ["failure"])
    hour_passes(staged)
    staged.look_again()
    assert (at("production").state, checks(row)) == ("open", ["success"])
    merge_pull_request(row.pk, actor=staged.people["mo"], seen_head=row.head_sha)
    staged.work()
    assert at("production").state == "deployed"


def test_a_merge_past_it_is_the_alarm_of_a_merge_past_a_stop(staged: Any) -> None:
    """In a forge that does not ask us, somebody must look."""
    hour_passes(staged)
    report(staged, "Degraded")
    row = PullRequest.objects.get(promotion=at("production"))
    LocalForge().merge(
        row.repository, row.number, seen_head=row.head_sha, merged_by="root", account=None
    )
    staged.look_again()
    alarm = PromotionAlarm.objects.get(promotion=at("production"), kind="frozen")
    assert "staging has been healthy" in alarm.told


def test_where_health_is_not_required_it_stays_an_alarm(staged: Any) -> None:
    """The site has said that it does not wait for this cluster's word."""
    staging = at("staging").target
    staging.health_required = False
    staging.save()
    report(staged, "Degraded")
    assert (at("production").state, PromotionAlarm.objects.get().kind) == ("waiting", "degraded")
