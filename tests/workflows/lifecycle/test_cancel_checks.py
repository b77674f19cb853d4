"""The checks of a submission are stopped and begun again; nothing is decided meanwhile."""

import pytest

from governance.actors import Actor
from governance.audit.models import AuditEntry
from governance.errors import Conflict, NotAllowed, WrongState
from governance.evaluation.operations import Pulse
from governance.evaluation.queries import comparison_of, gates_of
from governance.inventory.models import ModelVersion
from governance.outbox.claims import Cancelled
from governance.outbox.models import OutboxJob
from governance.outbox.operations import claim
from governance.outbox.queries import progress_of
from tests import stories
from workflows.delivery.operations import run_due
from workflows.lifecycle.operations import (
    cancel_checks,
    deploy_version,
    validate_version,
)
from workflows.management.cast import actor_named

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
    with pytest.raises(Conflict, match="running"):
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


def test_what_looks_again_is_never_stopped(version: ModelVersion) -> None:
    """Against a newer champion: else the older figures would count, and the page tells of it."""
    run_due("slow")
    rival = stories.approved_version(2, model=version.model, opened=False)
    deploy_version(rival.pk, promotion_id=rival.pk, actor=Actor.system("gitops"))
    asked = OutboxJob.objects.get(key__startswith=f"{version.pk}:{rival.pk}")
    assert progress_of("version.evaluate", asked.key)
    told = page(version)
    assert "checks-progress" in told
    assert "Cancel the checks" not in told
    with pytest.raises(WrongState, match="look"):
        cancel_checks(version.pk, actor=actor_named("dana"))
    assert press(version, "cancel") == 409
