"""The checks of a version are stopped and begun again; nothing is decided meanwhile."""

import pytest
from django.utils import timezone

from governance.actors import Actor
from governance.audit.models import AuditEntry
from governance.errors import Conflict, NotAllowed
from governance.evaluation.operations import Pulse
from governance.evaluation.queries import comparison_of, gates_of
from governance.inventory.models import ModelVersion
from governance.outbox.claims import Cancelled
from governance.outbox.models import OutboxJob
from governance.outbox.operations import claim
from tests import stories
from workflows.cases.models import Case
from workflows.delivery.operations import run_due
from workflows.lifecycle.operations import (
    cancel_checks,
    deploy_version,
    validate_version,
)
from workflows.lifecycle.operations.checking import checks_ended
from workflows.management.cast import actor_named
from workflows.policies.definition import Move
from workflows.policies.models import PolicyVersion

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    return stories.submitted_version(checked=False)


def page(version: ModelVersion, who: str = "dana") -> str:
    return stories.signed_in(who).get(f"/models/credit-default/versions/{version.number}/").text


def press(version: ModelVersion, verb: str, who: str = "dana") -> int:
    at = f"/models/credit-default/versions/{version.number}/checks/{verb}/"
    return stories.signed_in(who).post(at).status_code


def test_who_submitted_stops_the_checks_and_begins_them_again(version: ModelVersion) -> None:
    """On the page: the button, what is said meanwhile, and at last the same outcome."""
    assert "Cancel the checks" in page(version)
    assert "Cancel the checks" not in page(version, "victor")
    assert press(version, "cancel") == 302
    assert "They are being stopped." in page(version)
    run_due("slow")
    assert gates_of(version.pk) == []
    told = page(version)
    assert "The checks were cancelled" in told
    assert "Begin the checks again" in told
    assert "Begin the checks again" not in page(version, "victor")
    assert press(version, "restart") == 302
    run_due("slow")
    assert comparison_of(version.pk)
    assert "The checks were cancelled" not in page(version)
    actions = AuditEntry.objects.filter(subject_id=version.pk, action__startswith="checks.")
    assert set(actions.values_list("action", flat=True)) == {
        "checks.cancelled",
        "checks.restarted",
    }


def test_a_worker_that_measures_stops_at_its_next_look(version: ModelVersion) -> None:
    """Whatever it is at; nothing is kept, and nobody can decide."""
    job = claim(OutboxJob.objects.get(topic="version.evaluate", key=str(version.pk)).pk)
    assert job
    cancel_checks(version.pk, actor=actor_named("dana"))
    with pytest.raises(Cancelled):
        Pulse(job)("reading", 1, 2)
    with pytest.raises(Conflict, match="stopped"):
        validate_version(version.pk, digest="", actor=actor_named("victor"))


def test_only_who_may_submit_may_stop_them(version: ModelVersion) -> None:
    """Neither the validator nor an approver, by no door."""
    for who in ("victor", "rolf"):
        with pytest.raises(NotAllowed):
            cancel_checks(version.pk, actor=actor_named(who))
        assert press(version, "cancel", who) == 403


def test_programs_stop_them_too(version: ModelVersion) -> None:
    """Over the API; twice is said to be once too often, and so is what does not run."""
    headers = {"Authorization": f"Bearer {stories.pipeline_token()}"}
    at = f"/api/v1/models/credit-default/versions/{version.number}/checks"

    def sent(verb: str) -> int:
        return stories.Client().post(f"{at}/{verb}", headers=headers).status_code

    assert [sent("restart"), sent("cancel"), sent("cancel")] == [409, 200, 409]
    run_due("slow")
    assert [sent("restart"), sent("restart")] == [200, 409]


def test_what_looks_again_is_stopped_too_and_bars_the_case(version: ModelVersion) -> None:
    """Against a newer champion: the older figures are there, but nobody decides on them."""
    run_due("slow")
    rival = stories.approved_version(2, model=version.model, opened=False)
    deploy_version(rival.pk, promotion_id=rival.pk, actor=Actor.system("gitops"))
    assert "Cancel the checks" in page(version)
    assert press(version, "cancel") == 302
    run_due("slow")
    told = page(version, "victor")
    assert "The checks were cancelled" in told
    assert "The checks were stopped." in told
    assert "The checks were stopped." in stories.signed_in("victor").get("/").text
    refuse_decision(version)
    assert press(version, "restart") == 302
    refuse_decision(version)
    run_due("slow")
    assert comparison_of(version.pk).champion == rival
    assert "The checks were stopped." not in page(version, "victor")
    assert Case.objects.get(version=version, kind="submission").checks_cancelled_at is None


def refuse_decision(version: ModelVersion) -> None:
    """Neither of the figures before, nor while the new ones are made."""
    seen = stories.digest(version, Move.VALIDATE)
    with pytest.raises(Conflict, match="begun again"):
        validate_version(version.pk, digest=seen, actor=actor_named("victor"))


def test_checks_under_other_rules_do_not_lift_it(version: ModelVersion) -> None:
    """Those that began before the rules changed measure what no longer counts alone."""
    run_due("slow")
    now = timezone.now()
    case = Case.objects.get(version=version, kind="submission")
    former = PolicyVersion.objects.exclude(pk=case.policy_version_id)[0]
    Case.objects.filter(pk=case.pk).update(checks_cancelled_at=now)
    checks_ended(Case(pk=case.pk, policy_version=former))
    assert Case.objects.get(pk=case.pk).checks_cancelled_at == now
    checks_ended(case)
    assert Case.objects.get(pk=case.pk).checks_cancelled_at is None
