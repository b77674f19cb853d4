"""The risk officer's move: approve, by a signature over the digest of the case."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.actors import Actor
from governance.audit.actions import Action
from workflows.cases.models import Task
from workflows.cases.operations import close_tasks, open_task
from workflows.lifecycle.models import ApprovalRound, Decision, LivingVersion
from workflows.lifecycle.operations.deciding import Sitting, decide, refuse_blocked, sit
from workflows.lifecycle.operations.moving import move
from workflows.lifecycle.operations.signing import Proof, verify_signature
from workflows.lifecycle.operations.validation import close_round
from workflows.lifecycle.queries import approval_meaning, quorum_reached
from workflows.policies.definition import Move, MoveRules
from workflows.policies.queries import definition_of
from workflows.targets.operations import create_promotions

MERGER_ROLE = "mlops_engineer"
MERGE_DUE_DAYS = 3


@transaction.atomic
def approve_version(
    version_id: UUID, *, digest: str, comment: str = "", proof: Proof, actor: Actor
) -> LivingVersion:
    """Signs an approval; the one that completes the quorum approves the version.

    Raises:
        NotAllowed, WrongState, Stale, Duplicate: see `sit`. Conflict: something stands against
        it. Invalid: wrong password or code.
    """
    sitting = sit(version_id, Move.APPROVE, "approve", digest, actor)
    refuse_blocked(sitting)
    verify_signature(sitting, proof, actor)
    decide(
        sitting,
        Decision.Kind.APPROVE,
        comment=comment,
        meaning=approval_meaning(sitting.version, sitting.role),
        actor=actor,
    )
    rules = definition_of(sitting.case.policy_version).moves[Move.APPROVE]
    if quorum_reached(sitting.round, rules, sitting.digest):
        _complete(sitting, rules, actor)
    return sitting.version


def _complete(sitting: Sitting, rules: MoveRules, actor: Actor) -> None:
    if rules.valid_days:
        sitting.round.expires_at = timezone.now() + timedelta(days=rules.valid_days)
    close_round(sitting.round, ApprovalRound.State.PASSED, sitting.digest)
    move(
        sitting.version,
        "approve",
        Action.VERSION_APPROVED,
        actor=actor,
        details={"round": str(sitting.round.pk), "digest": sitting.digest},
    )
    close_tasks(sitting.case, Task.Verb.APPROVE, done_by=actor.person_id, actor=actor)
    open_task(
        sitting.case, Task.Verb.MERGE, role=MERGER_ROLE, business_days=MERGE_DUE_DAYS, actor=actor
    )
    create_promotions(sitting.round, sitting.version, actor=actor)
