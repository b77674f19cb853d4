"""A version's life for programs: submit, withdraw, read where it stands. Programs never decide."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from governance.access.api import actor_of
from governance.actors import Actor
from governance.evaluation.labels import gate_reason, reason_words
from governance.evaluation.queries import comparison_of, gates_of
from governance.inventory.api import FileOut, VersionOut, version_out
from governance.inventory.queries import (
    artifacts_of,
    evidence_of,
    version_by_id,
    version_numbered,
)
from workflows.lifecycle.operations import (
    cancel_checks,
    restart_checks,
    submit_version,
    withdraw_version,
)
from workflows.lifecycle.queries import ChecksState, case_of, checks_state

if TYPE_CHECKING:
    from governance.evaluation.models import GateResult

router = Router(tags=["lifecycle"])


class GateOut(Schema):
    """What one gate said."""

    name: str
    outcome: str
    value: str
    threshold: str
    required: bool
    reason: str


class ComparisonOut(Schema):
    """How the version compares with the champion."""

    verdict: str
    reason: str
    digest: str


class EvidenceFileOut(Schema):
    """A piece of evidence by name and digest."""

    name: str
    kind: str
    sha256: str
    size: int


class VersionDetailOut(VersionOut):
    """A version with all that was uploaded and measured."""

    artifacts: list[FileOut]
    evidence: list[EvidenceFileOut]
    gates: list[GateOut]
    comparison: ComparisonOut | None
    checks: ChecksState


class SubmitIn(Schema):
    """A word to the validators."""

    comment: str = ""


class WithdrawIn(Schema):
    """Why it is withdrawn."""

    reason: str


@router.get("/models/{name}/versions/{number}", response=VersionDetailOut)
def read_version(request: HttpRequest, name: str, number: int) -> VersionDetailOut:
    """Where a version stands."""
    actor = actor_of(request)
    return _detail(version_numbered(actor, name, number).pk, actor)


@router.post("/models/{name}/versions/{number}/submit", response=VersionDetailOut)
def submit(request: HttpRequest, name: str, number: int, body: SubmitIn) -> VersionDetailOut:
    """Submits a draft: its checks start, validators are asked."""
    actor = actor_of(request)
    version = version_numbered(actor, name, number)
    submit_version(version.pk, comment=body.comment, actor=actor)
    return _detail(version.pk, actor)


@router.post("/models/{name}/versions/{number}/withdraw", response=VersionDetailOut)
def withdraw(request: HttpRequest, name: str, number: int, body: WithdrawIn) -> VersionDetailOut:
    """Takes a version back that is not live yet."""
    actor = actor_of(request)
    version = version_numbered(actor, name, number)
    withdraw_version(version.pk, reason=body.reason, actor=actor)
    return _detail(version.pk, actor)


@router.post("/models/{name}/versions/{number}/checks/cancel", response=VersionDetailOut)
def cancel_running_checks(request: HttpRequest, name: str, number: int) -> VersionDetailOut:
    """Stops the checks of a version; nobody can decide before they were begun again."""
    actor = actor_of(request)
    version = version_numbered(actor, name, number)
    cancel_checks(version.pk, actor=actor)
    return _detail(version.pk, actor)


@router.post("/models/{name}/versions/{number}/checks/restart", response=VersionDetailOut)
def restart_cancelled_checks(request: HttpRequest, name: str, number: int) -> VersionDetailOut:
    """Begins cancelled checks again."""
    actor = actor_of(request)
    version = version_numbered(actor, name, number)
    restart_checks(version.pk, actor=actor)
    return _detail(version.pk, actor)


def _detail(version_id: UUID, actor: Actor) -> VersionDetailOut:
    version = version_by_id(actor, version_id)
    return VersionDetailOut(
        **version_out(version).dict(),
        artifacts=[FileOut.from_orm(file) for file in artifacts_of(version_id)],
        evidence=[EvidenceFileOut.from_orm(file) for file in evidence_of(version_id)],
        gates=[_gate(gate) for gate in gates_of(version_id)],
        comparison=_comparison(version_id),
        checks=checks_state(version, case_of(version)),
    )


def _gate(gate: "GateResult") -> GateOut:
    return GateOut(
        name=gate.gate,
        outcome=gate.outcome,
        value=gate.value,
        threshold=gate.threshold,
        required=gate.required,
        reason=gate_reason(gate.reason),
    )


def _comparison(version_id: UUID) -> ComparisonOut | None:
    report = comparison_of(version_id)
    if report is None:
        return None
    return ComparisonOut(
        verdict=report.verdict,
        reason=str(reason_words(report.payload["verdict"]["reason"])),
        digest=report.digest,
    )
