"""The validator's moves: write the report, then say that the version is validated."""

from hashlib import sha256
from uuid import UUID

import rfc8785
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.operations import involve
from governance.access.permissions import Permission
from governance.access.queries import person_of, require, require_separate
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Invalid
from workflows.cases.models import Task
from workflows.cases.operations import close_tasks
from workflows.lifecycle.models import ApprovalRound, Decision, LivingVersion, ValidationReport
from workflows.lifecycle.operations.asking import ask_next, open_move
from workflows.lifecycle.operations.deciding import decide, refuse_blocked, sit
from workflows.lifecycle.operations.moving import lock_version, move, require_edge
from workflows.lifecycle.queries import quorum_reached
from workflows.policies.definition import Move
from workflows.policies.queries import definition_of


@transaction.atomic
def write_validation_report(
    version_id: UUID,
    *,
    scope: str,
    conclusion: str,
    limits: str = "",
    independent: bool,
    actor: Actor,
) -> ValidationReport:
    """Writes the validator's report; a later text is a new report beside the old one.

    Who writes one has validated, and so never approves, whoever says the word in the end.

    Raises:
        NotAllowed: not a validator here, or took part in building it. WrongState: not under
        validation. Invalid: a part is missing, or independence is not stated.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_VALIDATE, version)
    require_separate(actor, Part.VALIDATOR, version.pk)
    require_edge(version, "validate")
    _refuse_incomplete(scope, conclusion, independent=independent)
    report = ValidationReport.objects.create(
        version=version,
        number=version.validation_reports.count() + 1,
        scope_text=scope,
        conclusion=conclusion,
        limits=limits,
        independent=independent,
        digest=sha256(rfc8785.dumps([scope, conclusion, limits, independent])).hexdigest(),
        written_by_id=person_of(actor),
    )
    involve(person_of(actor), Part.VALIDATOR, version.pk)
    _record_report(report, version, actor)
    return report


def _refuse_incomplete(scope: str, conclusion: str, *, independent: bool) -> None:
    if not scope.strip():
        raise Invalid(_("Say what was validated and how."), field="scope")
    if not conclusion.strip():
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
        after={"number": report.number, "digest": report.digest},
        personal={"scope": report.scope_text, "conclusion": report.conclusion},
    )


@transaction.atomic
def validate_version(
    version_id: UUID, *, digest: str, comment: str = "", actor: Actor
) -> LivingVersion:
    """Says, as an independent validator, that the version may go to approval.

    Raises:
        NotAllowed, WrongState, Stale, Duplicate: see `sit`. Conflict: gates, findings or the
        report stand against it.
    """
    sitting = sit(version_id, Move.VALIDATE, "validate", digest, actor)
    refuse_blocked(sitting)
    decide(sitting, Decision.Kind.APPROVE, comment=comment, actor=actor)
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


def close_round(round_: ApprovalRound, state: ApprovalRound.State, digest: str) -> None:
    """Ends a round with the digest that it ended on."""
    round_.state = state
    round_.digest = digest
    round_.closed_at = timezone.now()
    round_.save(update_fields=["state", "digest", "closed_at", "expires_at"])
