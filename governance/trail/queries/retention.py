"""What may go and what must stay: periods, legal holds, erasures that were asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.access.permissions import Permission
from governance.access.queries import one_pair_of_eyes, require
from governance.audit.queries import EntryView, entries, personal_values_of, views_of
from governance.errors import NotFound
from governance.inventory.models import RegisteredModel
from governance.trail.models import Erasure, LegalHold, RetentionPeriod
from governance.trail.queries.log import subjects_about
from governance.trail.queries.scoping import entries_in
from governance.trail.retention import CLASSES, USE, RetentionClass
from governance.trail.scopes import Scope

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.actors import Actor
    from governance.audit.models import AuditEntry, AuditPersonalValue

ACTOR_NAME = "actor.name"
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class ClassRow:
    """A retention class with the period that somebody set, if any."""

    kind: RetentionClass
    days: int | None


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """An erasure in a list; `values` may go now if it is confirmed, `stay` must stay."""

    erasure: Erasure
    entry: EntryView | None
    may_decide: bool
    values: int
    stay: int


def class_rows() -> list[ClassRow]:
    """Every class and its period."""
    days = dict(RetentionPeriod.objects.values_list("name", "days"))
    return [ClassRow(kind, days.get(name)) for name, kind in CLASSES.items()]


def people_named() -> dict[str, str]:
    """Everybody whose name the log may hold, by id, for a form; also those who never acted."""
    rows = Person.objects.order_by("full_name").values_list("pk", "full_name")
    return {str(pk): name for pk, name in rows}


def holds() -> QuerySet[LegalHold]:
    """Every legal hold, those in force first, the newest first among them."""
    rows = LegalHold.objects.select_related("set_by__person", "lifted_by__person")
    return rows.order_by("lifted_at", "-set_at")


def entries_of_class(kind: RetentionClass, before: datetime) -> QuerySet[AuditEntry]:
    """The entries of a class that were recorded up to a moment."""
    of_use = Q()
    for prefix in USE.prefixes:
        of_use |= Q(action__startswith=prefix)
    rows = entries().filter(occurred_at__lte=before)
    return rows.filter(of_use) if kind is USE else rows.exclude(of_use)


def held_by(hold: LegalHold) -> Scope:
    """What a hold covers now: one of a model covers versions and cases that came afterwards."""
    scope = Scope.from_json(hold.scope)
    model = RegisteredModel.objects.filter(name=hold.filters.get("model", "")).first()
    if model is None:
        return scope
    now = {(kind, str(subject)) for kind, subject in subjects_about(model)}
    return replace(scope, subjects=tuple(sorted(now | set(scope.subjects or ()))))


def unheld(rows: QuerySet[AuditEntry]) -> QuerySet[AuditEntry]:
    """Without the entries within a legal hold."""
    for hold in LegalHold.objects.filter(lifted_at=None):
        held = entries_in(held_by(hold)).order_by()
        rows = rows.exclude(pk__in=held.values("pk"))
    return rows


def may_go(kind: RetentionClass, days: int | None = None) -> QuerySet[AuditEntry]:
    """The entries of a class whose personal values may go: past floor and period, and not held."""
    kept_for = timedelta(days=max(kind.floor_days, days or 0))
    return unheld(entries_of_class(kind, timezone.now() - kept_for))


def due_by_class() -> dict[str, int]:
    """How many personal values of each class with a period are over it, and not held."""
    periods = RetentionPeriod.objects.values_list("name", "days")
    return {name: values_due(name, days).count() for name, days in periods}


def values_due(name: str, days: int) -> QuerySet[AuditPersonalValue]:
    """The personal values of a class whose period is over, and that no hold keeps."""
    return personal_values_of(may_go(CLASSES[name], days))


def values_meant(erasure: Erasure) -> QuerySet[AuditPersonalValue]:
    """What an erasure is about: values of one entry, or a person's name and details anywhere."""
    if erasure.entry:
        return personal_values_of(entries().filter(pk=erasure.entry))
    assert erasure.person_id is not None  # one of both is named
    acted = personal_values_of(entries().filter(actor_id=erasure.person_id)).filter(path=ACTOR_NAME)
    about = entries().filter(subject_type="person", subject_id=erasure.person_id)
    told = personal_values_of(about).exclude(path=ACTOR_NAME)
    return acted | told


def values_to_erase(erasure: Erasure) -> QuerySet[AuditPersonalValue]:
    """Those of them that may go at this moment."""
    free = Q()
    for kind in CLASSES.values():
        free |= Q(entry__in=may_go(kind).order_by().values("pk"))
    return values_meant(erasure).filter(free)


def erasure_rows(actor: Actor) -> list[ErasureRow]:
    """The newest erasures that were asked for, those that wait first.

    Raises:
        NotAllowed: the actor may not view the log of the whole organisation.
    """
    require(actor, Permission.LOG_VIEW)
    rows = Erasure.objects.select_related("person", "requested_by__person", "decided_by__person")
    shown = list(rows.order_by("outcome", "-requested_at")[:MOST_SHOWN])
    about = {view.id: view for view in views_of(entries().filter(pk__in=_entries(shown)))}
    mine = one_pair_of_eyes(actor)
    return [_row(one, about, mine) for one in shown]


def _entries(shown: list[Erasure]) -> list[UUID]:
    return [one.entry for one in shown if one.entry]


def _row(erasure: Erasure, about: dict[UUID, EntryView], mine: set[UUID]) -> ErasureRow:
    entry = about.get(erasure.entry) if erasure.entry else None
    own = {erasure.requested_by.person_id, erasure.person_id}
    if erasure.outcome:
        return ErasureRow(erasure, entry, False, 0, 0)  # noqa: FBT003
    values, meant = values_to_erase(erasure).count(), values_meant(erasure).count()
    return ErasureRow(erasure, entry, not own & mine, values, meant - values)


def erasure_to_decide(erasure_id: UUID, actor: Actor) -> Erasure:
    """An erasure, locked, that the actor may decide on if it is another's.

    Raises:
        NotAllowed, NotFound: may not, or there is none.
    """
    require(actor, Permission.ERASURE_CONFIRM)
    row = Erasure.objects.select_for_update(of=("self",)).filter(pk=erasure_id).first()
    if row is None:
        raise NotFound(_("There is no such erasure."))
    return row


def hold_to_lift(hold_id: UUID, actor: Actor) -> LegalHold:
    """A legal hold, locked, that the actor may lift.

    Raises:
        NotAllowed, NotFound: may not, or there is none.
    """
    require(actor, Permission.HOLD_LIFT)
    row = LegalHold.objects.select_for_update(of=("self",)).filter(pk=hold_id).first()
    if row is None:
        raise NotFound(_("There is no such legal hold."))
    return row
