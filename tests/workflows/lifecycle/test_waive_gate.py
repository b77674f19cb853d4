"""A failed gate is waived by the role that the policy names: with reason and end, visible."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from governance.audit.models import AuditEntry
from governance.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from governance.inventory.models import ModelVersion
from tests import stories
from tests.governance.access.people import holder
from workflows.lifecycle.models import ApprovalRound, Waiver
from workflows.lifecycle.operations import (
    reopen_fallen,
    validate_version,
    waive_gate,
    write_validation_report,
)
from workflows.lifecycle.queries import approval_stands, blocking, case_of
from workflows.management.cast import actor_named, give
from workflows.policies.definition import Move

pytestmark = pytest.mark.django_db
GATE = "auc_at_least"


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Submitted and measured; one required gate has failed, and the report is written."""
    version = stories.submitted_version()
    version.gates.filter(gate=GATE).update(outcome="failed", reason="beyond_threshold")
    texts = {"scope": "All.", "tests": "Three.", "conclusion": "Good.", "independent": True}
    write_validation_report(version.pk, **texts, actor=actor_named("victor"))
    return version


def soon(days: int = 30) -> datetime:
    return timezone.now() + timedelta(days=days)


def waive(version: ModelVersion, who: str = "hanna", **more: object) -> Waiver:
    asked = {"gate": GATE, "reason": "Small segment.", "expires_at": soon()} | more
    return waive_gate(version.pk, **asked, actor=actor_named(who))


def validate(version: ModelVersion) -> None:
    seen = stories.digest(version, Move.VALIDATE)
    validate_version(version.pk, digest=seen, actor=actor_named("victor"))


def approve(version: ModelVersion) -> ApprovalRound:
    """Waived, validated, signed by two."""
    waive(version)
    validate(version)
    for officer in ("rita", "rolf"):
        stories.sign(version, officer)
    return ApprovalRound.objects.get(version=version, move="approve", state="passed")


def test_a_waived_gate_no_longer_stands_in_the_way(version: ModelVersion) -> None:
    """Its result stays failed; the waiver with reason, end and role stands beside it."""
    with pytest.raises(Conflict, match="has not passed"):
        validate(version)
    waiver = waive(version)
    validate(version)
    assert version.gates.get(gate=GATE).outcome == "failed"
    assert (waiver.role_id, waiver.reason) == ("head_of_model_risk", "Small segment.")
    assert AuditEntry.objects.filter(action="gate.waived").count() == 1


def test_the_waiver_and_its_end_are_part_of_what_is_signed(version: ModelVersion) -> None:
    """Before, with it, and with another end: three digests."""
    digests = {stories.digest(version, Move.VALIDATE)}
    waive(version)
    digests.add(stories.digest(version, Move.VALIDATE))
    Waiver.objects.update(expires_at=soon(60))
    digests.add(stories.digest(version, Move.VALIDATE))
    assert len(digests) == 3


@pytest.mark.parametrize("who", ["victor", "rita", "mo", "olive", "alma", "ada"])
def test_only_the_named_role_waives(version: ModelVersion, who: str) -> None:
    """Not the validator either."""
    with pytest.raises(NotAllowed):
        waive(version, who)


def test_the_permission_in_another_role_is_not_enough(
    version: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The policy names a role, not a permission."""
    place = "workflows.lifecycle.operations.waiving.waiver_role"
    monkeypatch.setattr(place, lambda _definition: "model_owner")
    with pytest.raises(NotAllowed, match="lets only model owners do this"):
        waive(version)


def test_a_developer_who_holds_the_role_does_not_waive_the_own_gate(version: ModelVersion) -> None:
    """Separation of duties, whatever roles are held."""
    give("head_of_model_risk", holder("dana"), reason="x", conflict_reason="x")
    with pytest.raises(NotAllowed):
        waive(version, "dana")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, "expires_on"),
        ({"expires_at": timezone.now() + timedelta(days=400)}, "expires_on"),
    ],
)
def test_no_waiver_without_reason_and_end(
    version: ModelVersion, more: dict[str, object], field: str
) -> None:
    """The refusal names the field."""
    with pytest.raises(Invalid) as refused:
        waive(version, **more)
    assert refused.value.field == field


def test_only_what_stands_in_the_way_is_waived(version: ModelVersion) -> None:
    """A gate that passed, one that is waived, and one that is not there."""
    with pytest.raises(Conflict):
        waive(version, gate="documents_present")
    with pytest.raises(NotFound):
        waive(version, gate="nonsense")
    waive(version)
    with pytest.raises(Conflict):
        waive(version)


def test_measured_again_with_another_result_the_gate_stands_anew(version: ModelVersion) -> None:
    """A waiver covers the value that was seen, not whatever comes."""
    waive(version)
    version.gates.filter(gate=GATE).update(value="0.1")
    with pytest.raises(Conflict, match="has not passed"):
        validate(version)
    version.gates.filter(gate=GATE).update(value="0.2")
    waive(version)
    assert version.waivers.count() == 2


def test_a_waiver_that_ends_blocks_again(version: ModelVersion) -> None:
    """With the day in the words."""
    waive(version)
    Waiver.objects.update(waived_at=soon(-2), expires_at=soon(-1))
    case = case_of(version)
    assert case
    assert any("The waiver of the gate" in line for line in blocking(version, case, Move.VALIDATE))


def test_an_approval_falls_when_its_waiver_ends_before_it_is_live(version: ModelVersion) -> None:
    """Asked again at preparation and merge, and by the clock; the signers are asked anew."""
    round_ = approve(version)
    assert approval_stands(round_.pk) == ""
    ended = soon(-1)
    Waiver.objects.update(waived_at=soon(-2))
    digest = round_.digest
    Waiver.objects.update(expires_at=ended)
    assert approval_stands(round_.pk)
    assert reopen_fallen() == 1
    assert stories.again(version).state == "validated"
    assert digest


def test_after_the_review_nothing_is_waived(version: ModelVersion) -> None:
    """There is nothing left to let pass."""
    approve(version)
    with pytest.raises((Conflict, WrongState)):
        waive(version)
