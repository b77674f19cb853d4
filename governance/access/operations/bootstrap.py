"""The first start of a site."""

import secrets
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from governance.access.models import RoleAssignment
from governance.access.operations.grants import ADMINISTRATOR, Holder, assign
from governance.access.operations.people import new_person
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record


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
    administrators = [_first_administrator(name, username) for name, username in names]
    record(
        Action.SITE_BOOTSTRAPPED,
        actor=actor,
        subject=("site", UUID(int=0)),
        after={"administrators": len(administrators)},
    )
    return administrators


def _first_administrator(full_name: str, username: str) -> FirstAdministrator:
    password = secrets.token_urlsafe(12)
    person = new_person(full_name, f"{username}@localhost", username, password)
    assign(ADMINISTRATOR, Holder(person=person), None, "First start of the site", None, None)
    return FirstAdministrator(full_name, username, password)
