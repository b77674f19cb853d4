"""What validating, approving and refusing share: the checks under the lock, and the decision."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.access.operations import involve
from governance.access.queries import require
from governance.actors import Actor, ActorKind
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, NotAllowed, Stale
from governance.reading import one_reading
from workflows.cases.models import Case, Task
from workflows.cases.operations import close_own_tasks
from workflows.lifecycle.answers import Answers, answers_digest, checked, refuse_silence
from workflows.lifecycle.digest import case_digest
from workflows.lifecycle.models import ApprovalRound, Decision, LivingVersion
from workflows.lifecycle.operations.moving import lock_case, lock_version, require_edge
from workflows.lifecycle.queries import (
    AGREEING,
    PART_OF,
    PERMISSION_OF,
    REFUSING,
    blocking,
    digest_parts,
    open_round,
    progress_in,
    standing_of,
)
from workflows.policies.definition import Move, Step
from workflows.policies.queries import definition_of

TASK_OF = {
    Move.VALIDATE: Task.Verb.VALIDATE,
    Move.APPROVE: Task.Verb.APPROVE,
    Move.EMERGENCY: Task.Verb.EMERGENCY,
    Move.RETIRE: Task.Verb.RETIRE,
}


@dataclass(frozen=True, slots=True)
class Sitting:
    """One person before one case, locked and allowed to decide.

    `answers` are what the step of the policy asked for. Where it took a signature, `meaning` is the
    sentence that was signed, and `proved_by` how the signer proved to be there.
    """

    version: LivingVersion
    case: Case
    round: ApprovalRound
    move: Move
    step: str
    role: str
    digest: str
    parts: Mapping[str, Any]
    on_behalf_of: Person | None = None
    answers: Answers = field(default_factory=dict)
    meaning: str = ""
    proved_by: str = ""

    @property
    def asks(self) -> Step:
        """The step of the policy in which they sit."""
        steps = definition_of(self.case.policy_version).moves[self.move].steps
        return next(step for step in steps if step.name == self.step)


def sit(version_id: UUID, move: Move, verb: str, digest: str, actor: Actor) -> Sitting:
    """Locks the case and lets the actor decide on it, or says why not.

    Raises:
        WrongState: the move does not start here. NotAllowed: role or separation of duties.
        Stale: what the actor saw is not what is there now. Duplicate: decided before.
    """
    return seat(*_locked(version_id, verb, actor), move, digest, actor)


def sit_unblocked(version_id: UUID, move: Move, verb: str, digest: str, actor: Actor) -> Sitting:
    """The same, where nothing else stands against the move either.

    Raises:
        as `sit`. Conflict: the message names everything that stands against it.
    """
    version, case = _locked(version_id, verb, actor)
    with one_reading():  # under the lock, and nothing is written in between
        sitting = seat(version, case, move, digest, actor)
        _refuse_blocked(sitting)
    return sitting


def _locked(version_id: UUID, verb: str, actor: Actor) -> tuple[LivingVersion, Case]:
    version = lock_version(version_id, actor)
    refuse_program(actor)
    require_edge(version, verb)
    return version, lock_case(version)


def seat(version: LivingVersion, case: Case, move: Move, digest: str, actor: Actor) -> Sitting:
    """Lets the actor decide on a case that is locked, or says why not.

    Raises:
        NotAllowed, Stale, Duplicate: as `sit`. Conflict: nobody is being asked.
    """
    with one_reading():
        return _seat(version, case, move, digest, actor)


def _seat(version: LivingVersion, case: Case, move: Move, digest: str, actor: Actor) -> Sitting:
    round_ = open_round(case, move)
    if round_ is None:
        raise Conflict(_("Nobody is being asked about this at the moment."))
    parts = digest_parts(version, case, move)
    current = case_digest(parts) if parts else None
    _refuse_twice(round_, current, actor)
    standing = standing_of(actor, version, case, move, current)
    if not standing.may:
        raise NotAllowed(standing.reason, remedy=standing.remedy)
    require(actor, PERMISSION_OF[move], version)
    if current is None or parts is None:
        raise Conflict(blocking(version, case, move)[0], remedy=_("Wait until they have ended."))
    _refuse_stale(digest, current)
    return Sitting(
        version,
        case,
        round_,
        move,
        standing.step,
        standing.role,
        current,
        parts,
        standing.on_behalf_of,
    )


def refuse_program(actor: Actor) -> None:
    """Refuses a token or a service: only people decide."""
    if actor.kind is not ActorKind.PERSON or actor.token_id is not None:
        raise NotAllowed(
            _("Only a signed-in person decides; a token or a service never does."),
            remedy=_("Sign in and decide on the page of the case."),
        )


def _refuse_twice(round_: ApprovalRound, digest: str | None, actor: Actor) -> None:
    if round_.decisions.filter(person=actor.person_id, digest=digest or "").exists():
        raise Duplicate(
            _("You have decided on this already."),
            remedy=_("Others are asked now; your decision stands in the timeline."),
        )


def _refuse_stale(seen: str, current: str) -> None:
    if seen != current:
        raise Stale(
            _("The case has changed since this page was loaded."),
            remedy=_("Nothing was decided. Read what is there now, then decide."),
            field="digest",
        )


def _refuse_blocked(sitting: Sitting) -> None:
    reasons = blocking(sitting.version, sitting.case, sitting.move)
    if reasons:
        raise Conflict(" ".join(reasons), remedy=_("Clear this first."))


def answering(sitting: Sitting, given: Mapping[str, str]) -> Sitting:
    """The same sitting with what the decider, who agrees, ticked and wrote down.

    Raises:
        Invalid: something that the step asks for is missing, or is no answer to it.
    """
    return replace(sitting, answers=checked(sitting.asks, given))


def decide(
    sitting: Sitting,
    kind: Decision.Kind,
    *,
    comment: str,
    delegate: Person | None = None,
    actor: Actor,
) -> Decision:
    """Writes a decision, the part that it makes the person play, and its entry.

    Who abstains, steps aside or delegates plays no part.

    Raises:
        Invalid: it is no plain yes and does not say why.
    """
    refuse_silence(kind, comment)
    if actor.person_id is None or actor.account_id is None:
        raise NotAllowed(_("Only a person decides."))
    decision = sitting.round.decisions.create(
        person_id=actor.person_id,
        account_id=actor.account_id,
        role_id=sitting.role,
        step=sitting.step,
        kind=kind,
        comment=comment,
        answers=dict(sitting.answers),
        digest=sitting.digest,
        parts=sitting.parts,
        meaning=sitting.meaning,
        proved_by=sitting.proved_by,
        delegate=delegate,
    )
    if kind in AGREEING | REFUSING:
        _involve(sitting, actor.person_id)
    close_own_tasks(sitting.case, TASK_OF[sitting.move], actor.person_id, actor=actor)
    _record(decision, sitting, actor)
    return decision


def is_refused(sitting: Sitting) -> bool:
    """Whether those who said no are enough to end the round."""
    rules = definition_of(sitting.case.policy_version).moves[sitting.move]
    return progress_in(sitting.round, rules, sitting.digest).rejected(rules)


def _involve(sitting: Sitting, person_id: UUID) -> None:
    part = PART_OF.get(sitting.move)
    if part is None:
        return
    involve(person_id, part, sitting.version.pk)
    if sitting.on_behalf_of is not None:  # one pair of eyes: what the deputy did, the giver did
        involve(sitting.on_behalf_of.pk, part, sitting.version.pk)


def _record(decision: Decision, sitting: Sitting, actor: Actor) -> None:
    giver, delegate = sitting.on_behalf_of, decision.delegate
    texts = {
        "comment": decision.comment,
        "meaning": decision.meaning,
        "on_behalf_of": giver.full_name if giver else "",
        "delegate": delegate.full_name if delegate else "",
    }
    details = {"on_behalf_of": giver, "delegate": delegate}
    record(
        Action.DECISION_RECORDED,
        actor=actor,
        subject=("version", sitting.version.pk),
        portfolio_id=sitting.version.model.portfolio_id,
        after={
            "decision": str(decision.pk),
            "round": str(sitting.round.pk),
            "move": sitting.move.value,
            "kind": decision.kind,
            "role": sitting.role,
            "step": sitting.step,
            "digest": decision.digest,
            "answers": answers_digest(decision.answers),
            "signed": bool(decision.meaning),
            "proved_by": decision.proved_by,
        },
        details={name: str(person.pk) for name, person in details.items() if person},
        personal={path: text for path, text in texts.items() if text},
    )
