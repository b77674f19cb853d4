"""What a decision binds to, field by field: a change of each changes the digest, nothing else."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from governance.inventory.models import Artifact, Evidence, Finding, ModelVersion
from governance.inventory.operations import raise_finding
from tests import stories
from tests.governance.access.people import person
from workflows.delivery.operations import run_due
from workflows.lifecycle.models import Condition, Decision, ValidationReport, Waiver
from workflows.lifecycle.queries import case_of, digest_parts
from workflows.management.cast import actor_named
from workflows.policies.definition import Move
from workflows.targets.models import Target

pytestmark = pytest.mark.django_db
ALL = {
    "artifacts",
    "champion",
    "comparison",
    "conditions",
    "evidence",
    "findings",
    "gates",
    "image",
    "move",
    "parameters",
    "policy",
    "route",
    "schema",
    "validation",
    "version",
}


@pytest.fixture(scope="module")
def version(module_db: None) -> ModelVersion:
    """Validated, with a finding that is not required; Rita has approved on a condition."""
    version = stories.submitted_version()
    victor = actor_named("victor")
    finding = raise_finding(version.pk, severity="low", title="T", required=False, actor=victor)
    Finding.objects.filter(pk=finding.pk).update(state="closed")
    stories.validated(version)
    stories.sign(version, "rita")
    Condition.objects.create(
        version=version,
        decision=Decision.objects.get(round__move="approve"),
        number=1,
        text="Watch.",
        owner=person("dana"),
        due_on=timezone.localdate() + timedelta(days=9),
    )
    return version


def gates(**columns: object) -> Callable[[ModelVersion], object]:
    return lambda version: version.gates.filter(gate="auc_at_least").update(**columns)


def versions(**columns: object) -> Callable[[ModelVersion], object]:
    return lambda version: ModelVersion.objects.filter(pk=version.pk).update(**columns)


def rows(model: Any, **columns: object) -> Callable[[ModelVersion], object]:
    return lambda _version: model.objects.update(**columns)


def waived(version: ModelVersion) -> None:
    gate = version.gates.get(gate="auc_at_least")
    version.gates.filter(pk=gate.pk).update(outcome="failed")
    Waiver.objects.create(
        version=version,
        gate=gate.gate,
        value=gate.value,
        threshold=gate.threshold,
        reason="x",
        role_id="head_of_model_risk",
        waived_by=person("hanna"),
        expires_at=timezone.now() + timedelta(days=9),
    )


def another_champion(version: ModelVersion) -> None:
    version.comparisons.update(champion=stories.draft_version(model=version.model))


CHANGES: dict[str, tuple[str, Callable[[ModelVersion], object]]] = {
    "artifact-digest": ("artifacts", rows(Artifact, sha256="0" * 64)),
    "artifact-name": ("artifacts", rows(Artifact, name="other.onnx")),
    "image": ("image", versions(image="registry/scorer@sha256:0")),
    "schema": ("schema", versions(input_schema=[{"name": "income", "type": "float"}])),
    "parameters": ("parameters", versions(parameters={"depth": 4})),
    "evidence-digest": ("evidence", rows(Evidence, sha256="0" * 64)),
    "evidence-columns": ("evidence", rows(Evidence, columns={"score": "p"})),
    "finding-severity": ("findings", rows(Finding, severity="high")),
    "finding-state": ("findings", rows(Finding, state="answered")),
    "gate-threshold": ("gates", gates(threshold="0.5")),
    "gate-value": ("gates", gates(value="0.5")),
    "gate-outcome": ("gates", gates(outcome="error")),
    "gate-required": ("gates", gates(required=False)),
    "gate-evidence": ("gates", gates(evidence_sha256="0" * 64)),
    "gate-waiver": ("gates", waived),
    "comparison": ("comparison", lambda v: v.comparisons.update(digest="0" * 64)),
    "champion": ("champion", another_champion),
    "route-revision": ("route", rows(Target, soak_s=60)),
    "route-branch": ("route", rows(Target, base_branch="other")),
    "report": ("validation", rows(ValidationReport, digest="0" * 64)),
    "condition-text": ("conditions", rows(Condition, text="Watch more.")),
    "condition-owner": ("conditions", lambda _v: Condition.objects.update(owner=person("olive"))),
    "condition-day": ("conditions", rows(Condition, due_on=timezone.localdate())),
    "condition-roll-back": ("conditions", rows(Condition, demands_roll_back=True)),
    "condition-void": ("conditions", rows(Condition, state="void")),
}
NOT_IN_IT: dict[str, Callable[[ModelVersion], object]] = {
    "gate-time": gates(completed_at=timezone.now(), tool_version="9", reason="other words"),
    "finding-text": rows(Finding, title="Other", text="Other", answer="Other"),
    "condition-met": rows(Condition, state="answered", evidence="Done."),
    "comment": rows(Decision, comment="Other"),
    "summary": versions(summary="Other", change_note="Other"),
    "decision-of-the-same-move": lambda v: stories.sign(v, "rolf"),
}


def parts_of(version: ModelVersion) -> dict[str, object]:
    fresh = stories.again(version)
    case = case_of(fresh)
    assert case
    return digest_parts(fresh, case, Move.APPROVE) or {}


def test_these_are_the_parts(version: ModelVersion) -> None:
    """A new part is a decision: it stands here, in the design and in its own test."""
    assert set(parts_of(version)) == ALL


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_each_part_changes_the_digest(version: ModelVersion, change: str) -> None:
    """And of that part only, but for the manifest, which is rendered from some of them."""
    part, act = CHANGES[change]
    before, digest = parts_of(version), stories.digest(version, Move.APPROVE)
    act(version)
    after = parts_of(version)
    changed = {name for name in before if before[name] != after[name]}
    assert {part} <= changed <= {part, "route"}
    assert stories.digest(version, Move.APPROVE) != digest


@pytest.mark.parametrize("change", NOT_IN_IT)
def test_what_is_not_part_of_it_leaves_it(version: ModelVersion, change: str) -> None:
    """Times, words about the run, comments, decisions of the same move."""
    before = stories.digest(version, Move.VALIDATE), parts_of(version)
    NOT_IN_IT[change](version)
    assert (stories.digest(version, Move.VALIDATE), parts_of(version)) == before


def test_which_version_was_retrained_is_a_part_where_it_was_said(version: ModelVersion) -> None:
    """Cases that were opened before anybody could say so keep their digest."""
    other, before = (
        stories.draft_version(model=version.model),
        stories.digest(version, Move.APPROVE),
    )
    ModelVersion.objects.filter(pk=version.pk).update(retrained_from=other)
    assert set(parts_of(version)) == ALL | {"retrained_from"}
    assert stories.digest(version, Move.APPROVE) != before


def test_an_equal_run_of_the_checks_leaves_it(version: ModelVersion) -> None:
    """New rows with new times and the same results."""
    from governance.outbox.operations import enqueue  # noqa: PLC0415 - asked for by hand

    before = stories.digest(version, Move.APPROVE)
    enqueue("version.evaluate", "again", {"version_id": str(version.pk)}, queue="slow")
    assert run_due("slow")["done"] == 1
    assert stories.digest(version, Move.APPROVE) == before


def test_it_exists_when_every_required_gate_has_ended(version: ModelVersion) -> None:
    """Not before: nobody could decide on what is still being measured."""
    case = case_of(version)
    assert case
    version.gates.filter(gate="auc_at_least").delete()
    assert digest_parts(version, case, Move.APPROVE) is None


def test_each_move_has_its_own(version: ModelVersion) -> None:
    """What was signed for one is nothing for the other."""
    assert stories.digest(version, Move.VALIDATE) != stories.digest(version, Move.APPROVE)
