"""The checks of a submission stopped by a person, and begun again.

Only checks that nobody can decide without may be stopped. Those that look again because the
champion or the policy is another one may not: what they would replace counts meanwhile.
"""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import WrongState
from governance.evaluation.queries import gates_of
from governance.inventory.states import State
from governance.outbox.models import OutboxJob
from governance.outbox.operations import request_cancel, restart_cancelled
from governance.outbox.queries import jobs
from governance.sentences import sentence as _
from workflows.lifecycle.models import LivingVersion
from workflows.lifecycle.operations.moving import lock_case, lock_version
from workflows.lifecycle.queries import gates_ended
from workflows.policies.queries import definition_of

EVALUATE = "version.evaluate"


@transaction.atomic
def cancel_checks(version_id: UUID, *, actor: Actor) -> LivingVersion:
    """Stops the checks of a submission: a worker that is at them ends at its next look.

    Nobody can decide before they were begun again and have ended.

    Raises:
        NotAllowed: may not submit here. WrongState: nothing runs, or what runs looks again at what
        has changed since.
    """
    version = _locked(version_id, actor)
    running = _jobs_of(version).filter(done_at=None, parked_at=None, cancel_requested_at=None)
    if not running:
        raise WrongState(
            _("No checks of this version are running."), remedy=_("Look at its page again.")
        )
    for job in running:
        request_cancel(job.pk)
    _record(Action.CHECKS_CANCELLED, version, actor)
    return version


@transaction.atomic
def restart_checks(version_id: UUID, *, actor: Actor) -> LivingVersion:
    """Begins cancelled checks again, from the start.

    Raises:
        NotAllowed: may not submit here. WrongState: they were not cancelled, or still end.
    """
    version = _locked(version_id, actor)
    if not sum(restart_cancelled(job.pk) for job in _jobs_of(version)):
        raise WrongState(
            _("The checks of this version were not cancelled."),
            remedy=_("Look at its page again: they may still be running, or have ended."),
        )
    _record(Action.CHECKS_RESTARTED, version, actor)
    return version


def _locked(version_id: UUID, actor: Actor) -> LivingVersion:
    version = lock_version(version_id, actor)
    require(actor, Permission.VERSION_SUBMIT, version)
    if version.state != State.SUBMITTED.value:
        raise WrongState(_("This version is not waiting for its validation."))
    definition = definition_of(lock_case(version).policy_version)
    if gates_ended(definition, gates_of(version.pk)):
        raise WrongState(
            _("The checks have ended once; what runs now looks again at what has changed."),
            remedy=_("Wait until they have ended, or withdraw the version."),
        )
    return version


def _jobs_of(version: LivingVersion) -> QuerySet[OutboxJob]:
    return jobs().filter(topic=EVALUATE, key__startswith=str(version.pk))


def _record(action: Action, version: LivingVersion, actor: Actor) -> None:
    record(
        action,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
    )
