"""A worker measures a submission: comparison with the champion, then the gates."""

from typing import Any

import pytest

from governance.actors import Actor
from governance.evaluation.models import ComparisonReport, GateResult
from governance.evaluation.operations import Pulse, gate_outcomes
from governance.evaluation.queries import comparison_of, gates_of
from governance.inventory.models import ModelVersion
from governance.inventory.queries import scored_data_of
from governance.inventory.storage import path_of
from governance.outbox.claims import Cancelled, Claim
from governance.outbox.models import OutboxJob
from governance.outbox.operations import claim
from tests import stories
from workflows.delivery.operations import run_due
from workflows.lifecycle.operations import deploy_version, evaluate_version, withdraw_version
from workflows.management.cast import actor_named
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db
UNDER_TEST = "workflows.lifecycle.operations.evaluation"
GITOPS = Actor.system("gitops")


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.submitted_version(checked=False)


def job_of(version: ModelVersion) -> Claim:
    """A worker has taken the job of this version."""
    taken = claim(OutboxJob.objects.get(topic="version.evaluate", key=str(version.pk)).pk)
    assert taken
    return taken


def test_the_first_version_is_measured_alone(version: ModelVersion) -> None:
    """No champion to compare with: every required gate of the policy still has its outcome."""
    outcomes = evaluate_version(job_of(version))
    assert outcomes["auc_at_least"] == "passed"
    assert comparison_of(version.pk).champion is None
    assert {gate.gate for gate in gates_of(version.pk) if gate.required} >= {
        "auc_at_least",
        "not_worse_than_champion",
    }


def test_an_equal_second_run_changes_nothing_that_people_decide_on(version: ModelVersion) -> None:
    """At least once is as good as once: the digest stays."""
    job = job_of(version)
    evaluate_version(job)
    before = stories.digest(version, Move.VALIDATE)
    evaluate_version(job)
    assert stories.digest(version, Move.VALIDATE) == before
    assert ComparisonReport.objects.filter(version=version).count() == 1
    assert GateResult.objects.filter(version=version).count() == len(gates_of(version.pk))


def test_a_withdrawn_version_is_left_alone(version: ModelVersion) -> None:
    """What nobody decides about any more needs no checks."""
    job = job_of(version)
    withdraw_version(version.pk, reason="Wrong data.", actor=actor_named("dana"))
    assert evaluate_version(job) == {"skipped": "withdrawn"}
    assert gates_of(version.pk) == []


def test_what_could_not_be_measured_is_told(version: ModelVersion) -> None:
    """Why and what to do stand on the case's page; gates that need figures end in error."""
    path = path_of(scored_data_of(version.pk).sha256)
    away = path.with_suffix(".away")
    path.rename(away)
    try:
        run_due("slow")
    finally:
        away.rename(path)
    assert comparison_of(version.pk) is None
    assert {gate.outcome for gate in gates_of(version.pk) if gate.gate == "auc_at_least"} == {
        "error"
    }
    page = (
        stories.signed_in("victor").get(f"/models/credit-default/versions/{version.number}/").text
    )
    assert "The file could not be read." in page
    assert "save it again as CSV" in page


def test_withdrawing_stops_a_worker_that_measures(version: ModelVersion) -> None:
    """At its next look; the job ends as cancelled, and nothing is kept."""
    job = job_of(version)
    withdraw_version(version.pk, reason="Wrong data.", actor=actor_named("dana"))
    with pytest.raises(Cancelled):
        Pulse(job)("reading", 1, 2)


def test_a_champion_that_changes_while_we_measure_makes_the_run_void(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another job compares with the new champion; the older figures must not come after it."""
    rival = stories.approved_version(2, model=version.model, opened=False)

    def deployed_meanwhile(*parts: Any) -> Any:
        deploy_version(rival.pk, promotion_id=rival.pk, actor=GITOPS)
        return gate_outcomes(*parts)

    ComparisonReport.objects.filter(version=version).delete()
    GateResult.objects.filter(version=version).delete()
    monkeypatch.setattr(f"{UNDER_TEST}.gate_outcomes", deployed_meanwhile)
    OutboxJob.objects.filter(key=str(version.pk)).update(done_at=None, attempts=0)
    assert evaluate_version(job_of(version)) == {"skipped": "champion"}
    assert comparison_of(version.pk) is None
    assert OutboxJob.objects.filter(
        key__startswith=f"{version.pk}:{rival.pk}", done_at=None
    ).exists()
