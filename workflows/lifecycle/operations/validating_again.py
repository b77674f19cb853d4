"""Validations of what is used: asked for by time or event, decided, and followed to their end."""

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
from governance.audit.operations import record
from governance.errors import Conflict, Invalid
from governance.inventory.states import State
from governance.one_by_one import one_by_one, picked
from workflows.cases.models import Case, Revalidation, Task, UseException
from workflows.cases.operations import close_case, close_tasks, open_case
from workflows.lifecycle.models import LivingVersion
from workflows.lifecycle.operations.asking import ask_for_step, ask_to_roll_back
from workflows.lifecycle.operations.deciding import refuse_program
from workflows.lifecycle.operations.moving import lock_for_system, lock_version
from workflows.lifecycle.operations.validation import refuse_other_outcome
from workflows.lifecycle.queries import (
    Occasion,
    left_behind,
    occasion_of,
    revalidation_by_id,
    route_digest,
    versions_due,
    versions_perhaps_due,
)
from workflows.policies.definition import Move
from workflows.policies.queries import definition_of, policy_for
from workflows.targets.queries import route_facts

CLOCK = Actor.system("schedule")
Outcome = Revalidation.Outcome


# Asking ------------------------------------------------------------------------------------------
def ask_due_validations() -> int:
    """Asks for the validation of every live version that is due for one; returns how many.

    What nobody needs any more is closed first. The same occasion never asks twice.
    """
    one_by_one(left_behind().values_list("pk", flat=True), _leave)
    return one_by_one(picked(versions_perhaps_due(), versions_due), _ask_if_due)


@transaction.atomic
def _ask_if_due(version_id: UUID) -> bool:
    version = lock_for_system(version_id)
    occasion = occasion_of(version)
    if occasion is None or version.state != State.DEPLOYED.value:
        return False
    return ask_again_for(version, occasion, actor=CLOCK) is not None


def ask_again_for(
    version: LivingVersion, occasion: Occasion, *, actor: Actor
) -> Revalidation | None:
    """Opens the validation of a version that is locked; None where this occasion asked before."""
    if Revalidation.objects.filter(version=version.pk, occasion=occasion.name).exists():
        return None
    wording = policy_for(version.model)
    step = definition_of(wording).moves[Move.VALIDATE].steps[0]
    case = open_case(version, Case.Kind.REVALIDATION, wording, actor=actor)
    task = ask_for_step(case, Task.Verb.REVALIDATE, step, due_on=occasion.due_on, actor=actor)
    assert task.due_at is not None
    due_on = timezone.localdate(task.due_at)
    found = Revalidation.objects.create(
        version=version,
        case=case,
        trigger=occasion.trigger,
        occasion=occasion.name,
        due_on=due_on,
    )
    record(
        Action.VALIDATION_ASKED_AGAIN,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
        after={"case": str(case.pk), "trigger": occasion.trigger, "due_on": due_on.isoformat()},
    )
    return found


# Deciding ----------------------------------------------------------------------------------------
@transaction.atomic
def validate_again(
    case_id: UUID,
    *,
    outcome: str,
    scope: str,
    tests: str,
    conclusion: str,
    limits: str = "",
    independent: bool,
    actor: Actor,
) -> Revalidation:
    """Says, as an independent validator, whether a version that is used holds up.

    Not validated, an exception ends, and of what is live a roll back is asked for.

    Raises:
        NotAllowed: may not, a program, or took part in building or approving it. Conflict: it is
        decided already, or the outcome does not fit the findings. Invalid: a part is missing.
    """
    seen = revalidation_by_id(actor, case_id)
    version = lock_version(seen.version_id, actor)
    refuse_program(actor)
    require(actor, Permission.VERSION_VALIDATE, version)
    require_separate(actor, Part.VALIDATOR, version.pk)
    found = _locked(seen.pk)
    if found.outcome or found.case.closed_at:
        raise Conflict(_("This validation has ended already."))
    texts = {"scope_text": scope, "tests": tests, "limits": limits, "conclusion": conclusion}
    _refuse_incomplete(texts, outcome, independent=independent)
    if outcome != Outcome.NOT_VALIDATED:
        refuse_other_outcome(version, with_findings=outcome == Outcome.WITH_FINDINGS)
    _keep(found, version, outcome, texts, actor)
    close_tasks(found.case, done_by=actor.person_id, actor=actor)
    _follow(found, version, actor)
    return found


