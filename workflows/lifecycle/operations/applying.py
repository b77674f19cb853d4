"""A stricter policy for a case that is open: never a looser one, and never without a reason."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Invalid, WrongState
from governance.outbox.operations import enqueue
from workflows.cases.models import Case
from workflows.lifecycle.models import LivingVersion
from workflows.lifecycle.operations.asking import ask_next
from workflows.lifecycle.operations.moving import lock_case, lock_version
from workflows.lifecycle.queries import digest_of, move_open_in, open_round
from workflows.policies.definition import Definition, Move
from workflows.policies.models import PolicyVersion
from workflows.policies.queries import definition_of, policy_for
from workflows.policies.strictness import looser_in


@transaction.atomic
def apply_policy(version_id: UUID, *, reason: str, actor: Actor) -> Case:
    """Lets the wording in force now hold for an open case that was submitted under another.

    Who has signed is asked again, since what was signed names the policy; gates run again.

    Raises:
        NotAllowed: may not here. WrongState: nobody is being asked about it. Conflict: it has that
        wording already, or the new one asks less somewhere. Invalid: no reason.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.POLICY_APPLY, version)
    move = move_open_in(version)
    if move is None:
        raise WrongState(_("Nobody is being asked about this version."))
    case = lock_case(version)
    if not reason.strip():
        raise Invalid(_("Say why the stricter policy is applied."), field="reason")
    former, wording = case.policy_version, policy_for(version.model)
    _refuse_looser(former, wording)
    case.policy_version = wording
    case.save(update_fields=["policy_version"])
    _record(case, former, reason, actor)
    _ask_anew(version, case, move, actor)
    return case


def _refuse_looser(former: PolicyVersion, wording: PolicyVersion) -> None:
    if wording.pk == former.pk:
        raise Conflict(_("The case has the wording that is in force."))
    looser = looser_in(definition_of(wording), definition_of(former))
    if looser:
        raise Conflict(
            _("The wording in force asks less than the case's own. {looser}").format(
                looser="; ".join(looser)
            ),
            remedy=_("An open case only ever gets stricter rules."),
        )


def _record(case: Case, former: PolicyVersion, reason: str, actor: Actor) -> None:
    record(
        Action.POLICY_APPLIED,
        actor=actor,
        subject=("version", case.version_id),
        portfolio_id=case.version.model.portfolio_id,
        before={"policy": str(former.pk)},
        after={"policy": str(case.policy_version_id), "case": str(case.pk)},
        personal={"reason": reason},
    )


def _ask_anew(version: LivingVersion, case: Case, move: Move, actor: Actor) -> None:
    definition: Definition = definition_of(case.policy_version)
    round_ = open_round(case, move)
    if round_ is not None:
        digest = digest_of(version, case, move) or ""
        ask_next(round_, definition.moves[move], digest, actor=actor)
    payload = {"version_id": str(version.pk)}
    enqueue("version.evaluate", f"{version.pk}:{case.policy_version_id}", payload, queue="slow")
