"""Deciding not to decide: abstain, step aside, or hand it to somebody else. None of them counts."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.actors import Actor
from governance.errors import Conflict, Invalid, NotAllowed, WrongState
from governance.inventory.queries import version_by_id
from workflows.cases.models import Task
from workflows.cases.operations import open_task
from workflows.lifecycle.models import Decision, LivingVersion
from workflows.lifecycle.operations.deciding import TASK_OF, Sitting, decide, sit
from workflows.lifecycle.queries import move_open_in, who_could_decide


@transaction.atomic
def abstain(version_id: UUID, *, digest: str, comment: str, actor: Actor) -> LivingVersion:
    """Says neither yes nor no to what is there now, and why. Changed, it may be decided on.

    Raises:
        NotAllowed, WrongState, Stale, Duplicate: see `sit`. Invalid: no reason given.
    """
    sitting = _sit_aside(version_id, digest, actor)
    decide(sitting, Decision.Kind.ABSTAIN, comment=comment, actor=actor)
    return sitting.version


@transaction.atomic
def recuse(version_id: UUID, *, digest: str, comment: str, actor: Actor) -> LivingVersion:
    """Steps aside for a conflict of interest: out of this round, whatever changes in the case.

    Raises:
        NotAllowed, WrongState, Stale, Duplicate: see `sit`. Invalid: no reason given.
    """
    sitting = _sit_aside(version_id, digest, actor)
    decide(sitting, Decision.Kind.RECUSE, comment=comment, actor=actor)
    return sitting.version


@transaction.atomic
def delegate_decision(
    version_id: UUID, *, digest: str, comment: str, delegate: UUID, actor: Actor
) -> LivingVersion:
    """Hands one decision to somebody who could take it in their own right, and asks them by name.

    Never passed on further, and never to somebody who had a hand in the version.

    Raises:
        NotAllowed, WrongState, Stale, Duplicate: see `sit`. Conflict: it was delegated to the
        actor. Invalid: no reason given, or the delegate could not decide.
    """
    sitting = _sit_aside(version_id, digest, actor)
    _refuse_chain(sitting, actor)
    person = _eligible(sitting, delegate, actor)
    decide(sitting, Decision.Kind.DELEGATE, comment=comment, delegate=person, actor=actor)
    verb = TASK_OF[sitting.move]
    asked = sitting.case.tasks.filter(verb=verb, state=Task.State.OPEN, role__isnull=False)
    due = asked.order_by("due_at").values_list("due_at", flat=True).first()
    by = timezone.localtime(due).date() if due else None
    open_task(sitting.case, verb, person=person, due_on=by, actor=actor)
    return sitting.version


def _sit_aside(version_id: UUID, digest: str, actor: Actor) -> Sitting:
    which = move_open_in(version_by_id(actor, version_id))
    if which is None:
        raise WrongState(_("Nobody is being asked about this version."))
    return sit(version_id, which, which.value, digest, actor)


def _refuse_chain(sitting: Sitting, actor: Actor) -> None:
    given = sitting.round.decisions.filter(kind=Decision.Kind.DELEGATE, delegate=actor.person_id)
    if given.exists():
        raise Conflict(
            _("This decision was delegated to you, so you cannot pass it on."),
            remedy=_("Decide, abstain or step aside."),
        )


def _eligible(sitting: Sitting, delegate: UUID, actor: Actor) -> Person:
    found = who_could_decide(sitting.version, sitting.case, sitting.move)
    candidate = next((one for one in found.candidates if one.person.pk == delegate), None)
    if delegate == actor.person_id or candidate is None:
        raise Invalid(
            _("This person could not decide on the case."),
            remedy=_("Choose one of those who can still sign."),
            field="delegate",
        )
    if not candidate.may:
        raise NotAllowed(
            " ".join(candidate.reasons), remedy=_("Choose one of those who can still sign.")
        )
    return candidate.person
