"""Key figures, thresholds and alerts, narrowed to what the actor may see."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.monitoring.figures import KpiFigure, Limit, Reading, kpi_figure
from governance.monitoring.models import Alert, KpiReading, Threshold

DRAWN = 400  # a year of days, and some weeks in which two versions were watched


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
    """The course of each key figure of a model over all its versions, by name. Three queries.

    Of each the newest readings are drawn, and how many older ones there are is told.
    """
    rows = KpiReading.objects.filter(version__model=model_id)
    numbers = dict(rows.order_by().values_list("kpi").annotate(number=Count("pk")))
    place = Window(RowNumber(), partition_by="kpi", order_by=["-observed_on", "-version__number"])
    readings: dict[str, list[Reading]] = defaultdict(list)
    for kpi, reading in _readings(rows.annotate(place=place).filter(place__lte=DRAWN)):
        readings[kpi].append(reading)
    limits = thresholds_of(model_id)
    return [
        kpi_figure(kpi, found, _limits(kpi, limits), older=numbers[kpi] - len(found))
        for kpi, found in sorted(readings.items())
    ]


def figure_of(alert: Alert) -> KpiFigure:
    """The course of an alert's key figure in its version, against the bound that it broke."""
    rows = KpiReading.objects.filter(version=alert.version_id, kpi=alert.kpi)
    readings = [one for _kpi, one in _readings(rows)]
    return kpi_figure(alert.kpi, readings, [Limit(alert.bound, alert.threshold)])


def _readings(rows: QuerySet[KpiReading]) -> Iterator[tuple[str, Reading]]:
    """The values of some days, oldest first: there are many, so a version comes by its name."""
    told = rows.order_by("observed_on", "version__number").values_list(
        "kpi", "observed_on", "value", "version__label", "version__number"
    )
    for kpi, day, value, label, number in told:
        yield kpi, Reading(day, value, label or str(number))


def _limits(kpi: str, thresholds: Iterable[Threshold]) -> list[Limit]:
    return [Limit(row.bound, row.value) for row in thresholds if row.kpi == kpi]
