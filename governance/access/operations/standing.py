"""People who go, and come back. Their assignments stay as the record, and give nothing.

Accounts are closed, sessions ended and tokens dead at once; what the person lent is void, too.
"""

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.membership import follow, of_person
from governance.access.models import Person, User
from governance.access.operations.assigning import refuse_too_few_administrators
from governance.access.permissions import Permission
from governance.access.queries.rights import require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Invalid, NotAllowed, NotFound


@transaction.atomic
def deactivate_person(person_id: UUID, *, reason: str, actor: Actor) -> Person:
    """Closes every way in for a person and for the services they answer for, at once.

    Raises:
        NotFound: no such person. NotAllowed: the actor may not, or means themselves. Invalid: no
        reason. Conflict: it is so already, or fewer than two administrators would be left.
    """
    person = _locked(person_id)
    require(actor, Permission.PERSON_DEACTIVATE)
    _refuse_own(person, actor)
    _refuse_unexplained(reason)
    if not person.active:
        raise Conflict(_("{name} is deactivated already.").format(name=person))
    refuse_too_few_administrators(person_id=person.pk)
    ended = _end_sessions(person)
    _switch(person, on=False)
    _record(Action.PERSON_DEACTIVATED, person, reason, actor, ended)
    return person


@transaction.atomic
def reactivate_person(person_id: UUID, *, reason: str, actor: Actor) -> Person:
    """Opens the person's accounts again; what they were given and not lost works again.

    Raises:
        NotFound: no such person. NotAllowed: the actor may not, or means themselves. Invalid: no
        reason. Conflict: they are active.
    """
    person = _locked(person_id)
    require(actor, Permission.PERSON_DEACTIVATE)
    _refuse_own(person, actor)
    _refuse_unexplained(reason)
    if person.active:
        raise Conflict(_("{name} is active.").format(name=person))
    _switch(person, on=True)
    _record(Action.PERSON_REACTIVATED, person, reason, actor, 0)
    return person


def _locked(person_id: UUID) -> Person:
    if (found := Person.objects.select_for_update().filter(pk=person_id).first()) is None:
        raise NotFound(_("There is no such person."))
    return found


def _refuse_own(person: Person, actor: Actor) -> None:
    if person.pk == actor.person_id:
        raise NotAllowed(
            _("Nobody opens or closes their own accounts."),
            remedy=_("Ask another administrator."),
        )


def _refuse_unexplained(reason: str) -> None:
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")


def _switch(person: Person, *, on: bool) -> None:
    person.active = on
    person.save(update_fields=["active"])
    person.accounts.filter(kind=User.Kind.PERSON).update(is_active=on)
    follow(of_person(person.pk))


def _end_sessions(person: Person) -> int:
    sessions = list(UserSession.objects.filter(user__person=person))
    for session in sessions:
        session.end()
    return len(sessions)


def _record(action: Action, person: Person, reason: str, actor: Actor, ended: int) -> None:
    record(
        action,
        actor=actor,
        subject=("person", person.pk),
        after={"active": person.active},
        details={"sessions_ended": ended},
        personal={"reason": reason},
    )
