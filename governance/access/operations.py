"""Writes of access: who may do what is only ever changed here, and every change is in the log."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.contrib.auth.password_validation import validate_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import (
    ApiToken,
    Involvement,
    Person,
    Portfolio,
    Role,
    RoleAssignment,
    Team,
    User,
)
from governance.access.permissions import Permission
from governance.access.projection import project_members
from governance.access.queries import live_assignments, require
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed

TOKEN_PREFIX = "fe_"  # noqa: S105 - how our tokens begin, so that scanners can find leaked ones
ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a role is given to: exactly one of the three."""

    person: Person | None = None
    team: Team | None = None
    account: User | None = None


@transaction.atomic
def add_person(
    *, full_name: str, email: str, username: str, password: str, actor: Actor
) -> Person:
    """Adds a person with a first account to sign in with.

    Raises:
        NotAllowed: the actor may not add people. Duplicate: e-mail or account name is taken.
        Invalid: the password is too weak.
    """
    require(actor, Permission.PERSON_ADD)
    person = _new_person(full_name, email, username, password)
    record(
        Action.PERSON_ADDED,
        actor=actor,
        subject=("person", person.pk),
        personal={"full_name": full_name, "email": email, "username": username},
    )
    return person


def _new_person(full_name: str, email: str, username: str, password: str) -> Person:
    if Person.objects.filter(email__iexact=email).exists():
        raise Duplicate(_("Somebody with the e-mail {email} is there already.").format(email=email))
    person = Person.objects.create(full_name=full_name, email=email)
    account = _new_account(person, username, User.Kind.PERSON)
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="password") from error
    account.set_password(password)
    account.save(update_fields=["password"])
    return person


def _new_account(person: Person, username: str, kind: User.Kind) -> User:
    if User.objects.filter(username__iexact=username).exists():
        raise Duplicate(_("The account name {name} is taken.").format(name=username))
    email = person.email if kind == User.Kind.PERSON else ""
    account = User(person=person, username=username, email=email, kind=kind)
    account.set_unusable_password()
    account.save()
    return account


@transaction.atomic
def add_service_account(*, username: str, owner: Person, actor: Actor) -> User:
    """Adds an account for a program; `owner` answers for what it does.

    Raises:
        NotAllowed: the actor may not add accounts. Duplicate: the name is taken.
    """
    require(actor, Permission.PERSON_ADD)
    account = _new_account(owner, username, User.Kind.SERVICE)
    record(
        Action.ACCOUNT_ADDED,
        actor=actor,
        subject=("account", account.pk),
        after={"kind": account.kind, "owner": str(owner.pk)},
        personal={"username": username},
    )
    return account


@transaction.atomic
def add_portfolio(*, name: str, title: str, actor: Actor) -> Portfolio:
    """Adds a scope that roles can be given in.

    Raises:
        NotAllowed: the actor may not. Duplicate: the name is taken.
    """
    require(actor, Permission.PORTFOLIO_ADD)
    if Portfolio.objects.filter(name=name).exists():
        raise Duplicate(_("The portfolio {name} is there already.").format(name=name))
    portfolio = Portfolio.objects.create(name=name, title=title)
    record(
        Action.PORTFOLIO_ADDED,
        actor=actor,
        subject=("portfolio", portfolio.pk),
        portfolio_id=portfolio.pk,
        after={"name": name, "title": title},
    )
    return portfolio


@transaction.atomic
def grant(
    role: str,
    holder: Holder,
    *,
    portfolio: Portfolio | None = None,
    reason: str,
    ends_at: datetime | None = None,
    actor: Actor,
) -> RoleAssignment:
    """Gives a role in a portfolio, or in the organisation when none is named; works at once.

    Raises:
        NotAllowed: the actor may not grant here, or would raise themselves. Invalid: no reason,
        an unknown role, or an end in the past. Duplicate: the same grant is live already.
    """
    require(actor, Permission.ASSIGNMENT_GRANT, portfolio)
    _refuse_self(actor, holder)
    _refuse_bad_grant(role, reason, ends_at)
    assignment = _assign(role, holder, portfolio, reason, ends_at, actor.person_id)
    _record_grant(Action.ASSIGNMENT_GRANTED, assignment, reason, actor)
    return assignment


def _refuse_self(actor: Actor, holder: Holder) -> None:
    """Nobody raises themselves, through no account, team or service account of theirs."""
    people = {holder.person.pk} if holder.person else set()
    if holder.account:
        people.add(holder.account.person_id)
    if holder.team:
        people.update(holder.team.members.values_list("pk", flat=True))
    if actor.person_id in people:
        raise NotAllowed(
            _("Nobody gives a role to themselves."),
            remedy=_("Ask another administrator."),
        )


def _refuse_bad_grant(role: str, reason: str, ends_at: datetime | None) -> None:
    if not Role.objects.filter(pk=role).exists():
        raise Invalid(_("There is no role {role}.").format(role=role), field="role")
    if not reason.strip():
        raise Invalid(_("A grant needs a reason."), field="reason")
    if ends_at and ends_at <= timezone.now():
        raise Invalid(_("The end of the grant lies in the past."), field="ends_at")


