"""No, and why: reject, or ask for changes that a successor brings."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Invalid, WrongState
from governance.inventory.queries import version_by_id
from workflows.cases.models import Task
from workflows.cases.operations import close_tasks, open_task
from workflows.cases.queries import is_asked_to_revise, submission_of
from workflows.lifecycle.models import ApprovalRound, Decision, LivingVersion
from workflows.lifecycle.operations.asking import close_round
from workflows.lifecycle.operations.deciding import Sitting, decide, is_refused, sit
from workflows.lifecycle.operations.moving import lock_version, move
from workflows.lifecycle.operations.submission import end_case
from workflows.lifecycle.queries import move_open_in, voting

REVISE_DUE_DAYS = 20


@transaction.atomic
def reject_version(version_id: UUID, *, digest: str, comment: str, actor: Actor) -> LivingVersion:
    """Rejects a version for good: by this word, or with others where each is a vote.

    Raises:
        NotAllowed, WrongState, Stale, Duplicate: see `sit`. Invalid: no reason given.
    """
    return _refuse(version_id, digest, comment, Decision.Kind.REJECT, actor)


@transaction.atomic
def request_changes(version_id: UUID, *, digest: str, comment: str, actor: Actor) -> LivingVersion:
    """Ends this version's review and asks the submitter for a successor with the changes.

    A version is immutable, so changes come as the next one. Where a rejection is a vote, so is
    this: nobody ends alone what others may still approve.

    Raises:
        NotAllowed, WrongState, Stale, Duplicate: see `sit`. Invalid: no reason given.
    """
    return _refuse(version_id, digest, comment, Decision.Kind.REQUEST_CHANGES, actor)


def _refuse(
    version_id: UUID, digest: str, comment: str, kind: Decision.Kind, actor: Actor
) -> LivingVersion:
    which = move_open_in(version_by_id(actor, version_id))
    if which is None:
        raise WrongState(_("Nobody is being asked about this version."))
    sitting = sit(version_id, which, "reject", digest, actor)
    require(actor, Permission.VERSION_REJECT, sitting.version)
    decide(sitting, kind, comment=comment, actor=actor)
    if is_refused(sitting):
        close_round(sitting.round, ApprovalRound.State.REJECTED, sitting.digest)
        _end(sitting, comment, actor)
    return sitting.version


def _end(sitting: Sitting, comment: str, actor: Actor) -> None:
    """Rejected where one of those who said no rejected it; else changes are asked for."""
    votes = voting(sitting.round, sitting.digest)
    rejected = votes.filter(kind=Decision.Kind.REJECT).exists()
    action = Action.VERSION_REJECTED if rejected else Action.VERSION_CHANGES_REQUESTED
    move(sitting.version, "reject", action, actor=actor, personal={"comment": comment})
    end_case(sitting.version, "rejected" if rejected else "changes_requested", actor=actor)
    if not rejected:
        open_task(
            sitting.case,
            Task.Verb.REVISE,
            person=sitting.version.submitted_by,
            business_days=REVISE_DUE_DAYS,
            actor=actor,
        )


@transaction.atomic
def abandon_revision(version_id: UUID, *, reason: str, actor: Actor) -> LivingVersion:
    """Says that no successor will bring the changes that were asked for: it ends here.

    Raises:
        NotAllowed: may not withdraw versions here. WrongState: nobody is asked for a successor.
        Invalid: no reason.
    """
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_WITHDRAW, version)
    case = submission_of(version.pk)
    if case is None or not is_asked_to_revise(case):
        raise WrongState(
            _("Nobody is asked for a successor of this version."),
            remedy=_("Load the page again to see where it stands."),
        )
    if not reason.strip():
        raise Invalid(_("Say why it ends here."), field="reason")
    close_tasks(case, Task.Verb.REVISE, actor=actor)
    record(
        Action.REVISION_ABANDONED,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
        personal={"reason": reason},
    )
    return version
