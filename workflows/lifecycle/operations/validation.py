"""The validator's moves: write the report, then say that the version is validated."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

import rfc8785
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.access.operations import involve
from governance.access.permissions import Permission
from governance.access.queries import person_of, require, require_separate
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Invalid
from governance.inventory.models import Finding
from governance.inventory.storage import Stored
from workflows.cases.models import Task
from workflows.cases.operations import close_tasks
from workflows.lifecycle.models import ApprovalRound, Decision, LivingVersion, ValidationReport
from workflows.lifecycle.operations.asking import ask_next, close_round, open_move
from workflows.lifecycle.operations.deciding import decide, sit_unblocked
from workflows.lifecycle.operations.moving import lock_version, move, require_edge
from workflows.lifecycle.operations.proving import Proof
from workflows.lifecycle.operations.signing import NOTHING, answered
from workflows.lifecycle.queries import independence_statement, quorum_reached, validation_meaning
from workflows.policies.definition import Move
from workflows.policies.queries import definition_of

REPORT_PARTS = (
    "scope_text",
    "tests",
    "limits",
    "conclusion",
    "conditions",
    "independence",
    "independent",
    "attachment_name",
    "attachment_sha256",
)


@dataclass(frozen=True, slots=True)
class Attached:
    """A report that was written elsewhere: its name, and where its bytes lie."""

    name: str
    stored: Stored


@transaction.atomic
def write_validation_report(  # noqa: PLR0913 - a report has these parts
    version_id: UUID,
    *,
    scope: str,
    tests: str,
    conclusion: str,
    limits: str = "",
    conditions: str = "",
    independent: bool,
    attachment: Attached | None = None,
    actor: Actor,
) -> ValidationReport:
    """Writes the validator's report; a later text is a new report beside the old one.

    With an `attachment`, the report that was written elsewhere, only the conclusion is needed
    here. Who writes one has validated, and so never approves, whoever says the word in the end.

    Raises:
        NotAllowed: not a validator here, or took part in building it. WrongState: not under
        validation. Invalid: a part is missing, or independence is not stated.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_VALIDATE, version)
    require_separate(actor, Part.VALIDATOR, version.pk)
    require_edge(version, "validate")
    texts = {
        "scope_text": scope.strip(),
        "tests": tests.strip(),
        "limits": limits.strip(),
        "conclusion": conclusion.strip(),
        "conditions": conditions.strip(),
    }
    _refuse_incomplete(texts, attached=attachment is not None, independent=independent)
    report = _next_report(version, texts, attachment, actor)
    involve(person_of(actor), Part.VALIDATOR, version.pk)
    _record_report(report, version, actor)
    return report


def _next_report(
    version: LivingVersion, texts: Mapping[str, str], attachment: Attached | None, actor: Actor
) -> ValidationReport:
    """The report as it is kept, beside the earlier ones; independence has been stated."""
    report = ValidationReport(
        version=version,
        number=version.validation_reports.count() + 1,
        **texts,
        independent=True,
        independence=independence_statement(),
        written_by_id=person_of(actor),
    )
    if attachment is not None:
        report.attachment_name = attachment.name
        report.attachment_sha256 = attachment.stored.sha256
        report.attachment_size = attachment.stored.size
    report.digest = _digest(report)
    report.save(force_insert=True)
    return report


def _digest(report: ValidationReport) -> str:
    parts = {part: getattr(report, part) for part in REPORT_PARTS}
    return sha256(rfc8785.dumps(parts)).hexdigest()


def _refuse_incomplete(texts: dict[str, str], *, attached: bool, independent: bool) -> None:
    if not texts["scope_text"] and not attached:
        raise Invalid(_("Say what was validated and how."), field="scope")
    if not texts["tests"] and not attached:
        raise Invalid(_("Say which tests were done, and with which result."), field="tests")
    if not texts["conclusion"]:
        raise Invalid(_("Write a conclusion."), field="conclusion")
    if not independent:
        raise Invalid(
            _("State that you took no part in building this version."),
            remedy=_("If you did, somebody else must validate it."),
            field="independent",
        )


def _record_report(report: ValidationReport, version: LivingVersion, actor: Actor) -> None:
    record(
        Action.VALIDATION_REPORT_WRITTEN,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
        after={
            "number": report.number,
            "digest": report.digest,
            "attachment": report.attachment_sha256,
        },
        personal={
            name: getattr(report, part)
            for name, part in (("scope", "scope_text"), ("conclusion", "conclusion"))
            if getattr(report, part)
        },
    )


@transaction.atomic
def validate_version(
    version_id: UUID,
    *,
    digest: str,
    comment: str = "",
    with_findings: bool = False,
    answers: Mapping[str, str] = NOTHING,
    proof: Proof | None = None,
    actor: Actor,
) -> LivingVersion:
    """Says, as an independent validator, that the version may go to approval.

    `with_findings`: although findings are open, none of them required. The third outcome, not
    validated, is `reject_version`. `answers` are what the step asks for; where it takes a
    signature, `proof` is one, and the answers were given when it was begun.

    Raises:
        NotAllowed, WrongState, Stale, Duplicate: see `sit`. Conflict: gates, findings or the
        report stand against it, or the outcome does not fit the findings. Invalid: an answer or
        the proof is missing or wrong, or it goes with findings and does not say why.
    """
    seen = sit_unblocked(version_id, Move.VALIDATE, "validate", digest, actor)
    refuse_other_outcome(seen.version, with_findings=with_findings)
    meaning = validation_meaning(seen.version, seen.role)
    sitting = answered(seen, answers, meaning, proof, actor)
    kind = Decision.Kind.VALIDATE_WITH_FINDINGS if with_findings else Decision.Kind.APPROVE
    decide(sitting, kind, comment=comment, actor=actor)
    definition = definition_of(sitting.case.policy_version)
    rules = definition.moves[Move.VALIDATE]
    if not quorum_reached(sitting.round, rules, sitting.digest):
        ask_next(sitting.round, rules, sitting.digest, done_by=actor.person_id, actor=actor)
        return sitting.version
    close_round(sitting.round, ApprovalRound.State.PASSED, sitting.digest)
    move(sitting.version, "validate", Action.VERSION_VALIDATED, actor=actor)
    close_tasks(sitting.case, Task.Verb.VALIDATE, done_by=actor.person_id, actor=actor)
    open_move(sitting.case, definition, Move.APPROVE, actor=actor)
    return sitting.version


def refuse_other_outcome(version: LivingVersion, *, with_findings: bool) -> None:
    """Refuses an outcome that does not fit the findings.

    Raises:
        Conflict: findings are open and it says none are, or the other way round.
    """
    left = version.findings.exclude(state=Finding.State.CLOSED).count()
    if left and not with_findings:
        raise Conflict(
            ngettext("{number} finding is open.", "{number} findings are open.", left).format(
                number=left
            ),
            remedy=_("Close it, or say “validated with findings”."),
        )
    if with_findings and not left:
        raise Conflict(_("No finding is open."), remedy=_("Say “validated”."))
