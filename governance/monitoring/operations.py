"""Recording key figures and raising alerts when they leave their bounds."""

from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, Invalid, WrongState
from governance.inventory.models import ModelVersion, RegisteredModel
from governance.monitoring.models import Alert, KpiReading, Threshold
from governance.monitoring.queries import alert_by_id
from governance.outbox.operations import enqueue

SMALLEST = Decimal("0.00000001")
LARGEST = Decimal("1e11")


@transaction.atomic
def set_threshold(
    model: RegisteredModel, *, kpi: str, bound: str, value: str, actor: Actor
) -> Threshold:
    """Says what a key figure of a model must hold from now on.

    Raises:
        NotAllowed: may not here. Invalid: unknown bound, or no number.
    """
    require(actor, Permission.THRESHOLD_SET, model)
    if bound not in Threshold.Bound.values:
        raise Invalid(_("A bound is at_least or at_most."), field="bound")
    threshold, _created = Threshold.objects.update_or_create(
        model=model,
        kpi=kpi,
        bound=bound,
        defaults={
            "value": _number(value),
            "set_by_id": actor.person_id,
            "set_at": timezone.now(),
        },
    )
    record(
        Action.THRESHOLD_SET,
        actor=actor,
        subject=("model", model.pk),
        portfolio_id=model.portfolio_id,
        after={"kpi": kpi, "bound": bound, "value": value},
    )
    return threshold


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation as error:
        raise Invalid(_("“{text}” is not a number.").format(text=text), field="value") from error
    if not number.is_finite() or number.copy_abs() > LARGEST:  # abs() rounds, and may overflow
        raise Invalid(
            _("“{text}” is not a finite number in range.").format(text=text), field="value"
        )
    return number.quantize(SMALLEST)


@transaction.atomic
def record_kpi(
    version: ModelVersion, *, kpi: str, value: str, observed_on: date, actor: Actor
) -> tuple[KpiReading, list[Alert]]:
    """Records one key figure of one day; a bound that it does not hold raises an alert.

    Raises:
        NotAllowed: may not here. WrongState: it never was live. Invalid: no number, or a day to
        come. Duplicate: this day has another value.
    """
    require(actor, Permission.KPI_RECORD, version)
    _refuse_too_early(version, observed_on)
    number = _number(value)
    reading, created = KpiReading.objects.get_or_create(
        version=version, kpi=kpi, observed_on=observed_on, defaults={"value": number}
    )
    if not created:
        _refuse_other_value(reading, number)
        return reading, list(reading.alerts.all())
    record(
        Action.KPI_RECORDED,
        actor=actor,
        subject=("version", version.pk),
        portfolio_id=version.model.portfolio_id,
        after={"kpi": kpi, "value": str(number), "observed_on": observed_on},
    )
    broken = [t for t in version.model.thresholds.filter(kpi=kpi) if _broken(t, number)]
    return reading, [_raise_alert(reading, threshold, actor) for threshold in broken]


def _refuse_too_early(version: ModelVersion, observed_on: date) -> None:
    if version.deployed_at is None:
        raise WrongState(
            _("Version {number} has never been live, so there is nothing to observe.").format(
                number=version.number
            ),
            remedy=_("Record the key figures of the version that is live."),
            field="version",
        )
    # A pipeline east of us may have tomorrow's date already.
    if observed_on > timezone.localdate() + timedelta(days=1):
        raise Invalid(
            _("{day} has not come yet.").format(day=observed_on),
            remedy=_("Send the day on which the figure was observed."),
            field="observed_on",
        )


def _refuse_other_value(reading: KpiReading, number: Decimal) -> None:
    if reading.value != number:
        raise Duplicate(
            _("{kpi} of {day} is recorded as {value} already.").format(
                kpi=reading.kpi, day=reading.observed_on, value=reading.value
            ),
            remedy=_("A recorded figure is never replaced; record the next day's."),
        )


def _broken(threshold: Threshold, number: Decimal) -> bool:
    if threshold.bound == Threshold.Bound.AT_LEAST:
        return number < threshold.value
    return number > threshold.value


def _raise_alert(reading: KpiReading, threshold: Threshold, actor: Actor) -> Alert:
    """Raises an alert, or returns the one that is open for this figure already."""
    alert, created = Alert.objects.get_or_create(
        version=reading.version,
        kpi=reading.kpi,
        bound=threshold.bound,
        closed_at=None,
        defaults={"reading": reading, "threshold": threshold.value, "value": reading.value},
    )
    if created:
        record(
            Action.ALERT_RAISED,
            actor=actor,
            subject=("alert", alert.pk),
            portfolio_id=reading.version.model.portfolio_id,
            after={
                "version": str(reading.version_id),
                "kpi": alert.kpi,
                "value": str(alert.value),
                "bound": alert.bound,
                "threshold": str(alert.threshold),
            },
        )
        enqueue("alert.raised", str(alert.pk), {"alert_id": str(alert.pk)})
    return alert


@transaction.atomic
def close_alert(alert_id: UUID, *, reason: str, actor: Actor) -> Alert:
    """Closes an alert with a reason.

    Raises:
        NotAllowed: may not here. Invalid: no reason. Conflict: closed before.
    """
    alert_by_id(actor, alert_id)
    alert = Alert.objects.select_for_update(of=("self",)).get(pk=alert_id)
    require(actor, Permission.ALERT_CLOSE, alert)
    if alert.closed_at:
        raise Conflict(_("This alert was closed before."))
    if not reason.strip():
        raise Invalid(_("Say why the alert can be closed."), field="reason")
    alert.closed_at = timezone.now()
    alert.closed_by_id = actor.person_id
    alert.closed_reason = reason
    alert.save(update_fields=["closed_at", "closed_by", "closed_reason"])
    record(
        Action.ALERT_CLOSED,
        actor=actor,
        subject=("alert", alert.pk),
        portfolio_id=alert.version.model.portfolio_id,
        personal={"reason": reason},
    )
    closed_by = str(actor.person_id or "")
    enqueue("alert.closed", str(alert.pk), {"alert_id": str(alert.pk), "closed_by": closed_by})
    return alert
