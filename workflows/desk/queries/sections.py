"""The lists of a dossier's sections, one line of each as its component draws it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.evaluation.gate_shapes import GateReason
from governance.evaluation.labels import gate_note, gate_reason, gate_title
from governance.evaluation.models import GateResult
from governance.inventory.models import Finding
from governance.inventory.queries import newest_of
from governance.reports.numbers import decimal
from governance.templatetags.words import mark_of
from workflows.desk.panel import Line
from workflows.desk.queries.dossier import Dossier
from workflows.policies.definition import Move
from workflows.policies.labels import asked_words

DIGITS = 4
ABOUT_FILES = {"artifact_safe", "documents_present"}
# A gate that passed for the plain reason needs no sentence.
PLAIN = {
    GateReason.WITHIN_THRESHOLD.value,
    GateReason.DOCUMENTS_PRESENT.value,
    GateReason.FORMATS_SAFE.value,
}


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


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file for the table of evidence."""

    name: str
    what: str
    size: int
    sha256: str
    url: str


def sections_of(dossier: Dossier) -> dict[str, Any]:
    """What the sections' templates show beside the rows of the dossier itself."""
    return {
        "checks": {
            "rows": [_check(gate) for gate in dossier.gates],
            "result": _counted([gate.outcome for gate in dossier.gates]),
            "progress_text": _progress_text(dossier),
        },
        "files": _files(dossier),
        "findings_result": _counted([row.state for row in dossier.findings], "finding"),
        "open_findings": any(row.state != Finding.State.CLOSED for row in dossier.findings),
        "submit_then": _then(dossier),
        "next_number": _next_number(dossier),
    }


def _check(gate: GateResult) -> CheckRow:
    code = gate.reason.partition("|")[0]
    return CheckRow(
        outcome=gate.outcome,
        name=str(gate_title(gate.gate)),
        note=str(gate_note(gate.gate)),
        required=gate.required,
        value=_value(gate.value),
        threshold=_threshold(gate),
        evidence_url="#evidence" if gate.gate in ABOUT_FILES else "#s3",
        reason="" if code in PLAIN else gate_reason(gate.reason),
    )


def _value(kept: str) -> Decimal | str:
    return round(Decimal(kept), DIGITS).normalize() + 0 if kept else ""


def _threshold(gate: GateResult) -> str:
    if not gate.threshold:
        return ""
    bar = Decimal(gate.threshold)
    if gate.gate == "not_worse_than_champion":
        bar = -abs(bar)
    sign = "≤" if gate.gate.endswith("_at_most") or gate.gate in ABOUT_FILES else "≥"
    return f"{sign} {decimal(bar, max(-int(bar.as_tuple().exponent), 0))}"


def _counted(values: Sequence[str], kind: str = "") -> str:
    """`7 passed, 1 failed`, in the order in which they first occur."""
    words = ((number, str(mark_of(value, kind).text)) for value, number in Counter(values).items())
    return ", ".join(f"{number} {word.lower()}" for number, word in words)


def _progress_text(dossier: Dossier) -> str:
    if dossier.progress is None:
        return ""
    return {
        "comparing": _("Comparing with the champion"),
        "gates": _("Asking the gates"),
    }.get(dossier.progress.text, _("Waiting for a worker"))


def _files(dossier: Dossier) -> list[FileRow]:
    place = dossier.version.model.name, dossier.version.number
    rows = [
        FileRow(
            row.name,
            row.get_kind_display(),
            row.size,
            row.sha256,
            reverse("evidence_file", args=[*place, row.pk]),
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
