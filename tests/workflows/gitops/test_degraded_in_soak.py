"""A target that is reported unhealthy while a version soaks there: the next one waits."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from governance.outbox.operations import hasten
from tests.governance.outbox.jobs import pass_time
from workflows.desk.queries.promotion import promotion_page
from workflows.gitops.models import PromotionAlarm, PullRequest
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


def report(bank: Any, health: str) -> None:
    """Argo CD speaks of the commit that merged at staging."""
    body = {
        "application": "credit-default-staging",
        "revision": at("staging").merge_commit,
        "sync": "Synced",
        "health": health,
        "at": datetime.now(UTC).isoformat(),
    }
    answer = Client().post(
        "/hooks/argo_cd/",
        json.dumps(body),
        content_type="application/json",
        headers={"X-Foureyes-Secret": SHOWN},
    )
    assert answer.status_code < 300
    bank.work()


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
    assert any("staging was reported unhealthy during its soak" in one.text for one in shown)


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


def test_where_health_is_not_required_it_stays_an_alarm(staged: Any) -> None:
    """The site has said that it does not wait for this cluster's word."""
    staging = at("staging").target
    staging.health_required = False
    staging.save()
    report(staged, "Degraded")
    assert (at("production").state, PromotionAlarm.objects.get().kind) == ("waiting", "degraded")
