"""Writing assignments and ending them: the truth and its projection, inside a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.membership import follow
from governance.access.models import Portfolio, RoleAssignment
from governance.access.queries.administrators import (
    ENOUGH_ADMINISTRATORS,
    administrating,
    administrators,
)
from governance.access.queries.conflicts import Holder
from governance.access.scopes import ORGANISATION, Scope
from governance.audit.canonical import moment
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, NotAllowed

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from governance.access.models import GrantProposal
    from governance.actors import Actor
    from governance.audit.actions import Action
    from governance.inventory.models import RegisteredModel

KINDS = RoleAssignment.ScopeKind


@dataclass(frozen=True, slots=True)
class Place:
    """Where a role is given: a portfolio, one model, or everywhere when neither is named."""

    portfolio: Portfolio | None = None
    model: RegisteredModel | None = None

    @property
    def thing(self) -> Portfolio | RegisteredModel | None:
        """What a permission is asked for."""
        return self.model or self.portfolio

    @property
    def scope(self) -> Scope:
        """Where a permission is looked up."""
        return self.thing.access_scope() if self.thing else ORGANISATION

    @property
    def kind(self) -> RoleAssignment.ScopeKind:
        """Which of the three it is."""
        if self.model:
            return KINDS.MODEL
        return KINDS.PORTFOLIO if self.portfolio else KINDS.ORGANISATION


@dataclass(frozen=True, slots=True)
class Grant:
    """All that a grant says."""

    role: str
    holder: Holder
    place: Place
    reason: str
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    conflict_reason: str = ""
    source: RoleAssignment.Source = RoleAssignment.Source.PERSON


def place_of(row: RoleAssignment | GrantProposal) -> Place:
    """Where a grant that is written down holds."""
    return Place(row.portfolio, row.model)


def holder_of(row: RoleAssignment | GrantProposal) -> Holder:
    """Who a grant that is written down is for."""
    return Holder(row.person, row.team, row.account)


def refuse_self(holder: Holder, people: set[UUID]) -> None:
    """Nobody raises themselves, through no account, team, service account or deputy of theirs."""
    if people & {person.pk for person in holder.people()}:
        raise NotAllowed(
            _("Nobody gives a role to themselves."),
            remedy=_("Ask another administrator."),
        )


def refuse_duplicate(grant: Grant) -> None:
    """The same role for the same holder in the same place, at a time that overlaps."""
    rows = RoleAssignment.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=grant.starts_at or timezone.now()),
        **_identity(grant),
        revoked_at__isnull=True,
    )
    if grant.ends_at:
        rows = rows.filter(starts_at__lt=grant.ends_at)
    if rows.exists():
        raise Duplicate(
            _("This role is held here already, at least for a part of that time."),
            remedy=_("Take it back first, or choose a time that does not overlap."),
            field="role",
        )


def _identity(grant: Grant) -> dict[str, object]:
    return {
        "role_id": grant.role,
        "person": grant.holder.person,
        "team": grant.holder.team,
        "account": grant.holder.account,
        "scope_kind": grant.place.kind,
        "portfolio": grant.place.portfolio,
        "model": grant.place.model,
    }


def write(grant: Grant, granted_by: UUID | None) -> RoleAssignment:
    """Writes an assignment and puts its accounts into their group."""
    refuse_duplicate(grant)
    now = timezone.now()
    assignment = RoleAssignment.objects.create(
        **_identity(grant),
        source=grant.source,
        reason=grant.reason,
        conflict_reason=grant.conflict_reason,
        starts_at=max(grant.starts_at or now, now),
        ends_at=grant.ends_at,
        granted_by_id=granted_by,
    )
    follow([assignment])
    return assignment


def take_back(assignment: RoleAssignment, reason: str, by: UUID | None) -> None:
    """Ends an assignment and takes its accounts out, unless another one keeps them in."""
    refuse_too_few_administrators(without=[assignment.pk])
    assignment.revoked_at = timezone.now()
    assignment.revoked_by_id = by
    assignment.revoked_reason = reason
    assignment.save(update_fields=["revoked_at", "revoked_by", "revoked_reason"])
    follow([assignment])


def refuse_too_few_administrators(
    *, without: list[UUID] | None = None, person_id: UUID | None = None
) -> None:
    """Two administrators stay: one alone could neither be stopped nor helped by anybody.

    What takes nobody away from them is let pass, also when there are too few already.
    """
    list(administrating().select_for_update(of=("self",)).order_by("pk"))  # no two at a time
    before = administrators()
    after = administrators(without=without) - {person_id}
    if after != before and len(after) < ENOUGH_ADMINISTRATORS:
        raise Conflict(
            _("Fewer than two administrators would be left."),
            remedy=_("Name another administrator first, whom a second one confirms."),
        )


def record_grant(
    action: Action,
    assignment: RoleAssignment,
    reason: str,
    actor: Actor,
    **details: object,
) -> None:
    """The entry about an assignment: who holds what where, and why."""
    record(
        action,
        actor=actor,
        subject=("assignment", assignment.pk),
        portfolio_id=portfolio_of(assignment),
        after=granted_facts(assignment),
        details={"source": str(assignment.source), **details},
        personal={"reason": reason}
        | ({"conflict_reason": why} if (why := assignment.conflict_reason) else {}),
    )


def portfolio_of(row: RoleAssignment | GrantProposal) -> UUID | None:
    """The portfolio that a grant lies in, also that of its model."""
    return row.model.portfolio_id if row.model else row.portfolio_id


def facts_of(row: RoleAssignment | GrantProposal) -> dict[str, str]:
    """Who, what and where, by ids, as an entry holds them."""
    return {
        "role": row.role_id,
        "person": str(row.person_id or ""),
        "team": str(row.team_id or ""),
        "account": str(row.account_id or ""),
        "scope": Place(row.portfolio, row.model).kind.value,
        "portfolio": str(row.portfolio_id or ""),
        "model": str(row.model_id or ""),
    }


def granted_facts(row: RoleAssignment) -> dict[str, str]:
    """The same of a grant, and from when until when; no end is empty."""
    ends_at = moment(row.ends_at) if row.ends_at else ""
    return facts_of(row) | {"starts_at": moment(row.starts_at), "ends_at": ends_at}
