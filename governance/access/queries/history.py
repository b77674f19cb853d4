"""The history of grants: what was given, taken back or ran out, by whom and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DurationField, ExpressionWrapper, F, QuerySet
from django.utils import timezone

from governance.access.models import (
    GrantProposal,
    Person,
    RoleAssignment,
)
from governance.access.permissions import Permission
from governance.access.queries.people import assignments_seen
from governance.access.queries.rights import live, portfolios_where, require_anywhere
from governance.access.sheet import write_sheet
from governance.actors import Actor

COLUMNS = (
    "role",
    "person",
    "team",
    "service_account",
    "scope",
    "portfolio",
    "model",
    "starts",
    "ends",
    "granted_by",
    "source",
    "reason",
    "conflict_reason",
)


@dataclass(frozen=True, slots=True)
class GrantEvent:
    """One change to who may do what. `verb` is granted, revoked, ended or declined."""

    at: datetime
    verb: str
    row: RoleAssignment | GrantProposal
    by: Person | None
    reason: str


def history_of_grants(
    actor: Actor, *, of: Iterable[UUID] | None = None, limit: int = 500
) -> list[GrantEvent]:
    """The last changes where the actor may see people, newest first; `of` narrows to persons.

    Raises:
        NotAllowed: the actor may see people nowhere.
    """
    require_anywhere(actor, Permission.PERSON_VIEW)
    rows = assignments_seen(actor, of=of).select_related("revoked_by", "proposal__decided_by")
    events = [event for row in rows.order_by("-granted_at")[:limit] for event in _events(row)]
    events += [_declined(row) for row in _declined_proposals(actor, of)[:limit]]
    return sorted(events, key=lambda event: event.at, reverse=True)[:limit]


def _events(row: RoleAssignment) -> list[GrantEvent]:
    found = [GrantEvent(row.granted_at, "granted", row, row.granted_by, row.reason)]
    if row.revoked_at:
        found.append(GrantEvent(row.revoked_at, "revoked", row, row.revoked_by, row.revoked_reason))
    elif row.ends_at and row.ends_at <= timezone.now():
        found.append(GrantEvent(row.ends_at, "ended", row, None, ""))
    return found


def _declined_proposals(actor: Actor, of: Iterable[UUID] | None) -> QuerySet[GrantProposal]:
    rows = GrantProposal.objects.filter(outcome=GrantProposal.Outcome.DECLINED)
    places = portfolios_where(actor, Permission.PERSON_VIEW)
    rows = rows.exclude(portfolio__isnull=False) | rows.filter(portfolio__in=places)
    return rows.filter(person__in=list(of)) if of is not None else rows


def _declined(row: GrantProposal) -> GrantEvent:
    return GrantEvent(row.decided_at or row.proposed_at, "declined", row, row.decided_by, "")


def short_grants(actor: Actor, *, hours: int = 72) -> QuerySet[RoleAssignment]:
    """Grants that were taken back soon: given to act once and gone before anybody looks.

    Raises:
        NotAllowed: the actor may see people nowhere.
    """
    require_anywhere(actor, Permission.PERSON_VIEW)
    lasted = ExpressionWrapper(F("revoked_at") - F("starts_at"), output_field=DurationField())
    rows = assignments_seen(actor).filter(revoked_at__isnull=False).annotate(lasted=lasted)
    return rows.filter(lasted__lte=timedelta(hours=hours)).order_by("-revoked_at")


def export_grants(actor: Actor) -> str:
    """All live grants where the actor may see people, as CSV that no spreadsheet calculates with.

    Raises:
        NotAllowed: the actor may see people nowhere.
    """
    require_anywhere(actor, Permission.PERSON_VIEW)
    rows = live(assignments_seen(actor)).order_by("role", "granted_at", "pk")
    return write_sheet(COLUMNS, (_line(row) for row in rows.iterator(1000)))


def _line(row: RoleAssignment) -> tuple[str, ...]:
    return (
        row.role_id,
        row.person.email if row.person else "",
        row.team.name if row.team else "",
        row.account.username if row.account else "",
        row.scope_kind,
        row.portfolio.name if row.portfolio else "",
        row.model.name if row.model else "",
        row.starts_at.isoformat(),
        row.ends_at.isoformat() if row.ends_at else "",
        row.granted_by.email if row.granted_by else "",
        row.source,
        row.reason,
        row.conflict_reason,
    )
