"""Giving roles and taking them back. The truth and its projection change together, at once.

Permissions are read anew at every act, so a grant and its loss work in sessions that are open.
A sensitive role is only proposed here: another administrator confirms it (`proposals`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import GrantProposal, Role, RoleAssignment
from governance.access.operations.assigning import (
    Grant,
    Place,
    place_of,
    record_grant,
    refuse_self,
    take_back,
    write,
)
from governance.access.operations.proposals import propose
from governance.access.permissions import Permission
from governance.access.queries.administrators import (
    ADMINISTRATOR,
    ENOUGH_ADMINISTRATORS,
    administrators,
)
from governance.access.queries.conflicts import conflicts_of_grant
from governance.access.queries.delegations import one_pair_of_eyes
from governance.access.queries.rights import require, require_on
from governance.audit.actions import Action
from governance.errors import Conflict, Invalid, NotFound

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.access.models import Portfolio
    from governance.access.queries.conflicts import Holder
    from governance.actors import Actor
    from governance.inventory.models import RegisteredModel


@transaction.atomic
def grant(  # noqa: PLR0913  a grant has these parts
    role: str,
    holder: Holder,
    *,
    portfolio: Portfolio | None = None,
    model: RegisteredModel | None = None,
    reason: str,
    conflict_reason: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    actor: Actor,
) -> RoleAssignment | GrantProposal:
    """Gives a role in a portfolio, for one model, or in the organisation when neither is named.

    It works at once. A sensitive role is proposed instead, and another administrator confirms it;
    only where fewer than two administrators are left, one more is named without.

    Raises:
        NotAllowed: the actor may not grant here, or would raise themselves. Invalid: no reason,
        an unknown role, a window that is over or ends before it starts, or a clash of roles
        without a `conflict_reason`. Duplicate: the same grant is there already.
    """
    wanted = Grant(
        role, holder, Place(portfolio, model), reason, starts_at, ends_at, conflict_reason
    )
    require(actor, Permission.ASSIGNMENT_GRANT, wanted.place.thing)
    refuse_self(holder, one_pair_of_eyes(actor))
    found = _role_to_give(wanted)
    refuse_unexplained_clash(wanted)
    if found.sensitive and not _names_a_first_administrator(wanted):
        return propose(wanted, actor)
    assignment = write(wanted, actor.person_id)
    lone = {"lone_administrator": True} if found.sensitive else {}
    record_grant(Action.ASSIGNMENT_GRANTED, assignment, reason, actor, **lone)
    return assignment


def _role_to_give(wanted: Grant) -> Role:
    found = Role.objects.filter(pk=wanted.role).first()
    if found is None:
        raise Invalid(_("There is no role {role}.").format(role=wanted.role), field="role")
    if wanted.place.portfolio and wanted.place.model:
        raise Invalid(_("A role is given in a portfolio or for a model, not both."), field="model")
    if not wanted.reason.strip():
        raise Invalid(_("A grant needs a reason."), field="reason")
    _refuse_bad_window(wanted, sensitive=found.sensitive)
    return found


def _refuse_bad_window(wanted: Grant, *, sensitive: bool) -> None:
    now = timezone.now()
    if wanted.ends_at and wanted.ends_at <= now:
        raise Invalid(_("The end of the grant lies in the past."), field="ends_at")
    if wanted.starts_at and wanted.starts_at < now - timedelta(days=1):
        raise Invalid(_("The start of the grant lies in the past."), field="starts_at")
    if wanted.starts_at and wanted.ends_at and wanted.ends_at <= wanted.starts_at:
        raise Invalid(_("The grant ends before it starts."), field="ends_at")
    if sensitive and wanted.starts_at and wanted.starts_at > now:
        raise Invalid(
            _("A sensitive role starts when the second administrator confirms it."),
            remedy=_("Leave the start empty."),
            field="starts_at",
        )


def refuse_unexplained_clash(wanted: Grant) -> None:
    """A grant may let one person hold what two should; then it says why."""
    if wanted.conflict_reason.strip():
        return
    if found := conflicts_of_grant(wanted.holder, wanted.role, wanted.place.scope):
        raise Invalid(
            " ".join(clash.words for clash in found),
            remedy=_("Give it to somebody else, or say why it must be so."),
            field="conflict_reason",
        )


def _names_a_first_administrator(wanted: Grant) -> bool:
    """Where one alone is left, nobody could confirm: that one names others, and it stands out."""
    everywhere = wanted.place.thing is None
    few = len(administrators()) < ENOUGH_ADMINISTRATORS
    return wanted.role == ADMINISTRATOR and everywhere and few


@transaction.atomic
def revoke(assignment_id: UUID, *, reason: str, actor: Actor) -> RoleAssignment:
    """Takes a role back; works at once.

    Raises:
        NotFound: there is no such assignment. NotAllowed: the actor may not here. Invalid: no
        reason. Conflict: it is revoked already, or fewer than two administrators would be left.
    """
    assignment = locked(assignment_id)
    place = place_of(assignment).thing
    require_on(actor, Permission.ASSIGNMENT_REVOKE, place, _("There is no such assignment."))
    if not reason.strip():
        raise Invalid(_("Taking a role back needs a reason."), field="reason")
    if assignment.revoked_at:
        raise Conflict(_("This assignment was revoked before."))
    take_back(assignment, reason, actor.person_id)
    record_grant(Action.ASSIGNMENT_REVOKED, assignment, reason, actor)
    return assignment


def locked(assignment_id: UUID) -> RoleAssignment:
    """One assignment under lock.

    Raises:
        NotFound: there is none.
    """
    rows = RoleAssignment.objects.select_for_update(of=("self",))
    if (found := rows.filter(pk=assignment_id).first()) is None:
        raise NotFound(_("There is no such assignment."))
    return found
