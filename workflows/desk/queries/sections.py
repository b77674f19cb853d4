"""The lists of a dossier's sections, one line of each as its component draws it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.evaluation.gate_shapes import GateReason
from governance.evaluation.labels import (
    counted_words,
    gate_note,
    gate_reason,
    gate_title,
    stage_words,
)
from governance.evaluation.models import GateResult
from governance.inventory.models import Finding
from governance.inventory.queries import newest_of
from governance.reports.numbers import ABOUT_FILES, limit
from governance.templatetags.words import mark_of
from workflows.desk.panel import Line
from workflows.desk.queries.dossier import Dossier
from workflows.lifecycle.queries import aged_evidence, covering_waiver, is_live, stands_against
from workflows.policies.definition import Move
from workflows.policies.labels import asked_words

if TYPE_CHECKING:
    from workflows.lifecycle.models import Waiver

DIGITS = 4
# A gate that passed for the plain reason needs no sentence.
PLAIN = {
    GateReason.WITHIN_THRESHOLD.value,
    GateReason.DOCUMENTS_PRESENT.value,
    GateReason.FORMATS_SAFE.value,
}


@dataclass(frozen=True, slots=True)
class WaiverLine:
    """Who accepted a failed gate, since and until when, and why."""

    by: str
    at: datetime
    until: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class CheckRow:
    """One gate for `components/checks.html`."""

    outcome: str
    name: str
    note: str
    required: bool
    value: Decimal | str
    threshold: str
    evidence_url: str
    reason: str
    gate: str = ""
    waiver: "WaiverLine | None" = None
    earlier: "tuple[WaiverLine, ...]" = ()
    stands_against: bool = False


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file for the table of evidence."""

    name: str
    what: str
    size: int
    sha256: str
    url: str
    aged: bool = False


def sections_of(dossier: Dossier) -> dict[str, Any]:
    """What the sections' templates show beside the rows of the dossier itself."""
    return {
        "checks": {
            "rows": [_check(gate, dossier.waivers) for gate in dossier.gates],
            "result": _counted([_outcome(gate, dossier.waivers) for gate in dossier.gates]),
            "progress": _progress_text(dossier),
        },
        "files": _files(dossier),
        "findings_result": _counted([row.state for row in dossier.findings], "finding"),
        "conditions_result": _counted([row.state for row in dossier.conditions], "condition"),
        "open_findings": any(row.state != Finding.State.CLOSED for row in dossier.findings),
        "submit_then": _then(dossier),
        "next_number": _next_number(dossier),
    }


def _outcome(gate: GateResult, waivers: "Sequence[Waiver]") -> str:
    """A failed gate with a waiver that holds is waived."""
    return "waived" if is_live(covering_waiver(gate, waivers)) else gate.outcome


def _line(waiver: "Waiver") -> WaiverLine:
    return WaiverLine(
        waiver.waived_by.full_name, waiver.waived_at, waiver.expires_at, waiver.reason
    )


def _check(gate: GateResult, waivers: "Sequence[Waiver]") -> CheckRow:
    code = gate.reason.partition("|")[0]
    covering = covering_waiver(gate, waivers)
    held = covering if is_live(covering) else None
    earlier = [one for one in waivers if one.gate == gate.gate and one != held]
    return CheckRow(
        gate=gate.gate,
        waiver=_line(held) if held else None,
        earlier=tuple(_line(one) for one in earlier),
        stands_against=stands_against(gate, waivers),
        outcome=_outcome(gate, waivers),
        name=str(gate_title(gate.gate)),
        note=str(gate_note(gate.gate)),
        required=gate.required,
        value=_value(gate.value),
        threshold=limit(gate.gate, gate.threshold),
        evidence_url="#evidence" if gate.gate in ABOUT_FILES else "#s3",
        reason="" if code in PLAIN else gate_reason(gate.reason),
    )


def _value(kept: str) -> Decimal | str:
    return round(Decimal(kept), DIGITS).normalize() + 0 if kept else ""


def _counted(values: Sequence[str], kind: str = "") -> str:
    """`7 passed, 1 failed`, in the order in which they first occur."""
    words = ((number, str(mark_of(value, kind).text)) for value, number in Counter(values).items())
    return ", ".join(f"{number} {word.lower()}" for number, word in words)


def _progress_text(dossier: Dossier) -> tuple[str, str]:
    """The stage that the checks are at, and how far it is."""
    progress = dossier.progress
    if progress is None:
        return "", ""
    counted = counted_words(progress.text, progress.done, progress.total)
    return str(stage_words(progress.text)), counted


def _files(dossier: Dossier) -> list[FileRow]:
    place, aged = (dossier.version.model.name, dossier.version.number), _aged(dossier)
    rows = [
        FileRow(
            row.name,
            row.get_kind_display(),
            row.size,
            row.sha256,
            reverse("evidence_file", args=[*place, row.pk]),
            row.pk in aged,
        )
        for row in dossier.evidence
    ]
    rows += [
        FileRow(
            row.name,
            _("artefact, {role}").format(role=row.get_role_display()),
            row.size,
            row.sha256,
            reverse("artifact_file", args=[*place, row.pk]),
        )
        for row in dossier.artifacts
    ]
    return rows


def _aged(dossier: Dossier) -> set[UUID]:
    """The evidence that is too old to count for what is asked now, or for a draft's validation."""
    if dossier.definition is None:
        return set()
    rules = dossier.definition.moves[dossier.move or Move.VALIDATE]
    return {row.pk for row in aged_evidence(dossier.version.pk, rules)}


def _then(dossier: Dossier) -> list[Line]:
    """What submitting sets off."""
    if dossier.definition is None:
        return []
    rules = dossier.definition.moves[Move.VALIDATE]
    gates = ngettext("{count} gate runs", "{count} gates run", len(rules.gates))
    lines = [
        Line("lock", _("Its content is final from then on")),
        Line("sync", gates.format(count=len(rules.gates))),
    ]
    for step in rules.steps:
        asked = asked_words(step)
        days = ngettext(
            "{asked} asked, within {days} working day",
            "{asked} asked, within {days} working days",
            step.due_business_days,
        )
        lines.append(Line("bell", days.format(asked=asked, days=step.due_business_days)))
    return lines


def _next_number(dossier: Dossier) -> int:
    if dossier.version.state not in {"rejected", "withdrawn"}:
        return 0
    return newest_of([dossier.version.model_id])[dossier.version.model_id].number + 1
