"""Deciding on a change of what is live: sign, refuse, and review it after the fact."""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import person_of, require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.errors import Conflict, Invalid, NotAllowed, WrongState
from workflows.cases.models import Case, LiveChange, Task
from workflows.cases.operations import close_case, close_tasks, open_case
from workflows.lifecycle.models import ApprovalRound, Decision, SigningNonce
from workflows.lifecycle.operations.asking import ask_for_step, ask_next, ask_to_merge, close_round
from workflows.lifecycle.operations.deciding import (
    TASK_OF,
    Sitting,
    answering,
    decide,
    is_refused,
    refuse_program,
    seat,
)
from workflows.lifecycle.operations.live_changes import record_change
from workflows.lifecycle.operations.moving import lock_version, require_edge
from workflows.lifecycle.operations.proving import Proof
from workflows.lifecycle.operations.signing import (
    NOTHING,
    answered,
    give_leave,
)
from workflows.lifecycle.queries import (
    approval_fell,
    live_change_by_id,
    live_change_of,
    live_meaning,
    quorum_reached,
    shall_stand,
)
from workflows.policies.definition import Move, MoveRules
from workflows.policies.queries import definition_of
from workflows.targets.models import PromotionKind
from workflows.targets.operations import create_promotions

RETURNING = {PromotionKind.RESUME.value, PromotionKind.ROLL_BACK.value}


@transaction.atomic
def begin_live_signature(
    case_id: UUID, *, digest: str, answers: Mapping[str, str] = NOTHING, actor: Actor
) -> SigningNonce:
    """Gives leave to sign a change of what is live once, as `begin_signature` does.

    Raises:
        As `sign_live_change`: whoever could not sign gets no leave to.
    """
    sitting = answering(_sit(case_id, digest, actor), answers)
    _refuse_fallen(sitting)
    return give_leave(sitting, actor)


@transaction.atomic
def sign_live_change(
    case_id: UUID,
    *,
    digest: str,
    comment: str = "",
    answers: Mapping[str, str] = NOTHING,
    proof: Proof | None = None,
    actor: Actor,
) -> LiveChange:
    """Agrees to a change; the one that completes the quorum asks the targets for it.

    `proof` is needed where the policy's step asks for a signature; elsewhere `answers` are given
    with the word itself.

    Raises:
        NotAllowed, Stale, Duplicate: see `sit`. WrongState: it has ended, or the version moved.
        Conflict: it is signed already, or what shall return is not approved any more.
        Invalid: wrong password or code, or none.
    """
    seen = _sit(case_id, digest, actor)
    _refuse_fallen(seen)
    change, rules = live_change_of(case_id), _rules(seen)
    sitting = answered(seen, answers, live_meaning(change, seen.role), proof, actor)
    decide(sitting, Decision.Kind.APPROVE, comment=comment, actor=actor)
    if quorum_reached(sitting.round, rules, sitting.digest):
        _complete(sitting, change, rules, actor)
    else:
        ask_next(sitting.round, rules, sitting.digest, done_by=actor.person_id, actor=actor)
    return change


@transaction.atomic
def refuse_live_change(case_id: UUID, *, digest: str, comment: str, actor: Actor) -> LiveChange:
    """Ends what is asked before it is signed: a signer says no, or who asked takes it back.

    Where the policy's emergency takes a no for a vote, others are still asked until enough say it.

    Raises:
        NotAllowed, Stale, Duplicate: see `sit`. WrongState, Conflict: as `sign_live_change`.
        Invalid: no reason.
    """
    change = live_change_by_id(actor, case_id)
    mine = change.asked_by_id == person_of(actor)
    sitting = None if mine else _seated(_lock(case_id, actor), digest, actor)
    if not comment.strip():
        raise Invalid(_("Say why."), field="comment")
    case = sitting.case if sitting else _lock(case_id, actor)
    if sitting:
        decide(sitting, Decision.Kind.REJECT, comment=comment, actor=actor)
        if not is_refused(sitting):
            return change
    close_round(_open(case), ApprovalRound.State.REJECTED, digest if sitting else "")
    record_change(Action.LIVE_CHANGE_REFUSED, change, actor, comment=comment)
    close_case(case, "withdrawn" if mine else "rejected", actor=actor)
    return change