def _locked(revalidation_id: UUID) -> Revalidation:
    rows = Revalidation.objects.select_for_update(of=("self",))
    return rows.select_related("case__version__model", "case__policy_version").get(
        pk=revalidation_id
    )


def _refuse_incomplete(texts: dict[str, str], outcome: str, *, independent: bool) -> None:
    if outcome not in Outcome:
        raise Invalid(_("Say what came of it."), field="outcome")
    wanted = {
        "scope_text": ("scope", _("Say what was validated and how.")),
        "tests": ("tests", _("Say which tests were done, and with which result.")),
        "conclusion": ("conclusion", _("Write a conclusion.")),
    }
    for part, (field, words) in wanted.items():
        if not texts[part].strip():
            raise Invalid(words, field=field)
    if not independent:
        raise Invalid(
            _("State that you took no part in building this version."),
            remedy=_("If you did, somebody else must validate it."),
            field="independent",
        )


def _keep(
    found: Revalidation, version: LivingVersion, outcome: str, texts: dict[str, str], actor: Actor
) -> None:
    for part, text in texts.items():
        setattr(found, part, text.strip())
    found.outcome = outcome
    found.route_digest = route_digest(route_facts(version))
    found.decided_by_id, found.decided_at = person_of(actor), timezone.now()
    found.save()
    involve(person_of(actor), Part.VALIDATOR, version.pk)
    record(
        Action.VERSION_VALIDATED_AGAIN,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
        after={"case": str(found.case_id), "outcome": outcome, "route": found.route_digest},
        personal={
            "scope": found.scope_text,
            "tests": found.tests,
            "conclusion": found.conclusion,
            **({"limits": found.limits} if found.limits else {}),
        },
    )


def _follow(found: Revalidation, version: LivingVersion, actor: Actor) -> None:
    good = found.outcome != Outcome.NOT_VALIDATED
    end_exceptions(
        version,
        UseException.State.VALIDATED if good else UseException.State.REVOKED,
        actor=actor,
    )
    if not good and version.state == State.DEPLOYED.value:
        ask_to_roll_back(found.case, version.model.owner, actor=actor)
        return
    close_case(found.case, found.outcome, actor=actor)


# Ends --------------------------------------------------------------------------------------------
def end_exceptions(version: LivingVersion, state: UseException.State, *, actor: Actor) -> None:
    """Ends the exception by which a version is used, if one holds."""
    rows = UseException.objects.select_for_update(of=("self",))
    for exception in rows.filter(version=version.pk, state=UseException.State.LIVE):
        exception.state = state
        exception.ended_at, exception.ended_by_id = timezone.now(), actor.person_id
        exception.save(update_fields=["state", "ended_at", "ended_by"])
        record(
            Action.EXCEPTION_ENDED,
            actor=actor,
            subject=("version", version.pk),
            portfolio_id=version.model.portfolio_id,
            after={"exception": str(exception.pk), "state": state},
        )


def drop_admission(version: LivingVersion, *, actor: Actor) -> None:
    """It is to be validated before it goes on after all: the exception ends, and its own asking."""
    end_exceptions(version, UseException.State.REVOKED, actor=actor)
    rows = Revalidation.objects.filter(version=version.pk, case__closed_at=None)
    for found in rows.select_related("case__version__model"):
        close_case(found.case, "not_used", actor=actor)


@transaction.atomic
def _leave(revalidation_id: UUID) -> bool:
    """Nobody uses the version any more, or all that was asked for is done."""
    seen = Revalidation.objects.get(pk=revalidation_id)
    version, found = lock_for_system(seen.version_id), left_behind().filter(pk=seen.pk)
    if not found.exists():
        return False
    end_exceptions(version, UseException.State.REVOKED, actor=CLOCK)
    close_case(_locked(seen.pk).case, seen.outcome or "not_used", actor=CLOCK)
    return True
