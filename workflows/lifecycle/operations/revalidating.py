"""A model that matters more than was thought is validated again, under its new rules."""

from typing import Any
from uuid import UUID

from django.db import transaction

from governance.actors import Actor
from governance.audit.actions import Action
from governance.inventory.models import ModelVersion
from governance.inventory.states import State
from governance.outbox.claims import Claim
from governance.outbox.operations import enqueue
from workflows.cases.models import Case, Revalidation, Task
from workflows.cases.operations import close_tasks
from workflows.lifecycle.models import ApprovalRound, LivingVersion
from workflows.lifecycle.operations.asking import open_move
from workflows.lifecycle.operations.moving import lock_case, lock_for_system, move
from workflows.lifecycle.operations.validating_again import ask_again_for, drop_admission
from workflows.lifecycle.queries import Occasion, move_open_in
from workflows.policies.definition import Move, Trigger
from workflows.policies.queries import definition_of, policy_for
from workflows.targets.operations import close_promotions

REVIEWED = (State.SUBMITTED.value, State.VALIDATED.value, State.APPROVED.value)


def revalidate_versions(claim: Claim) -> dict[str, Any]:
    """Handler of `model.tier_raised`: each version under review or approved is validated anew.

    Of what is live the validation is asked for again, beside its use.
    """
    rows = ModelVersion.objects.filter(model=claim.payload["model_id"]).order_by("number")
    ids = list(rows.filter(state__in=REVIEWED).values_list("pk", flat=True))
    live = list(rows.filter(state=State.DEPLOYED.value).values_list("pk", flat=True))
    return {
        "versions": sum(_revalidate(version_id, claim) for version_id in ids),
        "live": sum(_ask_of_live(version_id, claim) for version_id in live),
    }


@transaction.atomic
def _ask_of_live(version_id: UUID, claim: Claim) -> bool:
    """What is live stays so, and is asked to be validated again where its new policy says so."""
    claim.heartbeat()
    version = lock_for_system(version_id)
    validity = definition_of(policy_for(version.model)).moves[Move.APPROVE].validity
    if version.state != State.DEPLOYED.value or Trigger.TIER not in validity.review_on:
        return False
    if version.revalidations.filter(case__closed_at=None).exists():
        return False
    occasion = Occasion(Revalidation.Trigger.TIER, f"tier:{claim.key}"[:120])
    return ask_again_for(version, occasion, actor=Actor.system("tier")) is not None


@transaction.atomic
def _revalidate(version_id: UUID, claim: Claim) -> bool:
    """Once for each raise: a case that has the new rules is left alone."""
    claim.heartbeat()
    version, actor = lock_for_system(version_id), Actor.system("tier")
    if version.state not in REVIEWED:
        return False
    case, wording = lock_case(version), policy_for(version.model)
    if case.policy_version_id == wording.pk:
        return False
    case.policy_version = wording
    case.save(update_fields=["policy_version"])
    _close_what_is_open(version, case, actor)
    drop_admission(version, actor=actor)
    if version.state != State.SUBMITTED.value:
        reason = {"reason": "the risk tier was raised", "policy": str(wording.pk)}
        move(version, "revalidate", Action.VERSION_REVALIDATED, actor=actor, details=reason)
    open_move(case, definition_of(wording), Move.VALIDATE, actor=actor)
    payload = {"version_id": str(version.pk)}
    enqueue("version.evaluate", f"{version.pk}:{claim.key}", payload, queue="slow")
    return True


def _close_what_is_open(version: LivingVersion, case: Case, actor: Actor) -> None:
    """Rounds and their tasks end, what was approved is not put live; findings stay."""
    if move_open_in(version) is None:
        close_promotions(version, reason="the risk tier was raised", actor=actor)
    states = (ApprovalRound.State.OPEN, ApprovalRound.State.PASSED)
    for round_ in case.rounds.filter(state__in=states):
        round_.state = ApprovalRound.State.CLOSED
        round_.save(update_fields=["state"])
    close_tasks(case, Task.Verb.VALIDATE, Task.Verb.APPROVE, Task.Verb.MERGE, actor=actor)