@transaction.atomic
def review_live_change(case_id: UUID, *, text: str, justified: bool, actor: Actor) -> LiveChange:
    """Says after the fact whether it was right, by somebody who neither asked nor signed.

    Raises:
        NotAllowed: may not, or had a hand in it. Conflict: nothing to review. Invalid: no text.
    """
    change = live_change_by_id(actor, case_id)
    lock_version(change.case.version_id, actor)
    require(actor, Permission.LIVE_CHANGE_REVIEW, change)
    _refuse_partaker(change, actor)
    change = LiveChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    if change.review_case is None or change.reviewed_at is not None:
        raise Conflict(_("There is nothing to review, or it is reviewed already."))
    if not text.strip():
        raise Invalid(_("Write what you looked at and what you found."), field="text")
    change.review, change.justified = text.strip(), justified
    change.reviewed_by_id, change.reviewed_at = person_of(actor), timezone.now()
    change.save(update_fields=["review", "justified", "reviewed_by", "reviewed_at"])
    record_change(Action.LIVE_CHANGE_REVIEWED, change, actor, text=change.review)
    close_tasks(change.review_case, Task.Verb.REVIEW, done_by=actor.person_id, actor=actor)
    close_case(change.review_case, "justified" if justified else "not_justified", actor=actor)
    return change


def _refuse_partaker(change: LiveChange, actor: Actor) -> None:
    me = person_of(actor)
    signed = Decision.objects.filter(round__case=change.case_id, person=me).exists()
    if signed or change.asked_by_id == me:
        raise NotAllowed(
            _("You asked for this or signed it, so you do not review it."),
            remedy=_("Somebody who had no hand in it does."),
        )


def _sit(case_id: UUID, digest: str, actor: Actor) -> Sitting:
    case = _lock(case_id, actor)
    require_edge(lock_version(case.version_id, actor), case.kind)
    return _seated(case, digest, actor)


def _seated(case: Case, digest: str, actor: Actor) -> Sitting:
    """Also where the version has moved on: what was overtaken can still be refused."""
    version = lock_version(case.version_id, actor)
    return seat(version, case, Move(_open(case).move), digest, actor)


def _lock(case_id: UUID, actor: Actor) -> Case:
    """The open case under its lock, after that of its version."""
    seen = live_change_by_id(actor, case_id)
    lock_version(seen.case.version_id, actor)
    refuse_program(actor)
    rows = Case.objects.select_for_update(of=("self",))
    case = rows.select_related("policy_version__policy", "version__model").get(pk=case_id)
    if case.closed_at is not None:
        raise WrongState(_("This has ended."), remedy=_("Load the page again to see how."))
    return case


def _open(case: Case) -> ApprovalRound:
    round_ = case.rounds.filter(state=ApprovalRound.State.OPEN).first()
    if round_ is None:
        raise Conflict(
            _("It is signed already; its pull request is on its way."),
            remedy=_("What is not merged yet can be closed there."),
        )
    return round_


def _rules(sitting: Sitting) -> MoveRules:
    return definition_of(sitting.case.policy_version).moves[sitting.move]


def _refuse_fallen(sitting: Sitting) -> None:
    """What returns on its old approval needs that to hold until the last signature."""
    version, kind = shall_stand(live_change_of(sitting.case.pk))
    if kind not in RETURNING or sitting.move is Move.APPROVE:
        return
    if reason := approval_fell(version):
        raise Conflict(
            _("The approval of version {number} no longer holds. {reason}").format(
                number=version.number, reason=reason
            ),
            remedy=_("Refuse this, then ask again: it is approved anew."),
        )


def _complete(sitting: Sitting, change: LiveChange, rules: MoveRules, actor: Actor) -> None:
    if sitting.move is Move.APPROVE and rules.validity.days:
        sitting.round.expires_at = timezone.now() + timedelta(days=rules.validity.days)
    close_round(sitting.round, ApprovalRound.State.PASSED, sitting.digest)
    record_change(Action.LIVE_CHANGE_SIGNED, change, actor)
    verb = TASK_OF[sitting.move]
    close_tasks(sitting.case, verb, done_by=actor.person_id, actor=actor)
    definition = definition_of(sitting.case.policy_version)
    ask_to_merge(sitting.case, definition, actor=actor)
    version, kind = shall_stand(change)
    create_promotions(sitting.round, version, kind=kind, actor=actor)
    if rules.review is not None:
        _ask_to_review(change, rules, actor)


def _ask_to_review(change: LiveChange, rules: MoveRules, actor: Actor) -> None:
    """A case of its own, which stays open when the change itself has been done."""
    assert rules.review is not None
    review = open_case(
        change.case.version, Case.Kind.REVIEW, change.case.policy_version, actor=actor
    )
    ask_for_step(review, Task.Verb.REVIEW, rules.review, actor=actor)
    change.review_case = review
    change.save(update_fields=["review_case"])
