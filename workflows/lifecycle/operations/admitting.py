"""Use before validation: an exception with limits and an end, by the role that the policy names."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.operations import involve
from governance.access.permissions import Permission
from governance.access.queries import person_of, require, require_separate
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.errors import Invalid
from governance.inventory.states import State
from governance.one_by_one import one_by_one
from workflows.cases.models import Case, Revalidation, Task, UseException
from workflows.cases.operations import close_tasks, open_task
from workflows.lifecycle.models import ApprovalRound, LivingVersion
from workflows.lifecycle.operations.asking import ask_to_roll_back, open_move
from workflows.lifecycle.operations.deciding import refuse_program
from workflows.lifecycle.operations.moving import (
    lock_case,
    lock_for_system,
    lock_version,
    move,
    require_edge,
)
from workflows.lifecycle.operations.validating_again import (
    CLOCK,
    ask_again_for,
    end_exceptions,
)
from workflows.lifecycle.operations.waiving import refuse_other_role
from workflows.lifecycle.queries import Occasion, expired_exceptions, waiver_role
from workflows.policies.definition import Move
from workflows.policies.queries import definition_of

LONGEST = timedelta(days=183)
LONGEST_TEXT = 2000
ESCALATION_ROLE, ESCALATION_DAYS = "head_of_model_risk", 1


@transaction.atomic
def admit_version(
    version_id: UUID, *, limits: str, reason: str, expires_at: datetime, actor: Actor
) -> UseException:
    """Lets a submitted version go to approval, and into use, before it is validated.

    Within limits, until a moment. Its validation is asked for at once and due then; gates and
    signatures stay what they are. Whoever grants it has judged the version, and never approves.

    Raises:
        NotAllowed: not the role that the policy names, a program, or took part in building it.
        WrongState: not under validation. Invalid: limits, reason or a good end are missing.
    """
    version = lock_version(version_id, actor)
    refuse_program(actor)
    require(actor, Permission.GATE_WAIVE, version)
    require_edge(version, "admit")
    case = lock_case(version)
    role = waiver_role(definition_of(case.policy_version))
    refuse_other_role(actor, role, version)
    require_separate(actor, Part.VALIDATOR, version.pk)
    _refuse_incomplete(limits, reason, expires_at)
    exception = _granted(version, role, limits, reason, expires_at, actor)
    involve(person_of(actor), Part.VALIDATOR, version.pk)
    move(
        version,
        "admit",
        Action.VERSION_ADMITTED,
        actor=actor,
        details={"exception": str(exception.pk), "role": role, "expires_at": expires_at},
        personal={"limits": exception.limits, "reason": exception.reason},
    )
    _ask_to_approve(case, actor)
    return exception


def _refuse_incomplete(limits: str, reason: str, expires_at: datetime) -> None:
    for field, text, words in (
        ("limits", limits, _("Say for what it may be used until then, and for what not.")),
        ("reason", reason, _("Say why it cannot wait for its validation.")),
    ):
        if not text.strip() or len(text) > LONGEST_TEXT:
            raise Invalid(words, field=field)
    now = timezone.now()
    if not now < expires_at <= now + LONGEST:
        raise Invalid(_("It ends on a day to come, within half a year."), field="expires_on")


def _granted(
    version: LivingVersion,
    role: str,
    limits: str,
    reason: str,
    expires_at: datetime,
    actor: Actor,
) -> UseException:
    granted_at = timezone.now()
    due_on = timezone.localdate(expires_at)
    occasion = Occasion(
        Revalidation.Trigger.EXCEPTION, f"exception:{granted_at.isoformat()}", due_on
    )
    asked = ask_again_for(version, occasion, actor=actor)
    assert asked is not None
    return UseException.objects.create(
        version=version,
        revalidation=asked,
        limits=limits.strip(),
        reason=reason.strip(),
        role_id=role,
        granted_by_id=person_of(actor),
        granted_at=granted_at,
        expires_at=expires_at,
    )


def _ask_to_approve(case: Case, actor: Actor) -> None:
    """The round of the validation ends without a word; those who approve are asked."""
    rounds = case.rounds.filter(move=Move.VALIDATE, state=ApprovalRound.State.OPEN)
    rounds.update(state=ApprovalRound.State.CLOSED, closed_at=timezone.now())
    close_tasks(case, Task.Verb.VALIDATE, actor=actor)
    open_move(case, definition_of(case.policy_version), Move.APPROVE, actor=actor)


def expire_exceptions() -> int:
    """Ends every exception whose time is over without a validation; returns how many.

    Its approval falls where it is not live yet; of what is live a roll back is asked for, and the
    head of model risk is told. Each once, whatever the clock does.
    """
    return one_by_one(expired_exceptions().values_list("pk", flat=True), _expire)


@transaction.atomic
def _expire(exception_id: UUID) -> bool:
    seen = UseException.objects.select_related("revalidation").get(pk=exception_id)
    version = lock_for_system(seen.version_id)
    if not expired_exceptions().filter(pk=exception_id).exists():
        return False
    end_exceptions(version, UseException.State.EXPIRED, actor=CLOCK)
    case = Case.objects.select_for_update(of=("self",)).get(pk=seen.revalidation.case_id)
    if case.closed_at is None:
        open_task(
            case,
            Task.Verb.ESCALATE,
            role=ESCALATION_ROLE,
            business_days=ESCALATION_DAYS,
            actor=CLOCK,
        )
        if version.state == State.DEPLOYED.value:
            ask_to_roll_back(case, version.model.owner, actor=CLOCK)
    return True
