"""Giving roles and taking them back. The truth and its projection change together, at once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Person, Portfolio, Role, RoleAssignment, Team, User
from governance.access.permissions import Permission
from governance.access.projection import project_members
from governance.access.queries import live_assignments, require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound

ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Holder:
    """Who a role is given to: exactly one of the three."""

    person: Person | None = None
    team: Team | None = None
    account: User | None = None


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
    assignment = assign(role, holder, portfolio, reason, ends_at, actor.person_id)
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


def assign(
    role: str,
    holder: Holder,
    portfolio: Portfolio | None,
    reason: str,
    ends_at: datetime | None,
    granted_by: UUID | None,
) -> RoleAssignment:
    """Writes an assignment and its projection, inside the caller's transaction."""
    kinds = RoleAssignment.ScopeKind
    place = {
        "role_id": role,
        "person": holder.person,
        "team": holder.team,
        "account": holder.account,
        "scope_kind": kinds.PORTFOLIO if portfolio else kinds.ORGANISATION,
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
        NotFound: there is no such assignment. NotAllowed: the actor may not here. Invalid: no
        reason. Conflict: it is revoked already, or it is the last administrator's, without whom
        nobody could grant anything.
    """
    rows = RoleAssignment.objects.select_for_update(of=("self",))
    assignment = rows.filter(pk=assignment_id).first()
    if assignment is None:
        raise NotFound(_("There is no such assignment."))
    require(actor, Permission.ASSIGNMENT_REVOKE, assignment.portfolio)
    if not reason.strip():
        raise Invalid(_("Taking a role back needs a reason."), field="reason")
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
    everywhere = RoleAssignment.ScopeKind.ORGANISATION
    if assignment.role_id != ADMINISTRATOR or assignment.scope_kind != everywhere:
        return
    others = live_assignments().filter(role=ADMINISTRATOR, scope_kind=everywhere)
    if not others.exclude(pk=assignment.pk).exists():
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
