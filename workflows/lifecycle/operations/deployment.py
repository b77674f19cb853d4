"""The moves that follow from what runs: deploy, supersede, reopen."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.actors import Actor
from governance.audit.actions import Action
from governance.errors import NotAllowed
from governance.inventory.queries import champion_of
from governance.inventory.states import State
from governance.one_by_one import one_by_one
from governance.outbox.operations import enqueue
from governance.sentences import Words
from workflows.cases.models import Task
from workflows.cases.operations import close_tasks
from workflows.lifecycle.models import ApprovalRound, LivingVersion
from workflows.lifecycle.operations.asking import open_move
from workflows.lifecycle.operations.moving import (
    lock_case,
    lock_for_system,
    move,
    require_edge,
)
from workflows.lifecycle.operations.submission import DEPLOYED, end_case
from workflows.lifecycle.queries import approval_stands, held_rounds, passed_round
from workflows.policies.definition import Move
from workflows.policies.queries import definition_of
from workflows.targets.operations import close_promotions


@transaction.atomic
def deploy_version(version_id: UUID, *, promotion_id: UUID, actor: Actor) -> LivingVersion:
    """Notes that the approved content stands at the last target: the version is champion now.

    Nobody does this by hand; GitOps reports it. The former champion is superseded in the same
    transaction, so that there is never a moment with two or none. Twice is once.

    Raises:
        NotAllowed: the actor is not the product itself. WrongState: not approved.
    """
    if not actor.is_system:
        raise NotAllowed(_("Nobody deploys by hand; the repository reports what is live."))
    version = lock_for_system(version_id)
    if version.state == State.DEPLOYED.value:
        return version
    require_edge(version, "deploy")
    champion = champion_of(version.model_id)
    if champion is not None:
        supersede(champion.pk, version, actor)
    version.deployed_at = timezone.now()
    move(
        version,
        "deploy",
        Action.VERSION_DEPLOYED,
        actor=actor,
        details={"promotion": str(promotion_id)},
    )
    end_case(version, DEPLOYED, actor=actor)
    compare_again(version)
    return version


def supersede(champion_id: UUID, successor: LivingVersion, actor: Actor) -> None:
    """Another version takes the champion's place, in the caller's transaction."""
    champion = lock_for_system(champion_id)
    move(
        champion,
        "supersede",
        Action.VERSION_SUPERSEDED,
        actor=actor,
        details={"successor": str(successor.pk)},
    )


def compare_again(champion: LivingVersion) -> None:
    """Challengers under review were compared with another champion: run their checks again.

    `champion` is the version by whose move the champion is another one now.
    """
    waiting = champion.model.versions.filter(
        state__in=[State.SUBMITTED.value, State.VALIDATED.value]
    )
    for version_id in waiting.values_list("pk", flat=True):
        _ask_to_evaluate(version_id, f"{champion.pk}:{champion.audit_seq}")


def _ask_to_evaluate(version_id: UUID, occasion: str) -> None:
    """Once for each occasion: the same champion may come back."""
    payload = {"version_id": str(version_id)}
    enqueue("version.evaluate", f"{version_id}:{occasion}", payload, queue="slow")


@transaction.atomic
def reopen_version(version_id: UUID, *, reason: Words, actor: Actor) -> LivingVersion:
    """Takes an approval back before it is live, because what it was given for no longer holds.

    Raises:
        NotAllowed: the actor is not the product itself. WrongState: not approved.
    """
    if not actor.is_system:
        raise NotAllowed(_("An approval is reopened by the product alone."))
    version = lock_for_system(version_id)
    require_edge(version, "reopen")
    case = lock_case(version)
    if (fallen := passed_round(case, Move.APPROVE)) is not None:
        fallen.state = ApprovalRound.State.CLOSED
        fallen.save(update_fields=["state"])
    move(version, "reopen", Action.VERSION_REOPENED, actor=actor, details={"reason": str(reason)})
    close_promotions(version, reason=reason, actor=actor)
    close_tasks(case, Task.Verb.MERGE, actor=actor)
    round_ = open_move(case, definition_of(case.policy_version), Move.APPROVE, actor=actor)
    # While it was approved, another version may have become the champion to compare with.
    _ask_to_evaluate(version.pk, str(round_.pk))
    return version


def reopen_fallen() -> int:
    """Reopens every approval that no longer holds before its version went live; returns how many.

    Its time ran out, a waiver that it rested on ended, or what was approved has changed since.
    """
    return one_by_one(held_rounds(), _reopen_if_fallen)


def _reopen_if_fallen(round_id: UUID) -> bool:
    if not (reason := approval_stands(round_id)):
        return False
    version_id = ApprovalRound.objects.values_list("version", flat=True).get(pk=round_id)
    reopen_version(version_id, reason=reason, actor=Actor.system("schedule"))
    return True
