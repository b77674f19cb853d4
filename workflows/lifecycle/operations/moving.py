"""What every move does alike: lock the version, take the edge, write it down."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django_fsm import can_proceed

from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import NotFound, WrongState
from governance.inventory.models import RegisteredModel
from governance.inventory.queries import version_by_id
from governance.inventory.states import IN_WORDS, State
from governance.sentences import sentence as _
from workflows.cases.models import Case
from workflows.cases.operations import tell_people
from workflows.cases.queries import submission_of
from workflows.lifecycle.labels import needs
from workflows.lifecycle.models import LivingVersion

# What submitters are told of, and as what; a submission and a withdrawal are their own doing.
TOLD = {
    "validate": State.VALIDATED.value,
    "approve": State.APPROVED.value,
    "deploy": State.DEPLOYED.value,
    "reject": State.REJECTED.value,
    "reopen": "reopened",
    "admit": "admitted",
    "supersede": State.SUPERSEDED.value,
    "retire": State.RETIRED.value,
    "suspend": State.SUSPENDED.value,
    "resume": State.DEPLOYED.value,
    "roll_back": State.DEPLOYED.value,
}


def lock_version(version_id: UUID, actor: Actor) -> LivingVersion:
    """Re-reads a version under its lock, if the actor may see it.

    The model's row is locked first, as everywhere: two versions of one model never move at once.
    """
    version_by_id(actor, version_id)
    return lock_for_system(version_id)


def lock_for_system(version_id: UUID) -> LivingVersion:
    """Re-reads a version and its model under their locks."""
    RegisteredModel.objects.select_for_update(of=("self",)).get(versions=version_id)
    rows = LivingVersion.objects.select_for_update(of=("self",))
    version: LivingVersion = rows.select_related("model__portfolio", "model__owner").get(
        pk=version_id
    )
    return version


def require_edge(version: LivingVersion, verb: str) -> None:
    """Refuses a move that does not start in the version's state.

    Raises:
        WrongState: the message names the state and where the move starts.
    """
    if not can_proceed(getattr(version, verb)):
        raise WrongState(
            _(
                "Version {number} is {state}. {needs}",
                number=version.number,
                state=IN_WORDS[version.state],
                needs=needs(verb),
            ),
            remedy=_("Load the page again to see where it stands."),
        )


def lock_case(version: LivingVersion) -> Case:
    """The open submission of a version, under its lock.

    Raises:
        NotFound: nothing is being decided about this version.
    """
    case = submission_of(version.pk)
    if case is None or case.closed_at:
        raise NotFound(_("Nothing is being decided about this version."))
    rows = Case.objects.select_for_update(of=("self",)).select_related("policy_version__policy")
    return rows.get(pk=case.pk)


def move(
    version: LivingVersion,
    verb: str,
    action: Action,
    *,
    actor: Actor,
    details: Mapping[str, Any] | None = None,
    personal: Mapping[str, str] | None = None,
) -> None:
    """Takes an edge: state, entry and the version's number in the log change together."""
    before = version.state
    getattr(version, verb)()
    entry = record(
        action,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
        before={"state": before},
        after={"state": version.state},
        details=details,
        personal={key: value for key, value in (personal or {}).items() if value},
    )
    version.audit_seq = entry.subject_seq
    version.save()
    if verb in TOLD:
        tell_people("moved", f"{version.pk}:{TOLD[verb]}:{entry.subject_seq}")
