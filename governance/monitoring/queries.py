"""Key figures, thresholds and alerts, narrowed to what the actor may see."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.monitoring.models import Alert, KpiReading, Threshold


def alerts_for(actor: Actor) -> QuerySet[Alert]:
    """All alerts the actor may see, newest first."""
    return visible_to(actor, Alert.objects.select_related("version__model", "closed_by"))


def alert_by_id(actor: Actor, alert_id: UUID) -> Alert:
    """One alert.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    if (alert := alerts_for(actor).filter(pk=alert_id).first()) is None:
        raise NotFound(_("There is no such alert that you can see."))
    return alert


def open_alerts_of(version_id: UUID) -> list[Alert]:
    """The alerts of a version that nobody has closed yet."""
    return list(Alert.objects.filter(version=version_id, closed_at=None))


def readings_of(version_id: UUID) -> list[KpiReading]:
    """The key figures of a version, newest first."""
    return list(KpiReading.objects.filter(version=version_id))


def thresholds_of(model_id: UUID) -> list[Threshold]:
    """The bounds that a model's key figures must hold."""
    return list(Threshold.objects.filter(model=model_id))
