"""The log as one person may see it, narrowed and in pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from governance.access.models import Person, Portfolio
from governance.access.permissions import Permission
from governance.access.queries import can, portfolios_where, require_anywhere, visible_to
from governance.audit.actions import Action
from governance.audit.lines import parse
from governance.audit.queries import EntryView, entries, views_of
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.monitoring.models import Alert
from governance.trail.queries.subjects import Subject, subjects_of, version_told

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from governance.actors import Actor
    from governance.audit.models import AuditEntry

PAGE = 50
# Subjects that hang on a version, as their first entries tell.
BEGINNINGS = (Action.CASE_OPENED, Action.PROMOTION_REQUESTED)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the reader asks for; both days are included. `action` may be the beginning of one."""

    action: str = ""
    person: UUID | None = None
    model: str = ""
    portfolio: str = ""
    subject: tuple[str, UUID] | None = None
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class LogRow:
    """An entry in a list: the entry and, in words, what it is about."""

    entry: EntryView
    subject: Subject


@dataclass(frozen=True, slots=True)
class LogPage:
    """Some entries, newest first; `older` is the entry that the next page goes on after."""

    rows: list[LogRow]
    older: UUID | None


def entries_seen(actor: Actor) -> QuerySet[AuditEntry]:
    """The entries of the portfolios whose log an actor may view.

    Entries without a portfolio are only for who may view the log of the whole organisation.

    Raises:
        NotAllowed: the actor may view no part of the log.
    """
    require_anywhere(actor, Permission.LOG_VIEW)
    if sees_all(actor):
        return entries()
    seen = portfolios_where(actor, Permission.LOG_VIEW)
    return entries().filter(portfolio_id__in=seen.values("pk"))


def sees_all(actor: Actor) -> bool:
    """Whether an actor may view the log of the whole organisation."""
    return can(actor, Permission.LOG_VIEW)


def log_page(actor: Actor, narrowing: Narrowing, after: UUID | None = None) -> LogPage:
    """A page of the log; `after` is the last entry of the page before."""
    rows = narrowed(entries_seen(actor), narrowing, actor).order_by("-occurred_at", "-id")
    if after is not None and (last := entries().filter(pk=after).first()):
        rows = rows.filter(
            Q(occurred_at__lt=last.occurred_at) | Q(occurred_at=last.occurred_at, pk__lt=last.pk)
        )
    views = views_of(rows[: PAGE + 1])
    shown = views[:PAGE]
    subjects = subjects_of(view.line for view in shown)
    found = [LogRow(view, subjects[view.line.subject_type, view.line.subject_id]) for view in shown]
    return LogPage(found, shown[-1].id if len(views) > PAGE else None)


def narrowed(
    rows: QuerySet[AuditEntry], narrowing: Narrowing, actor: Actor
) -> QuerySet[AuditEntry]:
    """Only the entries that were asked for."""
    if narrowing.action:
        rows = rows.filter(action__startswith=narrowing.action)
    if narrowing.person:
        rows = rows.filter(actor_id=narrowing.person)
    if narrowing.portfolio:
        named = Portfolio.objects.filter(name=narrowing.portfolio)
        rows = rows.filter(portfolio_id__in=named.values("pk"))
    if narrowing.model:
        ids = {subject_id for _type, subject_id in subjects_of_model(actor, narrowing.model)}
        rows = rows.filter(subject_id__in=ids)
    if narrowing.subject:
        subject_type, subject_id = narrowing.subject
        rows = rows.filter(subject_type=subject_type, subject_id=subject_id)
    if narrowing.since:
        rows = rows.filter(occurred_at__gte=midnight(narrowing.since))
    if narrowing.until:
        rows = rows.filter(occurred_at__lt=midnight(narrowing.until + timedelta(days=1)))
    return rows


def midnight(day: date) -> datetime:
    """When a day begins where the site is."""
    return timezone.make_aware(datetime.combine(day, time.min))


def subjects_of_model(actor: Actor, name: str) -> set[tuple[str, UUID]]:
    """A model, its versions, their alerts, and the cases and promotions that name one of them."""
    model = visible_to(actor, RegisteredModel.objects.filter(name=name)).first()
    return set() if model is None else subjects_about(model)


def subjects_about(model: RegisteredModel) -> set[tuple[str, UUID]]:
    """The same for a model at hand."""
    versions = set(ModelVersion.objects.filter(model=model).values_list("pk", flat=True))
    alerts = Alert.objects.filter(version__in=versions).values_list("pk", flat=True)
    begun = entries().filter(action__in=BEGINNINGS, portfolio_id=model.portfolio_id)
    lines = (parse(bytes(line)) for line in begun.values_list("line", flat=True))
    return {
        ("model", model.pk),
        *(("version", pk) for pk in versions),
        *(("alert", pk) for pk in alerts),
        *((line.subject_type, line.subject_id) for line in lines if version_told(line) in versions),
    }


def subjects_of_version(version: ModelVersion) -> set[tuple[str, UUID]]:
    """A version, its model, and the cases and promotions that name it."""
    begun = entries().filter(action__in=BEGINNINGS, portfolio_id=version.model.portfolio_id)
    lines = (parse(bytes(line)) for line in begun.values_list("line", flat=True))
    return {
        ("model", version.model_id),
        ("version", version.pk),
        *(
            (line.subject_type, line.subject_id)
            for line in lines
            if version_told(line) == version.pk
        ),
    }


def entry_numbered(actor: Actor, number: int) -> UUID | None:
    """The entry with a leaf number, as far as the actor may see it."""
    return entries_seen(actor).filter(leaf__idx=number).values_list("pk", flat=True).first()


def people_in_log(actor: Actor, asked: UUID | None = None) -> QuerySet[Person]:
    """Who acted in what the actor may see, for a filter; `asked` also when they never acted."""
    acted = Q(Exists(entries_seen(actor).filter(actor_id=OuterRef("pk")).order_by()))
    if asked is not None and sees_all(actor):
        acted |= Q(pk=asked)
    return Person.objects.filter(acted).order_by("full_name")


def models_in_log(actor: Actor) -> QuerySet[RegisteredModel]:
    """The models whose log the actor may view, for a filter."""
    seen = portfolios_where(actor, Permission.LOG_VIEW)
    return visible_to(actor, RegisteredModel.objects.filter(portfolio__in=seen))


def portfolios_in_log(actor: Actor) -> QuerySet[Portfolio]:
    """The portfolios whose log the actor may view, for a filter."""
    return portfolios_where(actor, Permission.LOG_VIEW).order_by("title")
