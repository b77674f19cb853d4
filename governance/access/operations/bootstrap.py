"""The first start of a site, and the way out when its administrators cannot help."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.models import RoleAssignment, User
from governance.access.operations.assigning import (
    Grant,
    Place,
    record_grant,
    write,
)
from governance.access.operations.people import new_person
from governance.access.queries.administrators import ADMINISTRATOR
from governance.access.queries.conflicts import Holder
from governance.actors import Actor, Surface
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Invalid, NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class FirstAdministrator:
    """How a first administrator signs in: shown once, to be changed at the first sign-in."""

    full_name: str
    username: str
    password: str


@transaction.atomic
def bootstrap(*, actor: Actor) -> list[FirstAdministrator]:
    """Names the two first administrators of an empty site, once; afterwards it does nothing.

    Two, because one alone could neither be stopped nor helped by anybody.
    """
    if RoleAssignment.objects.exists():
        return []
    names = (("First Administrator", "admin1"), ("Second Administrator", "admin2"))
    administrators = [_first_administrator(*name, actor) for name in names]
    record(
        Action.SITE_BOOTSTRAPPED,
        actor=actor,
        subject=("site", UUID(int=0)),
        after={"administrators": len(administrators)},
    )
    return administrators


def _first_administrator(full_name: str, username: str, actor: Actor) -> FirstAdministrator:
    password = secrets.token_urlsafe(12)
    person = new_person(full_name, f"{username}@localhost", username, password)
    reason = "First start of the site"
    assignment = write(Grant(ADMINISTRATOR, Holder(person=person), Place(), reason), None)
    record_grant(Action.ASSIGNMENT_GRANTED, assignment, reason, actor)
    return FirstAdministrator(full_name, username, password)


@transaction.atomic
def name_administrator(username: str, *, reason: str, actor: Actor) -> RoleAssignment:
    """Makes somebody administrator from the server itself, when administrators cannot help.

    Whoever can start programs there holds the database anyway; this way it is in the log.

    Raises:
        NotAllowed: not at the server. NotFound: no such account of a person. Invalid: no reason.
        Duplicate: they are administrator already.
    """
    if actor.surface is not Surface.COMMAND or not actor.is_system:
        raise NotAllowed(_("Only at the server."))
    account = User.objects.filter(username=username, kind=User.Kind.PERSON).first()
    if account is None or not account.person.active:
        raise NotFound(_("There is no active account {name}.").format(name=username))
    if not reason.strip():
        raise Invalid(_("Say why, it stands in the log."), field="reason")
    assignment = write(Grant(ADMINISTRATOR, Holder(person=account.person), Place(), reason), None)
    record_grant(Action.SITE_ADMINISTRATOR_NAMED, assignment, reason, actor)
    return assignment
