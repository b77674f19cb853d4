"""The evidence of one decision in eighteen parts, as an auditor files it.

The parts are those of the field notes on regulation: each is a heading with facts, a table or both.
Everything is read as it stands when the log closes the export.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.evaluation.labels import gate_title
from governance.templatetags.words import mark_of
from workflows.desk.bundle_parts import BundlePart, recorded, when
from workflows.desk.queries.bundle_after import deadlines, delivery, pull_requests, way_back
from workflows.desk.queries.bundle_proofs import proofs_of
from workflows.desk.queries.dossier import Dossier, is_barred
from workflows.desk.queries.performance import name_of, performance_of
from workflows.lifecycle.queries import covering_waiver
from workflows.policies.labels import MOVES, asked_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from governance.access.separation import Part
    from governance.evaluation.models import GateResult
    from governance.trail.models import LogExport
    from workflows.desk.bundle_parts import Row


def parts_of(dossier: Dossier, export: LogExport) -> list[BundlePart]:
    """The eighteen parts in their order."""
    parts = [part(dossier) for part in PARTS]
    return [*parts, *proofs_of(export)]


def _people(ids: Iterable[UUID]) -> dict[UUID, str]:
    return dict(Person.objects.filter(pk__in=set(ids)).values_list("pk", "full_name"))


# 1 to 5: what was decided on, and what it was measured by ----------------------------------------
def _subject(dossier: Dossier) -> BundlePart:
    decided = dossier.decisions[-1].parts if dossier.decisions else {}
    return BundlePart(
        _("What was decided on"),
        [
            (_("Model"), dossier.version.model.title),
            (_("Version"), name_of(dossier.version)),
            (_("State"), mark_of(dossier.version.state).text),
            (_("Case digest (SHA-256)"), dossier.digest or ""),
        ],
        (_("Part of the digest"), _("Value")),
        [(name, recorded(value)) for name, value in sorted(decided.items())],
    )


def _artifacts(dossier: Dossier) -> BundlePart:
    scan = next((gate for gate in dossier.gates if gate.gate == "artifact_safe"), None)
    found = str(mark_of(scan.outcome).text) if scan else ""
    return BundlePart(
        _("Artefacts"),
        [
            (_("Scan of the files"), found),
            (_("Scanned"), when(scan.completed_at if scan else None)),
        ],
        (_("File"), _("What it is"), _("Bytes"), _("SHA-256")),
        [(one.name, one.get_role_display(), one.size, one.sha256) for one in dossier.artifacts],
    )


def _data(dossier: Dossier) -> BundlePart:
    return BundlePart(
        _("Data sets and documents"),
        head=(_("File"), _("What it is"), _("Bytes"), _("SHA-256")),
        rows=[(one.name, one.get_kind_display(), one.size, one.sha256) for one in dossier.evidence],
    )


def _comparison(dossier: Dossier) -> BundlePart:
    measured, report = performance_of(dossier), dossier.comparison
    if measured is None or report is None:
        return BundlePart(_("Comparison with the champion"))
    return BundlePart(
        _("Comparison with the champion"),
        [
            (_("Verdict"), measured.sentence),
            (_("Champion"), measured.champion),
            (_("Report (SHA-256)"), report.digest),
            (_("Completed"), when(report.completed_at)),
        ],
        (_("Gate"), _("Value"), _("Threshold"), _("Required"), _("Outcome")),
        [_gate(dossier, gate) for gate in dossier.gates],
    )


def _gate(dossier: Dossier, gate: GateResult) -> Row:
    waived = covering_waiver(gate, dossier.waivers)
    outcome = mark_of("waived" if waived else gate.outcome).text
    required = _("yes") if gate.required else _("no")
    return gate_title(gate.gate), gate.value, gate.threshold, required, outcome


def _validation(dossier: Dossier) -> BundlePart:
    report = dossier.report
    if report is None:
        return BundlePart(_("Validation report"))
    return BundlePart(
        _("Validation report"),
        [
            (_("Validator"), report.written_by.full_name),
            (_("Written"), when(report.written_at)),
            (_("Scope"), report.scope_text),
            (_("Tests done"), report.tests),
            (_("Conclusion"), report.conclusion),
            (_("Conditions"), report.conditions),
            (_("Independent"), _("I took no part in building this version")),
            (_("Independence statement"), report.independence),
            (_("Report (SHA-256)"), report.digest),
            (_("Attached file"), report.attachment_name),
            (_("Attached file (SHA-256)"), report.attachment_sha256),
        ],
    )


# 6 to 11: what spoke against it, under which rules, and who agreed -------------------------------
def _findings(dossier: Dossier) -> BundlePart:
    return BundlePart(
        _("Findings"),
        head=(_("No."), _("Finding"), _("Severity"), _("State"), _("Answer"), _("Closed")),
        rows=[
            (
                one.number,
                one.heading,
                one.get_severity_display(),
                one.get_state_display(),
                one.answer,
                when(one.closed_at),
            )
            for one in dossier.findings
        ],
    )


def _limitations(dossier: Dossier) -> BundlePart:
    return BundlePart(
        _("Limitations accepted"),
        [(_("Limits named by the validator"), dossier.report.limits if dossier.report else "")],
        (_("No."), _("Condition"), _("Owner"), _("Due"), _("State")),
        [
            (one.number, one.text, one.owner.full_name, one.due_on, one.get_state_display())
            for one in dossier.conditions
        ],
    )


def _policy(dossier: Dossier) -> BundlePart:
    policy, definition = dossier.policy, dossier.definition
    if policy is None or definition is None:
        return BundlePart(_("Policy"))
    return BundlePart(
        _("Policy"),
        [
            (_("Policy"), str(policy.policy)),
            (_("Version"), policy.number),
            (_("In force since"), when(policy.put_in_force_at)),
        ],
        (_("Move"), _("Asked"), _("Signature")),
        [
            (MOVES.get(move, move), asked_words(step), _("yes") if step.signature else _("no"))
            for move, step in definition.steps()
        ],
    )


def _deciders(dossier: Dossier) -> BundlePart:
    return BundlePart(
        _("Who decided"),
        head=(
            _("Name"),
            _("Role at that time"),
            _("Decision"),
            _("Time"),
            _("Meaning"),
            _("Proved by"),
            _("Delegated to"),
            _("Comment"),
        ),
        rows=[
            (
                one.person.full_name,
                one.role,
                one.get_kind_display(),
                when(one.decided_at),
                one.meaning,
                one.proved_by,
                one.delegate.full_name if one.delegate else "",
                one.comment,
            )
            for one in dossier.decisions
        ],
    )


def _separation(dossier: Dossier) -> BundlePart:
    names = _people(one.person_id for one in dossier.parts)
    return BundlePart(
        _("Separation of duties"),
        head=(_("Person"), _("Part"), _("Compatible with their other parts")),
        rows=[
            (
                names.get(one.person_id, ""),
                one.part.value,
                _compatible(dossier, one.person_id, one.part),
            )
            for one in dossier.parts
        ],
    )


def _compatible(dossier: Dossier, person_id: UUID, part: Part) -> str:
    return _("no") if is_barred(dossier, person_id, part) else _("yes")


def _exceptions(dossier: Dossier) -> BundlePart:
    return BundlePart(
        _("Exceptions"),
        head=(_("Gate"), _("Value"), _("Waived by"), _("Role"), _("Until"), _("Reason")),
        rows=[
            (
                gate_title(one.gate),
                one.value,
                one.waived_by.full_name,
                one.role,
                when(one.expires_at),
                one.reason,
            )
            for one in dossier.waivers
        ]
        + [
            (
                _("Use before validation"),
                one.limits,
                one.granted_by.full_name,
                one.role,
                when(one.expires_at),
                one.reason,
            )
            for one in dossier.exceptions
        ],
    )


PARTS: tuple[Callable[[Dossier], BundlePart], ...] = (
    _subject,
    _artifacts,
    _data,
    _comparison,
    _validation,
    _findings,
    _limitations,
    _policy,
    _deciders,
    _separation,
    _exceptions,
    deadlines,
    pull_requests,
    delivery,
    way_back,
)
# What a validation rests on, and what came of it.
VALIDATED = (
    _validation,
    _subject,
    _artifacts,
    _data,
    _findings,
    _limitations,
    _exceptions,
    _comparison,
    _separation,
)
