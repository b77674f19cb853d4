"""People who come by single sign-on: found or made at their first visit, with their groups' roles.

Roles that a group gives are taken back when the group is gone, at the next sign-in. Sensitive
roles come through no group, because two administrators give them; and who may give roles gets
none this way, because nobody raises themselves by what stands in a directory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.membership import follow, of_person
from governance.access.models import GroupMapping, Person, RoleAssignment, User
from governance.access.operations.assigning import (
    Grant,
    Place,
    record_grant,
    refuse_duplicate,
    take_back,
    write,
)
from governance.access.operations.people import free_username, new_account
from governance.access.operations.signing_in import NOBODY
from governance.access.permissions import Permission
from governance.access.queries.conflicts import Holder, conflicts_of_grant
from governance.access.queries.identity import person_actor
from governance.access.queries.rights import can_anywhere, live_assignments
from governance.actors import Actor, Surface
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Duplicate, NotAllowed

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from governance.access.claims import Visitor

SOURCE = RoleAssignment.Source.SIGN_ON


@transaction.atomic
def admit(visitor: Visitor, *, known: User | None) -> User:
    """Finds or makes the person behind a sign-in at the provider, and follows their groups.

    `known`: the account that came with this very subject before. A person who is here already is
    recognised by e-mail only when the provider has verified it.

    Raises:
        NotAllowed: the e-mail is not verified, or the person is not active here.
    """
    door = Actor.system("single sign-on", Surface.SCREEN)
    account = known or _recognised(visitor, door) or _joined(visitor, door)
    if not (account.is_active and account.person.active):
        raise NotAllowed(
            _("Your account here is closed."), remedy=_("Ask an administrator to open it again.")
        )
    _follow_groups(account, visitor, door)
    return account


def _recognised(visitor: Visitor, door: Actor) -> User | None:
    """The account of somebody who is here already, bound from now on; or a new one of theirs."""
    if not visitor.email_verified or not visitor.email:
        raise NotAllowed(
            _("{provider} has not verified your e-mail address.").format(provider="OpenID Connect"),
            remedy=_("Have it verified there, then sign in again."),
        )
    person = Person.objects.filter(email__iexact=visitor.email).first()
    if person is None:
        return None
    accounts = person.accounts.filter(kind=User.Kind.PERSON).order_by("date_joined")
    account = accounts.first() or _account_for(person, visitor)
    _record(Action.ACCOUNT_LINKED, "account", account.pk, visitor, door)
    return account


def _joined(visitor: Visitor, door: Actor) -> User:
    """A person who was never here, with an account that has no password."""
    person = Person.objects.create(full_name=visitor.name[:200], email=visitor.email)
    account = _account_for(person, visitor)
    _record(Action.PERSON_ADDED, "person", person.pk, visitor, door, username=account.username)
    return account


def _account_for(person: Person, visitor: Visitor) -> User:
    account = new_account(person, free_username(visitor.username), User.Kind.PERSON)
    follow(of_person(person.pk))
    return account


def _record(
    action: Action, kind: str, key: UUID, visitor: Visitor, door: Actor, **personal: str
) -> None:
    record(
        action,
        actor=door,
        subject=(kind, key),
        details={"provider": visitor.provider},
        personal={"full_name": visitor.name, "email": visitor.email, **personal},
    )


def _follow_groups(account: User, visitor: Visitor, door: Actor) -> None:
    person = account.person
    held = live_assignments().filter(person=person, source=SOURCE)
    mapped = [] if _gives_roles(account) else _mapped(visitor)
    wanted = {(row.role_id, row.portfolio_id) for row in mapped}
    for assignment in held:
        if (assignment.role_id, assignment.portfolio_id) not in wanted:
            reason = _("No group at single sign-on gives it any more.")
            take_back(assignment, reason, None)
            record_grant(Action.ASSIGNMENT_REVOKED, assignment, reason, door)
    present = {(row.role_id, row.portfolio_id) for row in held}
    for row in mapped:
        if (row.role_id, row.portfolio_id) not in present:
            _give(row, person, door)


def _gives_roles(account: User) -> bool:
    return can_anywhere(person_actor(account), Permission.ASSIGNMENT_GRANT)


def _mapped(visitor: Visitor) -> Iterable[GroupMapping]:
    rows = GroupMapping.objects.filter(provider=visitor.provider, group__in=visitor.groups)
    return rows.exclude(role__sensitive=True).select_related("role", "portfolio")


def _give(row: GroupMapping, person: Person, door: Actor) -> None:
    """Gives the role of one group, unless it is held anyway or clashes with another."""
    reason = _("Group {group} at single sign-on").format(group=row.group)
    wanted = Grant(row.role_id, Holder(person=person), Place(row.portfolio), reason, source=SOURCE)
    try:
        refuse_duplicate(wanted)
    except Duplicate:
        return
    if clashes := conflicts_of_grant(wanted.holder, wanted.role, wanted.place.scope):
        _withhold(row, person, " ".join(clash.words for clash in clashes), door)
        return
    assignment = write(wanted, None)
    record_grant(Action.ASSIGNMENT_GRANTED, assignment, reason, door)


def _withhold(row: GroupMapping, person: Person, why: str, door: Actor) -> None:
    """Two roles that exclude each other need somebody who says why; here is nobody."""
    record(
        Action.ASSIGNMENT_WITHHELD,
        actor=door,
        subject=("person", person.pk),
        portfolio_id=row.portfolio_id,
        details={"role": row.role_id, "group": row.group},
        personal={"reason": why},
    )


@transaction.atomic
def refuse_single_sign_on(why: str, *, account: User | None) -> None:
    """Notes a sign-in that ended at the provider or at our door; `why` is a word, not a text."""
    record(
        Action.ACCOUNT_SIGN_IN_FAILED,
        actor=Actor.system("single sign-on", Surface.SCREEN),
        subject=("account", account.pk) if account else NOBODY,
        details={"known": account is not None, "confirming": False, "single_sign_on": why},
    )
