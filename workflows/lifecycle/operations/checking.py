"""The checks of a case stopped by a person, and begun again.

The first ones, and those that look again because the champion or the policy is another one. The
case says that they were stopped: nobody can decide on what they would have replaced.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import WrongState
from governance.inventory.states import State
from governance.outbox.models import OutboxJob
from governance.outbox.operations import request_cancel, restart_cancelled
from governance.outbox.queries import jobs
from governance.sentences import sentence as _
from workflows.cases.models import Case
from workflows.lifecycle.models import LivingVersion
from workflows.lifecycle.operations.moving import lock_case, lock_version
from workflows.lifecycle.queries import EVALUATE

UNDER_REVIEW = frozenset({State.SUBMITTED.value, State.VALIDATED.value})


@transaction.atomic
def cancel_checks(version_id: UUID, *, actor: Actor) -> LivingVersion:
    """Stops the checks of a version: a worker that is at them ends at its next look.

    Nobody can decide before they were begun again and have ended.

    Raises:
        NotAllowed: may not submit here. WrongState: it is not under review, or nothing runs.
    """
    version, case = _locked(version_id, actor)
    running = _jobs_of(version).filter(done_at=None, parked_at=None, cancel_requested_at=None)
    if not running:
        raise WrongState(
            _("No checks of this version are running."), remedy=_("Look at its page again.")
        )
    for job in running:
        request_cancel(job.pk)
    case.checks_cancelled_at = timezone.now()
    case.save(update_fields=["checks_cancelled_at"])
    _record(Action.CHECKS_CANCELLED, version, actor)
    return version


@transaction.atomic
def restart_checks(version_id: UUID, *, actor: Actor) -> LivingVersion:
    """Begins cancelled checks again, from the start.

    Raises:
        NotAllowed: may not submit here. WrongState: it is not under review, or they were not
        cancelled, or still end.
    """
    version, _case = _locked(version_id, actor)
    if not sum(restart_cancelled(job.pk) for job in _jobs_of(version)):
        raise WrongState(
            _("The checks of this version were not cancelled."),
            remedy=_("Look at its page again: they may still be running, or have ended."),
        )
    # Until they have ended the case stays barred: what was measured before is not what counts.
    _record(Action.CHECKS_RESTARTED, version, actor)
    return version


def checks_ended(case: Case) -> None:
    """What was measured under these rules counts, whatever was stopped before.

    In the transaction that keeps it, under the lock of the version; `case` as it was read before
    the measuring: if other rules hold by now, those that were stopped still have to come.
    """
    same = Case.objects.filter(pk=case.pk, policy_version=case.policy_version_id)
    same.update(checks_cancelled_at=None)


def _locked(version_id: UUID, actor: Actor) -> tuple[LivingVersion, Case]:
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_SUBMIT, version)
    if version.state not in UNDER_REVIEW:
        raise WrongState(_("Nothing is being decided about this version."))
    return version, lock_case(version)


def _jobs_of(version: LivingVersion) -> QuerySet[OutboxJob]:
    return jobs().filter(topic=EVALUATE, key__startswith=str(version.pk))


def _record(action: Action, version: LivingVersion, actor: Actor) -> None:
    record(
        action,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
    )
