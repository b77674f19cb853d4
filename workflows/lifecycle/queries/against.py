"""What stands against a move, in words: before a submission, and before a decision."""

from datetime import timedelta
from uuid import UUID

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from governance.evaluation.labels import gate_reason, gate_title
from governance.evaluation.models import GateResult
from governance.evaluation.queries import comparison_of, gates_of
from governance.inventory.models import Artifact, Evidence, Finding, ModelVersion
from governance.inventory.queries import (
    artifacts_of,
    champion_of,
    evidence_of,
    evidence_since,
    findings_of,
)
from governance.inventory.storage import path_of
from workflows.cases.models import LIVE, Case
from workflows.lifecycle.models import Waiver
from workflows.lifecycle.queries.content import excepted_in, gates_ended, report_of
from workflows.lifecycle.queries.revalidations import is_used_by_exception
from workflows.lifecycle.queries.waivers import covering_waiver, stands_against, waivers_of
from workflows.policies.definition import Definition, Move, MoveRules
from workflows.policies.queries import definition_of


def blocking(version: ModelVersion, case: Case, move: Move) -> list[str]:
    """What still stands against a move, in words; empty when people may decide."""
    if case.kind in LIVE:
        return []
    if case.checks_cancelled_at:
        return [
            _(
                "The checks were stopped. Nobody can decide before they were begun again and have "
                "ended."
            )
        ]
    definition = definition_of(case.policy_version)
    gates = gates_of(version.pk)
    if not gates_ended(definition, gates):
        return [_("The checks are still running. Nobody can decide before they have ended.")]
    waivers = waivers_of(version.pk)
    reasons = [_against(gate, waivers) for gate in gates if stands_against(gate, waivers)]
    reasons += [
        _("The required finding {finding} is not closed.").format(finding=finding)
        for finding in findings_of(version.pk)
        if finding.required and finding.state != Finding.State.CLOSED
    ]
    reasons += [_aged(row) for row in aged_evidence(version.pk, definition.moves[move])]
    if move is Move.VALIDATE and report_of(version.pk) is None:
        reasons.append(_("The validation report is not written yet."))
    if move is Move.APPROVE:
        reasons += _exception_over(version, case)
    if _champion_moved(version):
        reasons.append(_("Another champion went live since the comparison; it is run again."))
    return reasons


def _against(gate: GateResult, waivers: list[Waiver]) -> str:
    if (ended := covering_waiver(gate, waivers)) is not None:
        return _("The waiver of the gate “{gate}” ended on {day}.").format(
            gate=gate_title(gate.gate), day=date_format(localtime(ended.expires_at))
        )
    return _("The required gate “{gate}” has not passed: {reason}").format(
        gate=gate_title(gate.gate), reason=gate_reason(gate.reason)
    )


def _champion_moved(version: ModelVersion) -> bool:
    comparison, champion = comparison_of(version.pk), champion_of(version.model_id)
    compared = comparison.champion_id if comparison else None
    return comparison is not None and compared != (champion.pk if champion else None)


def _exception_over(version: ModelVersion, case: Case) -> list[str]:
    exception = excepted_in(version, case)
    if exception is None or is_used_by_exception(exception):
        return []
    day = date_format(localtime(exception.ended_at or exception.expires_at))
    return [
        _(
            "The exception for its use before validation ended on {day}; an independent "
            "validator must validate it first."
        ).format(day=day)
    ]


def _aged(row: Evidence) -> str:
    return _(
        "The evidence “{name}” of {day} is too old to count under the policy; submit a version "
        "with newer evidence."
    ).format(name=row.name, day=date_format(localtime(evidence_since(row.version_id)[row.pk])))


def aged_evidence(version_id: UUID, rules: MoveRules) -> list[Evidence]:
    """The evidence of a version that no longer counts for a move: too old, as its policy says.

    It is as old as the first upload of the same bytes for the model.
    """
    if not (days := rules.validity.evidence_max_age_days):
        return []
    oldest, since = timezone.now() - timedelta(days=days), evidence_since(version_id)
    return [row for row in evidence_of(version_id) if since[row.pk] < oldest]


def missing_for_submission(version: ModelVersion, definition: Definition) -> list[str]:
    """What a draft still lacks before it can be submitted, in words; empty when nothing."""
    artifacts, evidence = artifacts_of(version.pk), evidence_of(version.pk)
    missing = []
    if not any(artifact.role == Artifact.Role.MODEL for artifact in artifacts):
        missing.append(_("a model artefact"))
    kinds = {row.kind for row in evidence}
    wanted = definition.moves[Move.VALIDATE].evidence
    missing += [str(Evidence.Kind(kind).label) for kind in wanted if kind not in kinds]
    missing += [
        _("newer evidence in place of {name}").format(name=one)
        for one in _aged_names(version.pk, definition)
    ]
    files = {a.name: a.sha256 for a in artifacts} | {e.name: e.sha256 for e in evidence}
    return missing + [name for name, sha256 in files.items() if not path_of(sha256).exists()]


def _aged_names(version_id: UUID, definition: Definition) -> list[str]:
    """What would count neither for the validation nor for the approval."""
    moves = (Move.VALIDATE, Move.APPROVE)
    aged = [row for move in moves for row in aged_evidence(version_id, definition.moves[move])]
    return list(dict.fromkeys(row.name for row in aged))
