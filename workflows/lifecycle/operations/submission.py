"""The developer's moves: submit and withdraw."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.operations import involve
from governance.access.permissions import Permission
from governance.access.queries import require, require_separate
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.errors import Invalid
from governance.outbox.operations import enqueue, request_cancel
from governance.outbox.queries import jobs
from workflows.cases.models import Case
from workflows.cases.operations import close_case, close_revisions, open_case
from workflows.cases.queries import submission_of
from workflows.lifecycle.labels import ENDINGS
from workflows.lifecycle.models import ApprovalRound, LivingVersion
from workflows.lifecycle.operations.asking import open_move
from workflows.lifecycle.operations.conditions import void_conditions
from workflows.lifecycle.operations.moving import lock_version, move, require_edge
from workflows.lifecycle.queries import missing_for_submission
from workflows.policies.definition import Definition, Move
from workflows.policies.queries import definition_of, policy_for
from workflows.targets.operations import close_promotions

DEPLOYED = "deployed"


@transaction.atomic
def submit_version(version_id: UUID, *, comment: str = "", actor: Actor) -> LivingVersion:
    """Submits a draft: its content is final, its checks start, validators are asked.

    Raises:
        NotAllowed: may not submit here. WrongState: no draft. Invalid: something required is
        missing; the message names all of it.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_SUBMIT, version)
    require_separate(actor, Part.SUBMITTER, version.pk)
    require_edge(version, "submit")
    policy = policy_for(version.model)
    definition = definition_of(policy)
    _refuse_incomplete(version, definition)
    version.submitted_at = timezone.now()
    version.submitted_by_id = actor.person_id
    move(version, "submit", Action.VERSION_SUBMITTED, actor=actor, personal={"comment": comment})
    if actor.person_id:
        involve(actor.person_id, Part.SUBMITTER, version.pk)
    close_revisions(version.model_id, done_by=actor.person_id, actor=actor)
    case = open_case(version, Case.Kind.SUBMISSION, policy, actor=actor)
    open_move(case, definition, Move.VALIDATE, actor=actor)
    enqueue("version.evaluate", str(version.pk), {"version_id": str(version.pk)}, queue="slow")
    return version


def _refuse_incomplete(version: LivingVersion, definition: Definition) -> None:
    missing = missing_for_submission(version, definition)
    if missing:
        raise Invalid(
            _("The version is not complete. Missing: {missing}.").format(
                missing=", ".join(missing)
            ),
            remedy=_("Upload what is missing and submit again."),
        )


@transaction.atomic
def withdraw_version(version_id: UUID, *, reason: str, actor: Actor) -> LivingVersion:
    """Takes back a version that is not live; everything open about it is closed.

    Raises:
        NotAllowed: may not withdraw here. WrongState: it is live or at its end. Invalid: no reason.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_WITHDRAW, version)
    require_edge(version, "withdraw")
    if not reason.strip():
        raise Invalid(_("Say why the version is withdrawn."), field="reason")
    move(version, "withdraw", Action.VERSION_WITHDRAWN, actor=actor, personal={"reason": reason})
    end_case(version, "withdrawn", actor=actor)
    _stop_checks(version)
    return version


def _stop_checks(version: LivingVersion) -> None:
    """Nobody decides about it any more: a worker that measures it stops at its next look."""
    begun = jobs().filter(topic="version.evaluate", key__startswith=str(version.pk), done_at=None)
    for job in begun:
        request_cancel(job.pk)


def end_case(version: LivingVersion, outcome: str, *, actor: Actor) -> None:
    """Closes rounds, promotions and the case of a version that goes no further."""
    case = submission_of(version.pk)
    if case is None or case.closed_at:
        return
    case.rounds.filter(state=ApprovalRound.State.OPEN).update(
        state=ApprovalRound.State.CLOSED, closed_at=timezone.now()
    )
    close_promotions(version, reason=ENDINGS[outcome], actor=actor)
    if outcome != DEPLOYED:
        void_conditions(version, outcome, actor=actor)
    close_case(case, outcome, actor=actor)
