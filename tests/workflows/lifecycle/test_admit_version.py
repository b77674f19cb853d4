"""Use before validation: an exception with limits and an end, that nobody can overlook."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from governance.audit.models import AuditEntry
from governance.errors import Conflict, Invalid, NotAllowed, WrongState
from governance.inventory.models import ModelVersion
from tests import stories
from tests.governance.access.people import holder
from tests.workflows.desk.pages import address, case_page
from workflows.cases.models import Revalidation, Task, UseException
from workflows.delivery.operations import reconcile
from workflows.gitops.models import PullRequest
from workflows.gitops.operations import merge_pull_request
from workflows.lifecycle.models import ApprovalRound, Decision
from workflows.lifecycle.operations import (
    admit_version,
    expire_exceptions,
    reopen_fallen,
    validate_again,
)
from workflows.lifecycle.queries import approval_stands
from workflows.management.cast import actor_named, give

pytestmark = pytest.mark.django_db
FOUND = {"scope": "All.", "tests": "Three.", "conclusion": "Good.", "independent": True}


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Submitted and measured; nobody has validated it."""
    return stories.submitted_version()


def soon(days: int = 30) -> datetime:
    return timezone.now() + timedelta(days=days)


def admit(version: ModelVersion, who: str = "hanna", **more: object) -> UseException:
    asked = {"limits": "At most 500 applications.", "reason": "The former one broke."}
    asked |= {"expires_at": soon()} | more
    return admit_version(version.pk, **asked, actor=actor_named(who))


def approve(version: ModelVersion) -> ApprovalRound:
    for officer in ("rita", "rolf"):
        stories.sign(version, officer)
    return ApprovalRound.objects.get(version=version, move="approve", state="passed")


def merge(version: ModelVersion) -> None:
    reconcile()
    row = PullRequest.objects.get(promotion__version=version)
    merge_pull_request(row.pk, actor=actor_named("mo"), seen_head=row.head_sha)
    reconcile()


def after(exception: UseException) -> time_machine.travel:
    """A minute after its end."""
    return time_machine.travel(exception.expires_at + timedelta(minutes=1), tick=False)


def judge(exception: UseException, outcome: str, who: str = "victor") -> Revalidation:
    case_id = exception.revalidation.case_id
    return validate_again(case_id, outcome=outcome, **FOUND, actor=actor_named(who))


def asked() -> set[tuple[str, str | None]]:
    return set(Task.objects.filter(state="open").values_list("verb", "role"))


def test_it_goes_to_approval_and_a_validator_is_asked_by_its_end(version: ModelVersion) -> None:
    """Those who approve are asked at once; the validation is due on the last day, not forgotten."""
    exception = admit(version)
    assert stories.again(version).state == "validated"
    assert asked() == {("approve", "risk_officer"), ("revalidate", "model_validator")}
    due = Task.objects.get(verb="revalidate").due_at
    assert timezone.localdate(due) == timezone.localdate(exception.expires_at)
    approve(version)
    assert stories.again(version).state == "approved"
    signed = Decision.objects.filter(kind="approve").values_list("meaning", flat=True)
    assert all("is not validated yet and is used by exception" in one for one in signed)
    entry = AuditEntry.objects.get(action="version.admitted")
    assert str(exception.pk).encode() in bytes(entry.line)
    assert b"At most 500" not in bytes(entry.line)


def test_only_the_role_that_the_policy_names_grants_it(version: ModelVersion) -> None:
    """A16: not who built it, not who would validate or approve it."""
    for who in ("dana", "olive", "victor", "rita", "mo", "alma", "ada"):
        with pytest.raises(NotAllowed):
            admit(version, who)
    assert not UseException.objects.exists()


def test_who_built_it_does_not_admit_it(version: ModelVersion) -> None:
    """A05: not as head of model risk either."""
    facts = {"reason": "x", "conflict_reason": "x", "portfolio": stories.house()}
    give("head_of_model_risk", holder("dana"), **facts)
    with pytest.raises(NotAllowed):
        admit(version, "dana")


def test_who_granted_it_does_not_approve_it(version: ModelVersion) -> None:
    """A06: whoever let it pass has judged it."""
    facts = {"reason": "x", "conflict_reason": "x", "portfolio": stories.house()}
    give("risk_officer", holder("hanna"), **facts)
    admit(version)
    with pytest.raises(NotAllowed):
        stories.sign(version, "hanna")


