"""A failed gate accepted by the role that the policy names: with a reason, until a day."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import person_of, require, require_separate, roles_held
from governance.access.separation import Part
from governance.actors import Actor, ActorKind
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Invalid, NotAllowed, NotFound, WrongState
from governance.evaluation.models import GateResult
from governance.evaluation.queries import gates_of
from workflows.lifecycle.models import LivingVersion, Waiver
from workflows.lifecycle.operations.moving import lock_case, lock_version
from workflows.lifecycle.queries import move_open_in, stands_against, waiver_role, waivers_of
from workflows.policies.labels import role_words
from workflows.policies.queries import definition_of

LONGEST = timedelta(days=366)


@transaction.atomic
def waive_gate(
    version_id: UUID, *, gate: str, reason: str, expires_at: datetime, actor: Actor
) -> Waiver:
    """Accepts a required gate that has not passed, as it was measured now, until a moment.

    Whoever waives has judged the version, so separation of duties treats it as validating.

    Raises:
        NotAllowed: not the role that the policy names, a program, or took part in building or
        approving it. NotFound: no such gate. Conflict: it does not stand against the version.
        Invalid: no reason, or a bad end.
    """
    version = lock_version(version_id, actor)
    if actor.kind is not ActorKind.PERSON or actor.token_id is not None:
        raise NotAllowed(_("Only a signed-in person waives a gate."))
    require(actor, Permission.GATE_WAIVE, version)
    case = lock_case(version)
    role = waiver_role(definition_of(case.policy_version))
    refuse_other_role(actor, role, version)
    require_separate(actor, Part.VALIDATOR, version.pk)
    if move_open_in(version) is None:
        raise WrongState(_("Gates are waived while a version is under review."))
    result = _failed(version, gate)
    _refuse_incomplete(reason, expires_at)
    waiver = Waiver.objects.create(
        version=version,
        gate=result.gate,
        value=result.value,
        threshold=result.threshold,
        reason=reason.strip(),
        role_id=role,
        waived_by_id=person_of(actor),
        expires_at=expires_at,
    )
    _record(waiver, version, actor)
    return waiver


def refuse_other_role(actor: Actor, role: str, version: LivingVersion) -> None:
    """Refuses whoever does not hold the one role that the policy names for it.

    Raises:
        NotAllowed: the message names the role.
    """
    if role not in roles_held(actor, Permission.GATE_WAIVE, version):
        raise NotAllowed(
            _("The policy lets only {role} do this.").format(role=role_words(role, 2)),
            remedy=_("Ask one of them; the case shows them what there is to judge."),
        )


def _failed(version: LivingVersion, name: str) -> GateResult:
    gate = next((one for one in gates_of(version.pk) if one.gate == name), None)
    if gate is None:
        raise NotFound(_("This version has no such gate."))
    if not stands_against(gate, waivers_of(version.pk)):
        raise Conflict(_("This gate does not stand against the version."))
    return gate


def _refuse_incomplete(reason: str, expires_at: datetime) -> None:
    if not reason.strip():
        raise Invalid(_("Say why the gate is waived."), field="reason")
    now = timezone.now()
    if not now < expires_at <= now + LONGEST:
        raise Invalid(_("A waiver ends on a day to come, within a year."), field="expires_on")


def _record(waiver: Waiver, version: LivingVersion, actor: Actor) -> None:
    record(
        Action.GATE_WAIVED,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
        after={
            "waiver": str(waiver.pk),
            "gate": waiver.gate,
            "value": waiver.value,
            "threshold": waiver.threshold,
            "role": waiver.role_id,
            "expires_at": waiver.expires_at,
        },
        personal={"reason": waiver.reason},
    )
