"""From what a reader asks for, within what they see, to a scope; and from a scope to entries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final

from django.db.models import Q

from governance.access.models import Portfolio
from governance.access.permissions import Permission
from governance.access.queries import portfolios_where, require_anywhere
from governance.audit.canonical import moment
from governance.audit.queries import entries, openings_of, placed
from governance.trail.queries.log import midnight, sees_all, subjects_of_model
from governance.trail.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.actors import Actor
    from governance.audit.models import AuditEntry
    from governance.audit.queries import Opening
    from governance.trail.queries.log import Narrowing

CHUNK: Final = 500


@dataclass(frozen=True, slots=True)
class Placed:
    """An entry of an export: its place, the hash of its leaf, its bytes, what may be disclosed."""

    index: int
    leaf: bytes
    line: bytes
    openings: list[Opening]


def scope_of(actor: Actor, narrowing: Narrowing) -> Scope:
    """What the actor asks for, as far as they see it.

    Raises:
        NotAllowed: the actor may view no part of the log.
    """
    require_anywhere(actor, Permission.LOG_VIEW)
    subjects: set[tuple[str, str]] | None = None
    if narrowing.model:
        found = subjects_of_model(actor, narrowing.model)
        subjects = {(kind, str(subject)) for kind, subject in found}
    if narrowing.subject:
        kind, subject = narrowing.subject
        one = {(kind, str(subject))}
        subjects = one if subjects is None else subjects & one
    until = midnight(narrowing.until + timedelta(days=1)) if narrowing.until else None
    return Scope(
        portfolios=_portfolios(actor, narrowing.portfolio),
        subjects=None if subjects is None else tuple(sorted(subjects)),
        person=str(narrowing.person) if narrowing.person else None,
        action=narrowing.action or None,
        since=moment(midnight(narrowing.since)) if narrowing.since else None,
        until=moment(until) if until else None,
    )


def _portfolios(actor: Actor, name: str) -> tuple[str, ...] | None:
    """The ids of the portfolios that the reader may look into; None: all, and what has none."""
    seen = Portfolio.objects.all()
    if not sees_all(actor):
        seen = portfolios_where(actor, Permission.LOG_VIEW)
    elif not name:
        return None
    rows = seen.filter(name=name) if name else seen
    return tuple(sorted(str(pk) for pk in rows.values_list("pk", flat=True)))


def entries_in(scope: Scope) -> QuerySet[AuditEntry]:
    """The entries of a scope, by the search columns; verification holds these against the lines."""
    rows = entries()
    if scope.portfolios is not None:
        rows = rows.filter(portfolio_id__in=scope.portfolios)
    if scope.subjects is not None:
        rows = rows.filter(_about(scope.subjects))
    if scope.person is not None:
        rows = rows.filter(actor_id=scope.person)
    if scope.action is not None:
        rows = rows.filter(action__startswith=scope.action)
    if scope.since is not None:
        rows = rows.filter(occurred_at__gte=datetime.fromisoformat(scope.since))
    if scope.until is not None:
        rows = rows.filter(occurred_at__lt=datetime.fromisoformat(scope.until))
    return rows


def _about(subjects: tuple[tuple[str, str], ...]) -> Q:
    by_type: dict[str, list[str]] = defaultdict(list)
    for kind, subject in subjects:
        by_type[kind].append(subject)
    found = Q(pk__in=())
    for kind, ids in by_type.items():
        found |= Q(subject_type=kind, subject_id__in=ids)
    return found


def number_in(scope: Scope, size: int) -> int:
    """How many of the first `size` leaves are the scope's."""
    return placed(entries_in(scope), size).order_by().count()


def leaves_in(scope: Scope, size: int) -> Iterator[tuple[int, bytes]]:
    """Index and leaf hash of the scope's entries among the first `size` leaves, in order."""
    rows = placed(entries_in(scope), size).values_list("leaf__idx", "leaf__leaf_hash")
    for index, hashed in rows.iterator(chunk_size=10 * CHUNK):
        yield index, bytes(hashed)


def entries_placed(scope: Scope, size: int) -> Iterator[Placed]:
    """The scope's entries among the first `size` leaves, in order, read piece by piece."""
    rows = (
        placed(entries_in(scope), size)
        .values_list("pk", "leaf__idx", "leaf__leaf_hash", "line")
        .iterator(chunk_size=CHUNK)
    )
    while chunk := list(islice(rows, CHUNK)):
        openings: dict[UUID, list[Opening]] = openings_of(pk for pk, *_rest in chunk)
        for pk, index, hashed, line in chunk:
            yield Placed(index, bytes(hashed), bytes(line), openings.get(pk, []))


def entries_after(scope: Scope, cursor: int, size: int, *, limit: int, texts: bool) -> list[Placed]:
    """At most `limit` entries of a scope from leaf `cursor` to `size`; `texts`: what opens them."""
    rows = placed(entries_in(scope), size).filter(leaf__idx__gte=cursor)
    chosen = list(rows.values_list("pk", "leaf__idx", "leaf__leaf_hash", "line")[:limit])
    openings = openings_of(pk for pk, *_rest in chosen) if texts else {}
    return [
        Placed(index, bytes(hashed), bytes(line), openings.get(pk, []))
        for pk, index, hashed, line in chosen
    ]