def test_it_takes_limits_a_reason_and_a_near_end(version: ModelVersion) -> None:
    """Nothing is granted without."""
    wrong = (
        ({"limits": " "}, "limits"),
        ({"reason": ""}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"expires_at": soon(-1)}, "expires_on"),
        ({"expires_at": soon(400)}, "expires_on"),
    )
    for typed, field in wrong:
        with pytest.raises(Invalid) as refused:
            admit(version, **typed)
        assert refused.value.field == field
    assert stories.again(version).state == "submitted"


def test_only_what_waits_for_its_validation_is_admitted(version: ModelVersion) -> None:
    """Once is enough, and it is no way around a rejection."""
    admit(version)
    with pytest.raises(WrongState):
        admit(version)


def test_the_approval_falls_when_it_ends_without_validation(version: ModelVersion) -> None:
    """Nothing goes live on it, nobody signs on it, and the head of model risk is told. Once."""
    exception = admit(version)
    passed = approve(version)
    assert not approval_stands(passed.pk)
    with after(exception):
        assert "exception" in str(approval_stands(passed.pk))
        assert expire_exceptions() == 1
        assert reopen_fallen() == 1
        assert expire_exceptions() == 0
        assert ("escalate", "head_of_model_risk") in asked()
        with pytest.raises(Conflict, match=r"ended on .* an independent validator"):
            stories.sign(version, "rita")
    assert AuditEntry.objects.filter(action="exception.ended").count() == 1


def test_validated_in_time_it_goes_on(version: ModelVersion) -> None:
    """The signatures hold, and the end of the exception ends nothing any more."""
    exception = admit(version)
    passed = approve(version)
    judge(exception, "validated")
    exception = UseException.objects.get()
    assert (exception.state, exception.ended_by_id) == (
        "validated",
        actor_named("victor").person_id,
    )
    with after(exception):
        assert not approval_stands(passed.pk)
        assert expire_exceptions() == 0
    assert ("revalidate", "model_validator") not in asked()


def test_validated_too_late_it_may_be_approved_after_all(version: ModelVersion) -> None:
    """What the end of the exception stopped, the validation lets go on."""
    exception = admit(version)
    with after(exception):
        expire_exceptions()
        judge(exception, "validated")
        approve(version)
    assert stories.again(version).state == "approved"


def test_not_validated_the_exception_ends_at_once(version: ModelVersion) -> None:
    """Before its day."""
    exception = admit(version)
    passed = approve(version)
    judge(exception, "not_validated")
    assert UseException.objects.get().state == "revoked"
    assert str(approval_stands(passed.pk))


def test_what_runs_by_an_exception_that_ended_is_to_be_rolled_back(version: ModelVersion) -> None:
    """Whoever can take it off is asked, and its owner."""
    exception = admit(version)
    approve(version)
    merge(version)
    assert stories.again(version).state == "deployed"
    with after(exception):
        expire_exceptions()
    rows = Task.objects.filter(verb="roll_back", state="open")
    assert {row.role_id or row.person.full_name for row in rows} >= {"mlops_engineer"}
    assert rows.count() == 2


def test_everybody_sees_it_for_ever(version: ModelVersion) -> None:
    """On the case for whoever signs, on the list of models, and after its end."""
    assert 'data-dialog="admit"' in case_page("hanna", version)
    assert 'data-dialog="admit"' not in case_page("victor", version)
    typed = {"limits": "Only 500.", "reason": "Urgent.", "expires_on": f"{soon():%Y-%m-%d}"}
    hanna = stories.signed_in("hanna")
    assert hanna.post(address(version, "admit_version"), typed).status_code == 302
    inbox = stories.signed_in("rita").get("/").content.decode()
    assert "by exception; nobody has signed yet" in inbox
    page = case_page("rita", version)
    assert "Used before validation, by exception until" in page
    assert "Only 500." in page
    models = stories.signed_in("ada").get("/models/").content.decode()
    assert "before validation, until" in models
    with after(UseException.objects.get()):
        expire_exceptions()
    assert "without validation" in case_page("ada", version)


def test_what_was_typed_is_not_lost(version: ModelVersion) -> None:
    """A day that is over comes back with words."""
    typed = {"limits": "Only 500.", "reason": "Urgent.", "expires_on": "2020-01-01"}
    answer = stories.signed_in("hanna").post(address(version, "admit_version"), typed)
    assert answer.status_code == 422
    assert "within half a year" in answer.content.decode()
    assert "Only 500." in answer.content.decode()
