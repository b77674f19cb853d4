"""Key figures from programs that watch live versions."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from governance.access.api import actor_of
from governance.inventory.queries import version_numbered
from governance.monitoring.operations import record_kpi

router = Router(tags=["monitoring"])


class KpiIn(Schema):
    """One key figure of one day; the value is a decimal string."""

    version: int
    kpi: str = Field(max_length=60, pattern=r"^[a-z0-9_-]+$")
    value: str = Field(max_length=40)
    observed_on: date


class AlertOut(Schema):
    """An alert that the figure raised."""

    id: UUID
    kpi: str
    bound: str
    threshold: str
    value: str


class KpiOut(Schema):
    """The recorded figure, and the alert if it broke a bound."""

    kpi: str
    value: str
    alert: AlertOut | None


@router.post("/models/{name}/kpis", response={201: KpiOut})
def add_kpi(request: HttpRequest, name: str, body: KpiIn) -> Status[KpiOut]:
    """Records a key figure."""
    actor = actor_of(request)
    version = version_numbered(actor, name, body.version)
    reading, alerts = record_kpi(
        version, kpi=body.kpi, value=body.value, observed_on=body.observed_on, actor=actor
    )
    raised = [
        AlertOut(id=a.pk, kpi=a.kpi, bound=a.bound, threshold=str(a.threshold), value=str(a.value))
        for a in alerts
    ]
    told = KpiOut(kpi=reading.kpi, value=str(reading.value), alert=raised[0] if raised else None)
    return Status(201, told)