def _assign(
    role: str,
    holder: Holder,
    portfolio: Portfolio | None,
    reason: str,
    ends_at: datetime | None,
    granted_by: UUID | None,
) -> RoleAssignment:
    kind = RoleAssignment.ScopeKind.PORTFOLIO if portfolio else RoleAssignment.ScopeKind.ORGANISATION
    place = {
        "role_id": role,
        "person": holder.person,
        "team": holder.team,
        "account": holder.account,
        "scope_kind": kind,
        "portfolio": portfolio,
    }
    if live_assignments().filter(**place).exists():
        raise Duplicate(_("This role is held here already."))
    assignment = RoleAssignment.objects.create(
        **place, reason=reason, ends_at=ends_at, granted_by_id=granted_by
    )
    project_members([assignment], at_all=True)
    return assignment


def _record_grant(action: Action, assignment: RoleAssignment, reason: str, actor: Actor) -> None:
    record(
        action,
        actor=actor,
        subject=("assignment", assignment.pk),
        portfolio_id=assignment.portfolio_id,
        after={
            "role": assignment.role_id,
            "person": str(assignment.person_id or ""),
            "team": str(assignment.team_id or ""),
            "account": str(assignment.account_id or ""),
            "scope": assignment.scope_kind,
            "portfolio": str(assignment.portfolio_id or ""),
        },
        personal={"reason": reason},
    )


@transaction.atomic
def revoke(assignment_id: UUID, *, reason: str, actor: Actor) -> RoleAssignment:
    """Takes a role back; works at once.

    Raises:
        NotAllowed: the actor may not here. Conflict: it is revoked already, or it is the last
        administrator's, without whom nobody could grant anything.
    """
    assignment = RoleAssignment.objects.select_for_update(of=("self",)).get(pk=assignment_id)
    require(actor, Permission.ASSIGNMENT_REVOKE, assignment.portfolio)
    if assignment.revoked_at:
        raise Conflict(_("This assignment was revoked before."))
    _refuse_last_administrator(assignment)
    assignment.revoked_at = timezone.now()
    assignment.revoked_by_id = actor.person_id
    assignment.revoked_reason = reason
    assignment.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    _take_out_of_group(assignment)
    _record_grant(Action.ASSIGNMENT_REVOKED, assignment, reason, actor)
    return assignment


def _refuse_last_administrator(assignment: RoleAssignment) -> None:
    others = live_assignments().filter(role=ADMINISTRATOR).exclude(pk=assignment.pk)
    if assignment.role_id == ADMINISTRATOR and not others.exists():
        raise Conflict(
            _("This is the last administrator."),
            remedy=_("Grant the role to somebody else first."),
        )


def _take_out_of_group(assignment: RoleAssignment) -> None:
    """Out of the group, unless another live assignment of the same role and scope keeps it in."""
    same = live_assignments().filter(
        role=assignment.role_id,
        scope_kind=assignment.scope_kind,
        portfolio=assignment.portfolio_id,
        model=assignment.model_id,
    )
    project_members([assignment], at_all=False)
    project_members(same, at_all=True)


@transaction.atomic
def issue_token(
    account: User, *, name: str, permissions: Iterable[Permission], days: int = 90, actor: Actor
) -> str:
    """Issues a token and returns its secret, which is shown this once and kept only as a hash.

    Raises:
        NotAllowed: the actor may not issue tokens.
    """
    require(actor, Permission.TOKEN_ISSUE)
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        account=account,
        name=name,
        prefix=secret[:10],
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        permissions=sorted(permissions),
        created_by_id=actor.person_id,
        expires_at=timezone.now() + timedelta(days=days),
    )
    record(
        Action.TOKEN_ISSUED,
        actor=actor,
        subject=("token", token.pk),
        after={"account": str(account.pk), "permissions": token.permissions, "days": days},
    )
    return secret


@transaction.atomic
def revoke_token(token_id: UUID, *, actor: Actor) -> None:
    """Ends a token at once.

    Raises:
        NotAllowed: the actor may not revoke tokens. Conflict: it is revoked already.
    """
    token = ApiToken.objects.select_for_update().get(pk=token_id)
    require(actor, Permission.TOKEN_REVOKE)
    if token.revoked_at:
        raise Conflict(_("This token was revoked before."))
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    record(Action.TOKEN_REVOKED, actor=actor, subject=("token", token.pk))


def touch_token(token_id: UUID) -> None:
    """Notes that a token was used, at most once a minute, so that reads stay reads."""
    a_minute_ago = timezone.now() - timedelta(minutes=1)
    ApiToken.objects.filter(pk=token_id).exclude(last_used_at__gt=a_minute_ago).update(
        last_used_at=timezone.now()
    )


def involve(person_id: UUID, part: Part, version_id: UUID) -> None:
    """Notes a person's part in a version, inside the caller's transaction. Twice is once."""
    Involvement.objects.get_or_create(person_id=person_id, part=part, version_id=version_id)


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
    person = _new_person(full_name, f"{username}@localhost", username, password)
    _assign(ADMINISTRATOR, Holder(person=person), None, "First start of the site", None, None)
    return FirstAdministrator(full_name, username, password)
