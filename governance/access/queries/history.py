"""The history of grants: what was given, taken back, declined or ran out, by whom and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DurationField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.fields import CharField
from django.db.models.functions import Now
from django.utils import timezone

from governance.access.models import GrantProposal, Person, RoleAssignment
from governance.access.permissions import Permission
from governance.access.queries.people import assignments_seen
from governance.access.queries.rights import can, portfolios_where, require_anywhere
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.queries import entries

VERBS = ("granted", "revoked", "ended", "declined")
KINDS = (*VERBS, "emergency", "short")
SHORT_HOURS = 72
# Which entry of the log tells of it. What ran out was told when it was given.
TOLD_BY = {
    "granted": (Action.ASSIGNMENT_GRANTED, Action.GLASS_BROKEN, Action.SITE_ADMINISTRATOR_NAMED),
    "ended": (Action.ASSIGNMENT_GRANTED, Action.GLASS_BROKEN, Action.SITE_ADMINISTRATOR_NAMED),
    "revoked": (Action.ASSIGNMENT_REVOKED,),
    "declined": (Action.GRANT_DECLINED,),
}


@dataclass(frozen=True, slots=True)
class HistoryFilter:
    """What is asked for; both days are included. `place` is a portfolio's name, `*` everywhere.

    `kind` is one of `KINDS`: what happened, or emergencies, or grants that were gone soon.
    """

    person: UUID | None = None
    role: str = ""
    place: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class GrantEvent:
    """One change to who may do what, with the entry of the log that tells of it."""

    at: datetime
    verb: str
    row: RoleAssignment | GrantProposal
    by: Person | None
    reason: str
    entry: UUID | None = None


def history_of_grants(actor: Actor, asked: HistoryFilter | None = None) -> QuerySet[Any, Any]:
    """When, what and which row, newest first, where the actor may see people; for `events_of`.

    Raises:
        NotAllowed: the actor may see people nowhere.
    """
    require_anywhere(actor, Permission.PERSON_VIEW)
    asked = asked or HistoryFilter()
    rows = _narrowed(assignments_seen(actor, of=_persons(asked)), asked)
    if asked.kind == "short":
        rows = _short(rows)
    elif asked.kind == "emergency":
        rows = rows.filter(source=RoleAssignment.Source.BREAK_GLASS)
    found = [
        _timed(rows, "granted", "granted_at", asked),
        _timed(rows.filter(revoked_at__isnull=False), "revoked", "revoked_at", asked),
        _timed(rows.filter(revoked_at=None, ends_at__lte=Now()), "ended", "ends_at", asked),
    ]
    if asked.kind in {"", "declined"}:
        declined = _narrowed(_declined(actor, _persons(asked)), asked)
        found.append(_timed(declined, "declined", "decided_at", asked))
    first, *more = [one for one in found if one is not None]
    return first.union(*more, all=True).order_by("-at", "pk")


def _persons(asked: HistoryFilter) -> list[UUID] | None:
    return [asked.person] if asked.person else None


def _narrowed(rows: QuerySet[Any], asked: HistoryFilter) -> QuerySet[Any]:
    if asked.role:
        rows = rows.filter(role=asked.role)
    if asked.place == "*":
        rows = rows.filter(portfolio=None, model=None)
    elif asked.place:
        there = Q(portfolio__name=asked.place) | Q(model__portfolio__name=asked.place)
        rows = rows.filter(there)
    return rows


def _timed(
    rows: QuerySet[Any], verb: str, column: str, asked: HistoryFilter
) -> QuerySet[Any, Any] | None:
    """One kind of change with its moment; None where another kind is asked for."""
    if asked.kind in VERBS and asked.kind != verb:
        return None
    if asked.since:
        rows = rows.filter(**{f"{column}__gte": _midnight(asked.since)})
    if asked.until:
        last = min(asked.until, date.max - timedelta(days=1))  # no day comes after the very last
        rows = rows.filter(**{f"{column}__lt": _midnight(last + timedelta(days=1))})
    named = rows.annotate(at=F(column), verb=Value(verb, output_field=CharField()))
    found: QuerySet[Any, Any] = named.order_by().values_list("at", "verb", "pk")
    return found


def _midnight(day: date) -> datetime:
    """When a day begins here; the very first day began before the calendar of databases does."""
    day = max(day, date.min + timedelta(days=2))
    return timezone.make_aware(datetime.combine(day, time.min))


def _declined(actor: Actor, of: Iterable[UUID] | None) -> QuerySet[GrantProposal]:
    rows = GrantProposal.objects.filter(outcome=GrantProposal.Outcome.DECLINED)
    if not can(actor, Permission.PERSON_VIEW):
        seen = portfolios_where(actor, Permission.PERSON_VIEW)
        everywhere = Q(portfolio=None, model=None)
        rows = rows.filter(everywhere | Q(portfolio__in=seen) | Q(model__portfolio__in=seen))
    return rows.filter(person__in=list(of)) if of is not None else rows


def events_of(page: Iterable[tuple[datetime, str, UUID]]) -> list[GrantEvent]:
    """The rows of a page of the history, whole: four queries, however many rows there are."""
    wanted = list(page)
    known = ("role", "person", "team", "account__person", "portfolio", "model")
    given = RoleAssignment.objects.select_related(*known, "granted_by", "revoked_by")
    proposed = GrantProposal.objects.select_related(*known, "decided_by")
    keys = [key for _at, _verb, key in wanted]
    rows: dict[UUID, RoleAssignment | GrantProposal] = {}
    rows |= given.in_bulk(keys)
    rows |= proposed.in_bulk(keys)
    told = _told(keys)
    return [_event(at, verb, rows[key], told) for at, verb, key in wanted]


def _told(keys: Sequence[UUID]) -> dict[tuple[UUID, str], UUID]:
    about = entries().filter(subject_type__in=("assignment", "proposal"), subject_id__in=keys)
    found = about.order_by("subject_seq").values_list("subject_id", "action", "pk")
    return {(subject, action): entry for subject, action, entry in found}


def _event(
    at: datetime,
    verb: str,
    row: RoleAssignment | GrantProposal,
    told: dict[tuple[UUID, str], UUID],
) -> GrantEvent:
    entry = next((told[row.pk, one] for one in TOLD_BY[verb] if (row.pk, one) in told), None)
    by, reason = _who_and_why(verb, row)
    return GrantEvent(at, verb, row, by, reason, entry)


def _who_and_why(verb: str, row: RoleAssignment | GrantProposal) -> tuple[Person | None, str]:
    if isinstance(row, GrantProposal):
        return row.decided_by, ""
    if verb == "granted":
        return row.granted_by, row.reason
    return (row.revoked_by, row.revoked_reason) if verb == "revoked" else (None, "")


def short_grants(actor: Actor) -> QuerySet[RoleAssignment]:
    """Grants that were taken back soon: given to act once and gone before anybody looks.

    Raises:
        NotAllowed: the actor may see people nowhere.
    """
    require_anywhere(actor, Permission.PERSON_VIEW)
    return _short(assignments_seen(actor)).order_by("-revoked_at")


def _short(rows: QuerySet[Any]) -> QuerySet[Any]:
    lasted = ExpressionWrapper(F("revoked_at") - F("starts_at"), output_field=DurationField())
    gone = rows.filter(revoked_at__isnull=False)
    return gone.filter(
        pk__in=gone.annotate(lasted=lasted)
        .filter(lasted__lte=timedelta(hours=SHORT_HOURS))
        .order_by()
        .values("pk")
    )
