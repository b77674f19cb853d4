"""What a cluster reports: it counts for the commit that merged, and for nothing else."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults.test_webhooks import SHOWN, post
from tests.faults.world import ON_SQLITE, World, assert_exactly_once, continued, ready_bank
from workflows.gitops.models import ForgeLogin, PromotionAlarm, SyncReport
from workflows.targets.models import Target

pytestmark = [pytest.mark.faults, pytest.mark.django_db, ON_SQLITE]


@pytest.fixture(scope="module")
def bank(module_db: None, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One approved promotion to a target whose cluster must report it healthy."""

    def healthy_first() -> None:
        Target.objects.update(health_required=True, application="{model}-{target}")

    return ready_bank(tmp_path_factory.mktemp("bank"), healthy_first)


@pytest.fixture
def world(opened: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> World:
    """The pull request is open; Mo, who will merge, is known there."""
    settings.REPORT_SECRET = SHOWN
    person = opened.bank.people["mo"].person_id
    ForgeLogin.objects.create(person_id=person, forge="github-risk", login="mo")
    world = continued(opened, tmp_path, monkeypatch)
    world.work()  # so that our next look is a minute away
    return world


def argo(world: World, revision: str, health: str = "Healthy", at: str = "") -> int:
    moment = at or datetime.now(UTC).isoformat()
    body = {
        "application": "credit-default-production",
        "revision": revision,
        "sync": "Synced",
        "health": health,
        "at": moment,
    }
    answer = post("argo_cd", json.dumps(body).encode(), X_Foureyes_Secret=SHOWN)
    world.work()
    return answer


def test_healthy_counts_only_for_the_commit_that_merged(world: World) -> None:
    """Argo CD speaks of an old revision, then of ours: only then is it live."""
    sha = world.forge.merge()
    world.look()
    assert world.promotion.state == "merged"
    argo(world, "b" * 40)
    assert world.promotion.state == "merged"
    argo(world, sha, "Progressing")
    assert (world.promotion.state, world.promotion.synced_at is not None) == ("merged", True)
    argo(world, sha)
    assert_exactly_once(world)


def test_a_report_that_comes_before_we_saw_the_merge_is_not_lost(world: World) -> None:
    """Argo CD is quicker than our look, and says it once."""
    argo(world, world.forge.merge())
    assert world.promotion.state == "open"
    world.look()
    assert_exactly_once(world)


def test_a_later_commit_of_the_branch_that_holds_ours_counts(world: World) -> None:
    """Another team merged beside us, and the cluster went to their commit at once."""
    world.forge.merge()
    world.look()
    sha = world.forge.push("main", theirs="1")
    argo(world, sha)
    assert_exactly_once(world)


def test_a_later_commit_that_changed_our_files_does_not_count(world: World) -> None:
    """What runs there is not what was approved, however healthy it is."""
    world.forge.merge()
    world.look()
    path = str(world.promotion.approved_content[-1]["path"]).replace("/", "__")
    argo(world, world.forge.push("main", **{path: "sneaked: in\n"}))
    assert (world.promotion.state, world.promotion.healthy_at) == ("merged", None)


def test_a_commit_beside_the_branch_does_not_count(world: World) -> None:
    """The approved branch itself, for example: nobody merged what stands there."""
    world.forge.merge()
    world.look()
    argo(world, world.forge.push(world.promotion.branch, beside="1"))
    assert (world.promotion.state, world.promotion.healthy_at) == ("merged", None)


def test_a_late_report_changes_nothing(world: World) -> None:
    """An older word that arrives after a newer one."""
    sha = world.forge.merge()
    world.look()
    argo(world, sha)
    argo(world, sha, "Degraded", at=(datetime.now(UTC) - timedelta(hours=1)).isoformat())
    assert SyncReport.objects.get().health == "Healthy"


def test_a_clock_that_goes_ahead_silences_nobody(world: World) -> None:
    """A report from tomorrow counts as today's, so what comes after it still counts."""
    sha = world.forge.merge()
    world.look()
    argo(world, sha, "Progressing", at=(datetime.now(UTC) + timedelta(days=1)).isoformat())
    argo(world, sha)
    assert_exactly_once(world)


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "soon"])
def test_a_time_that_cannot_be_is_none(world: World, at: str) -> None:
    """What no calendar holds must not hold the job."""
    sha = world.forge.merge()
    world.look()
    argo(world, sha, at=at)
    assert_exactly_once(world)


def test_degraded_raises_an_alarm_and_deploys_nothing(world: World) -> None:
    """A person looks; a roll back is theirs to ask for."""
    sha = world.forge.merge()
    world.look()
    argo(world, sha, "Degraded")
    assert world.promotion.state == "merged"
    assert PromotionAlarm.objects.get().kind == "degraded"


def flux(world: World, revision: str, **facts: Any) -> None:
    """Flux's notification controller, which takes the group off the keys of its metadata."""
    body = {
        "involvedObject": {"kind": "HelmRelease", "name": "credit-default-production"},
        "severity": "info",
        "reason": "UpgradeSucceeded",
        "message": "Applied",
        "metadata": {"revision": revision},
        "timestamp": datetime.now(UTC).isoformat(),
        **facts,
    }
    assert post("flux", json.dumps(body).encode(), X_Foureyes_Secret=SHOWN) == 202
    world.work()


def test_flux_tells_the_same_in_its_own_words(world: World) -> None:
    """Its revision carries the branch and the kind of digest before the commit."""
    sha = world.forge.merge()
    world.look()
    about = {"kind": "Kustomization", "name": "credit-default-production"}
    meta = {"kustomize.toolkit.fluxcd.io/revision": f"main@sha1:{sha}"}
    flux(world, "", involvedObject=about, reason="ReconciliationSucceeded", metadata=meta)
    assert_exactly_once(world)


@pytest.mark.parametrize("form", ["refs/heads/main@sha1:{sha}", "0.1.0+{short}", "0.1.0+{short}.3"])
def test_flux_tells_the_commit_of_a_chart_by_its_first_digits(world: World, form: str) -> None:
    """A chart from Git under the strategy Revision; with a counter where values files are named."""
    sha = world.forge.merge()
    world.look()
    for other in ("0.1.0", "0.1.0+3", "0.1.0+" + "b" * 12):
        flux(world, other)
    assert (world.promotion.state, world.promotion.healthy_at) == ("merged", None)
    flux(world, form.format(sha=sha, short=sha[:12]))
    assert_exactly_once(world)


def test_a_later_commit_of_the_branch_counts_by_its_first_digits(world: World) -> None:
    """As with whole commits: others merged beside us, and have gone on since."""
    world.forge.merge()
    world.look()
    flux(world, f"0.1.0+{world.forge.push(world.promotion.branch, beside='1')[:12]}")
    assert (world.promotion.state, world.promotion.healthy_at) == ("merged", None)
    later = world.forge.push("main", theirs="1")
    world.forge.push("main", theirs="2")
    flux(world, f"0.1.0+{later[:12]}")
    assert_exactly_once(world)


def test_what_flux_says_of_a_source_is_not_said_of_the_application(world: World) -> None:
    """A Git repository of the same name that cannot be read is no unhealthy model."""
    sha = world.forge.merge()
    world.look()
    source = {"kind": "GitRepository", "name": "credit-default-production"}
    flux(world, f"main@sha1:{sha}", involvedObject=source, severity="error")
    assert not PromotionAlarm.objects.exists()
    flux(world, f"0.1.0+{sha[:12]}", severity="error", reason="UpgradeFailed")
    assert PromotionAlarm.objects.get().kind == "degraded"
