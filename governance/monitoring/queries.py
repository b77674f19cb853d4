"""Key figures, thresholds and alerts, narrowed to what the actor may see."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.monitoring.figures import KpiFigure, Limit, Reading, kpi_figure
from governance.monitoring.models import Alert, KpiReading, Threshold


def alerts_for(actor: Actor) -> QuerySet[Alert]:
    """All alerts the actor may see, newest first."""
    rows = Alert.objects.select_related("version__model__portfolio", "reading", "closed_by")
    return visible_to(actor, rows)


def alert_by_id(actor: Actor, alert_id: UUID) -> Alert:
    """One alert.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    if (alert := alerts_for(actor).filter(pk=alert_id).first()) is None:
        raise NotFound(_("There is no such alert that you can see."))
    return alert


def thresholds_of(model_id: UUID) -> list[Threshold]:
    """The bounds that a model's key figures must hold."""
    return list(Threshold.objects.filter(model=model_id))


def kpi_figures(model_id: UUID) -> list[KpiFigure]:
    """The course of each key figure of a model over all its versions, by name. Two queries."""
    readings: dict[str, list[Reading]] = defaultdict(list)
    rows = KpiReading.objects.filter(version__model=model_id).select_related("version")
    for row in rows.order_by("observed_on", "version__number"):
        readings[row.kpi].append(_reading(row))
    limits = thresholds_of(model_id)
    return [kpi_figure(kpi, found, _limits(kpi, limits)) for kpi, found in sorted(readings.items())]


def figure_of(alert: Alert) -> KpiFigure:
    """The course of an alert's key figure in its version, against the bound that it broke."""
    rows = KpiReading.objects.filter(version=alert.version_id, kpi=alert.kpi)
    rows = rows.select_related("version").order_by("observed_on")
    return kpi_figure(alert.kpi, [_reading(r) for r in rows], [Limit(alert.bound, alert.threshold)])


def _reading(row: KpiReading) -> Reading:
    label = row.version.label or str(row.version.number)
    return Reading(row.observed_on, row.value, label)


def _limits(kpi: str, thresholds: Iterable[Threshold]) -> list[Limit]:
    return [Limit(row.bound, row.value) for row in thresholds if row.kpi == kpi]
