"""What an approval demands: set with the signature, met by its owner, judged by somebody else."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.access.permissions import Permission
from governance.access.queries import person_of, require, require_separate, who_could
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Invalid, NotAllowed
from governance.inventory.states import State
from governance.one_by_one import one_by_one
from workflows.cases.models import Case, Task
from workflows.cases.operations import close_case, close_tasks_about, open_case, open_task
from workflows.lifecycle.conditions import MOST, ConditionFacts
from workflows.lifecycle.models import Condition, Decision, LivingVersion
from workflows.lifecycle.operations.asking import ask_to_roll_back
from workflows.lifecycle.operations.moving import lock_for_system, lock_version
from workflows.lifecycle.queries import condition_by_id, overdue_conditions, owed_by

LONGEST_TEXT = 2000
ESCALATION_ROLE = "head_of_model_risk"
CHECKER_ROLE = "risk_officer"
ESCALATION_DAYS, CHECK_DAYS = 2, 5


def refuse_bad_conditions(version: LivingVersion, conditions: Sequence[ConditionFacts]) -> None:
    """Refuses conditions that nobody could meet.

    Raises:
        Invalid: the message names the condition and what is wrong with it.
    """
    if len(conditions) > MOST:
        raise Invalid(_("Set at most {most} conditions.").format(most=MOST), field="conditions")
    if not conditions:
        return
    able = {one.person.pk for one in who_could(Permission.CONDITION_MEET, version).able}
    for number, one in enumerate(conditions, start=1):
        if reason := _against(one, able):
            words = _("Condition {number}: {reason}").format(number=number, reason=reason)
            raise Invalid(words, field="conditions")


def _against(one: ConditionFacts, able: set[UUID]) -> str:
    if not one.text.strip() or len(one.text) > LONGEST_TEXT:
        return _("say what must be done, in at most {most} characters.").format(most=LONGEST_TEXT)
    if one.owner_id not in able:
        return _("its owner does not look after this model.")
    if one.due_on <= timezone.localdate():
        return _("its day must lie ahead.")
    return ""


def set_conditions(
    version: LivingVersion,
    decision: Decision,
    conditions: Sequence[ConditionFacts],
    *,
    actor: Actor,
) -> None:
    """Writes the conditions of a decision, in its transaction. They add to those set before."""
    highest = version.conditions.aggregate(highest=Max("number"))["highest"] or 0
    for number, one in enumerate(conditions, start=highest + 1):
        condition = decision.conditions.create(
            version=version,
            number=number,
            text=one.text.strip(),
            owner_id=one.owner_id,
            due_on=one.due_on,
            demands_roll_back=one.demands_roll_back,
        )
        _record(Action.CONDITION_SET, condition, actor, text=condition.text)


def owe_conditions(version: LivingVersion, case: Case, *, actor: Actor) -> None:
    """The approval stands: from now on its conditions are owed, each by its owner."""
    owed = list(owed_by(version))
    asked = set(Task.objects.filter(case__version=version.pk).values_list("about", flat=True))
    new = [condition for condition in owed if condition.pk not in asked]
    if not new:
        return
    follow = _follow_up(version) or open_case(
        version, Case.Kind.CONDITIONS, case.policy_version, actor=actor
    )
    for one in new:
        open_task(
            follow,
            Task.Verb.MEET,
            person=one.owner,
            due_on=one.due_on,
            about=one.pk,
            actor=actor,
        )


def _follow_up(version: LivingVersion) -> Case | None:
    rows = Case.objects.filter(version=version.pk, kind=Case.Kind.CONDITIONS, closed_at=None)
    return rows.select_related("version__model", "policy_version").first()


@transaction.atomic
def meet_condition(condition_id: UUID, *, evidence: str, actor: Actor) -> Condition:
    """Says, as its owner or another one who looks after the model, how a condition was met.

    Raises:
        NotAllowed: may not here. Conflict: it is met or was taken back. Invalid: no evidence.
    """
    condition = _lock(condition_id, actor)
    require(actor, Permission.CONDITION_MEET, condition)
    _refuse_ended(condition)
    if not evidence.strip():
        raise Invalid(_("Say how it was met, and where that can be seen."), field="evidence")
    condition.evidence = evidence.strip()
    condition.answered_by_id = person_of(actor)
    condition.answered_at = timezone.now()
    condition.state = Condition.State.ANSWERED
    condition.save(update_fields=["evidence", "answered_by", "answered_at", "state"])
    _record(Action.CONDITION_MET, condition, actor, evidence=condition.evidence)
    _ask_to_check(condition, actor)
    return condition


def _ask_to_check(condition: Condition, actor: Actor) -> None:
    if (follow := _follow_up(lock_for_system(condition.version_id))) is None:
        return  # not approved yet: it is not owed
    close_tasks_about(follow, condition.pk, done_by=actor.person_id, actor=actor)
    open_task(
        follow,
        Task.Verb.CHECK,
        role=CHECKER_ROLE,
        business_days=CHECK_DAYS,
        about=condition.pk,
        actor=actor,
    )


@transaction.atomic
def close_condition(condition_id: UUID, *, actor: Actor) -> Condition:
    """Finds a condition met; never by who owed it, said so, or built the version.

    Raises:
        NotAllowed: may not, or it is the own condition. Conflict: there is no evidence yet.
    """
    condition = _lock(condition_id, actor)
    require(actor, Permission.CONDITION_CLOSE, condition)
    require_separate(actor, Part.APPROVER, condition.version_id)
    if person_of(actor) in {condition.owner_id, condition.answered_by_id}:
        raise NotAllowed(
            _("You owed this condition yourself."), remedy=_("Somebody else looks at the evidence.")
        )
    if condition.state != Condition.State.ANSWERED:
        raise Conflict(_("There is nothing to judge: no evidence, or it is judged already."))
    condition.state = Condition.State.MET
    condition.closed_by_id = actor.person_id
    condition.closed_at = timezone.now()
    condition.save(update_fields=["state", "closed_by", "closed_at"])
    _record(Action.CONDITION_CLOSED, condition, actor)
    _end_asking(condition, actor)
    return condition


def _end_asking(condition: Condition, actor: Actor) -> None:
    version = lock_for_system(condition.version_id)
    if (follow := _follow_up(version)) is None:
        return
    close_tasks_about(follow, condition.pk, done_by=actor.person_id, actor=actor)
    if not owed_by(version).exists():
        close_case(follow, "met", actor=actor)


@transaction.atomic
def void_condition(condition_id: UUID, *, reason: str, actor: Actor) -> Condition:
    """Takes a condition back before an approval rests on it: only who set it may.

    What is left to sign changes by it, so whoever signed is asked again.

    Raises:
        NotAllowed: somebody else set it. Conflict: approved already, or ended. Invalid: no reason.
    """
    condition = _lock(condition_id, actor)
    if condition.decision.person_id != person_of(actor):
        raise NotAllowed(_("Only who set a condition takes it back."))
    _refuse_ended(condition)
    if condition.version.state != State.VALIDATED.value:
        raise Conflict(_("The approval rests on it now. It can only be met."))
    if not reason.strip():
        raise Invalid(_("Say why it is taken back."), field="reason")
    _void(condition, reason.strip(), actor)
    return condition


def void_conditions(version: LivingVersion, reason: str, *, actor: Actor) -> None:
    """The version goes no further: nobody owes anything for it any more."""
    for condition in owed_by(version):
        _void(condition, reason, actor)
    if (follow := _follow_up(version)) is not None:
        close_case(follow, reason, actor=actor)


def _void(condition: Condition, reason: str, actor: Actor) -> None:
    condition.state = Condition.State.VOID
    condition.closed_at = timezone.now()
    condition.closed_by_id = actor.person_id
    condition.save(update_fields=["state", "closed_by", "closed_at"])
    _record(Action.CONDITION_VOIDED, condition, actor, reason=reason)


def breach_conditions() -> int:
    """Escalates every condition whose day is over without being met; returns how many.

    Each once: what is breached is not found again, whatever the clock does.
    """
    return one_by_one(overdue_conditions().values_list("pk", flat=True), _breach)


@transaction.atomic
def _breach(condition_id: UUID) -> bool:
    actor = Actor.system("schedule")
    seen = Condition.objects.get(pk=condition_id)
    version = lock_for_system(seen.version_id)
    condition = overdue_conditions().filter(pk=condition_id).select_for_update(of=("self",)).first()
    if condition is None:
        return False
    condition.state = Condition.State.BREACHED
    condition.breached_at = timezone.now()
    condition.save(update_fields=["state", "breached_at"])
    _record(Action.CONDITION_BREACHED, condition, actor)
    if (follow := _follow_up(version)) is not None:
        _escalate(condition, follow, version.model.owner, actor)
    return True


def _escalate(condition: Condition, follow: Case, owner: Person, actor: Actor) -> None:
    open_task(
        follow,
        Task.Verb.ESCALATE,
        role=ESCALATION_ROLE,
        business_days=ESCALATION_DAYS,
        about=condition.pk,
        actor=actor,
    )
    if condition.demands_roll_back:
        ask_to_roll_back(follow, owner, about=condition.pk, actor=actor)


def _lock(condition_id: UUID, actor: Actor) -> Condition:
    seen = condition_by_id(actor, condition_id)
    lock_version(seen.version_id, actor)
    rows = Condition.objects.select_related("version__model__portfolio", "owner", "decision")
    return rows.select_for_update(of=("self",)).get(pk=condition_id)


def _refuse_ended(condition: Condition) -> None:
    if condition.state in {Condition.State.MET, Condition.State.VOID}:
        raise Conflict(_("This condition is {state}.").format(state=condition.get_state_display()))


def _record(action: Action, condition: Condition, actor: Actor, **personal: str) -> None:
    record(
        action,
        actor=actor,
        subject=("version", condition.version_id),
        portfolio_id=condition.version.model.portfolio_id,
        after={
            "condition": condition.number,
            "id": str(condition.pk),
            "state": condition.state,
            "owner": str(condition.owner_id),
            "due_on": condition.due_on.isoformat(),
            "demands_roll_back": condition.demands_roll_back,
        },
        personal={path: text for path, text in personal.items() if text},
    )
