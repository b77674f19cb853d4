"""Asking for a change of what is live: suspend, resume, roll back, retire.

Each opens a case of its own under the policy: an emergency is signed by those whom the policy names
for one, a retirement by those for that. What nobody runs any more is retired at once.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import person_of, require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Invalid
from governance.inventory.models import ModelVersion
from governance.inventory.states import State
from workflows.cases.models import Case, LiveChange
from workflows.cases.operations import open_case
from workflows.lifecycle.models import LivingVersion
from workflows.lifecycle.operations.asking import open_move
from workflows.lifecycle.operations.conditions import void_conditions
from workflows.lifecycle.operations.deciding import refuse_program
from workflows.lifecycle.operations.moving import lock_for_system, lock_version, move, require_edge
from workflows.lifecycle.queries import (
    approval_fell,
    open_live_change,
    returnable,
    shall_stand,
    stands_somewhere,
)
from workflows.policies.definition import Definition, Move
from workflows.policies.queries import definition_of, policy_for
from workflows.targets.queries import targets_of

LONGEST_REASON = 4000


@transaction.atomic
def suspend_version(
    version_id: UUID, *, reason: str, instead: UUID | None = None, actor: Actor
) -> LiveChange:
    """The kill switch: asks that the champion takes no more requests.

    `instead`: a former champion that shall stand in its place; its approval must still hold.

    Raises:
        NotAllowed: may not ask for it here. WrongState: not live. Conflict: something else is
        asked about the model, or `instead` cannot come back. Invalid: no reason.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_SUSPEND, version)
    require_edge(version, "suspend")
    former = _former(version, instead) if instead else None
    return _ask(version, Case.Kind.SUSPEND, reason, actor, instead=former)


@transaction.atomic
def resume_version(version_id: UUID, *, reason: str, actor: Actor) -> LiveChange:
    """Asks that a suspended version is live again. Where its approval has fallen, it is asked anew.

    Raises:
        As `suspend_version`; WrongState: not suspended.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_RESUME, version)
    require_edge(version, "resume")
    return _ask(version, Case.Kind.RESUME, reason, actor)


@transaction.atomic
def roll_back(version_id: UUID, *, reason: str, actor: Actor) -> LiveChange:
    """Asks that a former champion takes its place again; if need be its approval is asked anew.

    Raises:
        As `suspend_version`; WrongState: not superseded.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_ROLL_BACK, version)
    require_edge(version, "roll_back")
    return _ask(version, Case.Kind.ROLL_BACK, reason, actor)


@transaction.atomic
def retire_version(version_id: UUID, *, reason: str, actor: Actor) -> LivingVersion:
    """Ends the life of a version: at once where it runs nowhere, else asked of the policy's people.

    Raises:
        NotAllowed: may not retire here. WrongState: it never was live. Conflict: something else is
        asked about the model. Invalid: no reason.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_RETIRE, version)
    require_edge(version, "retire")
    if version.state == State.DEPLOYED.value or stands_somewhere(version):
        _ask(version, Case.Kind.RETIRE, reason, actor)
        return version
    _refuse_asked(version)
    reason = _said(reason)
    move(version, "retire", Action.VERSION_RETIRED, actor=actor, personal={"reason": reason})
    void_conditions(version, "retired", actor=actor)
    return version


def _ask(
    version: LivingVersion,
    kind: Case.Kind,
    reason: str,
    actor: Actor,
    *,
    instead: ModelVersion | None = None,
) -> LiveChange:
    refuse_program(actor)
    reason = _said(reason)
    _refuse_asked(version)
    policy = policy_for(version.model)
    case = open_case(version, kind, policy, actor=actor)
    change = LiveChange.objects.create(
        case=case, reason=reason, instead=instead, asked_by_id=person_of(actor)
    )
    targets_of(*shall_stand(change))
    record_change(Action.LIVE_CHANGE_ASKED, change, actor, reason=reason)
    definition = definition_of(policy)
    open_move(case, definition, _which_move(version, kind, definition), actor=actor)
    return change


def _which_move(version: LivingVersion, kind: Case.Kind, definition: Definition) -> Move:
    """By which rules: those of an approval where what returns must be approved anew."""
    returns = kind in {Case.Kind.RESUME, Case.Kind.ROLL_BACK}
    if returns and approval_fell(version):
        return Move.APPROVE
    wanted = Move.RETIRE if kind == Case.Kind.RETIRE else Move.EMERGENCY
    return wanted if wanted in definition.moves else Move.APPROVE


def _former(version: LivingVersion, instead: UUID) -> ModelVersion:
    """Raises Conflict when it cannot come back."""
    former = returnable(version.model_id).filter(pk=instead).first()
    if former is None:
        raise Conflict(
            _("Only a former champion of the model can take its place."),
            remedy=_("Choose one that was superseded, or none."),
        )
    if reason := approval_fell(lock_for_system(former.pk)):
        raise Conflict(
            _("The approval of version {number} no longer holds. {reason}").format(
                number=former.number, reason=reason
            ),
            remedy=_("Suspend without it; then ask for a roll back, which approves it anew."),
        )
    return former


def _said(reason: str) -> str:
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")
    if len(reason) > LONGEST_REASON:
        raise Invalid(
            _("A reason has at most {most} characters.").format(most=LONGEST_REASON),
            field="reason",
        )
    return reason.strip()


def _refuse_asked(version: LivingVersion) -> None:
    if (change := open_live_change(version.model_id)) is not None:
        raise Conflict(
            _("Something is asked about this model already: {what} of version {number}.").format(
                what=change.case.get_kind_display(), number=change.case.version.number
            ),
            remedy=_("Sign or refuse that first."),
        )


def record_change(action: Action, change: LiveChange, actor: Actor, **personal: str) -> None:
    """Writes an entry about a change as it stands now, in the caller's transaction."""
    record(
        action,
        actor=actor,
        subject=("version", change.case.version_id),
        portfolio_id=change.case.version.model.portfolio_id,
        after={
            "case": str(change.case_id),
            "kind": change.case.kind,
            "instead": str(change.instead_id or ""),
            "justified": change.justified,
        },
        personal={path: text for path, text in personal.items() if text},
    )
