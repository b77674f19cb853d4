"""The risk officer's move: approve, by a signature over the digest of the case."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from governance.actors import Actor
from governance.audit.actions import Action
from workflows.cases.models import Task
from workflows.cases.operations import close_tasks
from workflows.lifecycle.conditions import ConditionFacts
from workflows.lifecycle.models import ApprovalRound, Decision, LivingVersion
from workflows.lifecycle.operations.asking import ask_next, ask_to_merge, close_round
from workflows.lifecycle.operations.conditions import owe_conditions, set_conditions
from workflows.lifecycle.operations.deciding import Sitting, decide, sit_unblocked
from workflows.lifecycle.operations.moving import move
from workflows.lifecycle.operations.proving import Proof
from workflows.lifecycle.operations.signing import verify_signature, with_conditions
from workflows.lifecycle.queries import approval_meaning, excepted_in, quorum_reached
from workflows.policies.definition import Definition, Move
from workflows.policies.queries import definition_of
from workflows.targets.operations import create_promotions


@transaction.atomic
def approve_version(
    version_id: UUID,
    *,
    digest: str,
    comment: str = "",
    conditions: Sequence[ConditionFacts] = (),
    proof: Proof,
    actor: Actor,
) -> LivingVersion:
    """Signs an approval; the one that completes the quorum approves the version.

    `digest` is what the signer saw. With `conditions` the signature binds to them too, and what
    others signed without them no longer counts: they are asked to confirm.

    Raises:
        NotAllowed, WrongState, Stale, Duplicate: see `sit`. Conflict: something stands against
        it. Invalid: wrong password or code, a condition that nobody could meet, or conditions
        without a word on why.
    """
    seen = sit_unblocked(version_id, Move.APPROVE, "approve", digest, actor)
    exception = excepted_in(seen.version, seen.case)
    meaning = approval_meaning(seen.version, seen.role, len(conditions), exception)
    sitting = verify_signature(with_conditions(seen, conditions), meaning, proof, actor)
    kind = Decision.Kind.APPROVE_WITH_CONDITIONS if conditions else Decision.Kind.APPROVE
    decision = decide(sitting, kind, comment=comment, actor=actor)
    set_conditions(sitting.version, decision, conditions, actor=actor)
    definition = definition_of(sitting.case.policy_version)
    rules = definition.moves[Move.APPROVE]
    if quorum_reached(sitting.round, rules, sitting.digest):
        _complete(sitting, definition, actor)
    else:
        ask_next(sitting.round, rules, sitting.digest, done_by=actor.person_id, actor=actor)
    return sitting.version


def _complete(sitting: Sitting, definition: Definition, actor: Actor) -> None:
    validity = definition.moves[Move.APPROVE].validity
    if validity.days:
        sitting.round.expires_at = timezone.now() + timedelta(days=validity.days)
    close_round(sitting.round, ApprovalRound.State.PASSED, sitting.digest)
    move(
        sitting.version,
        "approve",
        Action.VERSION_APPROVED,
        actor=actor,
        details={"round": str(sitting.round.pk), "digest": sitting.digest},
    )
    close_tasks(sitting.case, Task.Verb.APPROVE, done_by=actor.person_id, actor=actor)
    ask_to_merge(sitting.case, definition, actor=actor)
    create_promotions(sitting.round, sitting.version, actor=actor)
    owe_conditions(sitting.version, sitting.case, actor=actor)
