"""When what is live is due for another validation, by its policy in force: one, or many at once."""

from collections.abc import Collection, Iterator
from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from governance.errors import Invalid
from governance.inventory.models import ModelVersion
from governance.inventory.queries import artifacts_of
from governance.inventory.states import State
from governance.monitoring.models import Alert
from governance.reading import ReadEach, gathered, one_reading
from workflows.cases.models import Revalidation
from workflows.lifecycle.models import Decision
from workflows.lifecycle.queries.live_parts import approval_of
from workflows.lifecycle.queries.revalidations import (
    Occasion,
    next_validation,
    revalidations_of,
    route_digest,
)
from workflows.policies.definition import Move, Trigger, Validity
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.queries import definition_of, policies_for, policy_for
from workflows.targets.queries import route_facts, route_through

# How long before its time a validation is asked for again, at most; a quarter of a short period.
LEAD = timedelta(days=30)


# Which may be due --------------------------------------------------------------------------------
def versions_perhaps_due() -> list[UUID]:
    """The live versions that some wording in force may ask for by now. One query.

    Time and alerts are asked of the database. What would go to the targets is only known by looking
    at it, so that where a policy asks by change, `versions_due` has to look at every version.
    """
    wordings = PolicyVersion.objects.select_related("policy")
    asking = Q(pk__in=())
    for wording in wordings.filter(state=PolicyVersion.State.IN_FORCE):
        validity = definition_of(wording).moves[Move.APPROVE].validity
        asking |= _in_place(wording.policy) & _asked_by(validity)
    under_way = Revalidation.objects.filter(version=OuterRef("pk"), case__closed_at=None)
    live = ModelVersion.objects.filter(~Exists(under_way), asking, state=State.DEPLOYED.value)
    return list(live.order_by("pk").values_list("pk", flat=True))


def _in_place(policy: Policy) -> Q:
    if policy.model_id:
        return Q(model=policy.model_id, model__tier=policy.tier)
    place = {"model__portfolio": policy.portfolio_id} if policy.portfolio_id else {}
    return Q(model__tier=policy.tier, **place)


def _asked_by(validity: Validity) -> Q:
    if Trigger.CHANGE in validity.review_on:
        return Q()
    asking = Q(pk__in=())
    if Trigger.BREACH in validity.review_on:
        alerts = Alert.objects.filter(version=OuterRef("pk"), raised_at__gt=OuterRef("deployed_at"))
        asking |= Q(Exists(alerts.filter(~_judged_since(OuterRef("raised_at")))))
    if Trigger.TIME in validity.review_on and validity.review_after_days:
        before = _latest_due(validity)
        asking |= Q(~_judged_since(before, "pk"), deployed_at__lt=before)
    return asking


def _judged_since(moment: object, version: str = "version") -> Exists:
    rows = Revalidation.objects.filter(version=OuterRef(version), decided_at__gte=moment)
    return Exists(rows)


def _latest_due(validity: Validity) -> datetime:
    """Before when a version must have begun to run to be due by now."""
    days = timedelta(days=validity.review_after_days) - _lead(validity) - timedelta(days=1)
    return timezone.make_aware(datetime.combine(timezone.localdate() - days, time.min))


# Which are ---------------------------------------------------------------------------------------
def versions_due(version_ids: Collection[UUID]) -> list[UUID]:
    """Which of these live versions are due. The number of queries does not grow with them."""
    rows = ModelVersion.objects.select_related("model__portfolio").filter(pk__in=version_ids)
    versions = list(rows)
    models = {version.model_id: version.model for version in versions}
    wordings = policies_for(models.values())
    with one_reading():
        route_through.ahead({model.portfolio_id for model in models.values()})
        for reading in (revalidations_of, _alerts_of, _approved_route, artifacts_of):
            reading.ahead(version_ids)
        return [one.pk for one in versions if _is_due(one, wordings[one.model_id])]


def _is_due(version: ModelVersion, wording: PolicyVersion) -> bool:
    """One whose targets can give no files is told of in its own turn, not in that of others."""
    try:
        return _occasion(version, wording) is not None
    except Invalid:
        return True


def occasion_of(version: ModelVersion) -> Occasion | None:
    """What asks for the validation of a live version now, as its policy in force says; or None."""
    return _occasion(version, policy_for(version.model))


def _occasion(version: ModelVersion, wording: PolicyVersion) -> Occasion | None:
    known = revalidations_of(version.pk)
    if any(one.case.closed_at is None for one in known):
        return None
    validity = definition_of(wording).moves[Move.APPROVE].validity
    last = max((one.decided_at for one in known if one.decided_at), default=None)
    since = max(filter(None, (last, version.deployed_at)), default=None)
    if since is None:
        return None
    ways = (_by_breach, _by_change, _by_time)
    found = (occasion for way in ways for occasion in way(version, validity, since))
    asked = {one.occasion for one in known}
    return next((occasion for occasion in found if occasion.name not in asked), None)


def _by_time(_v: ModelVersion, validity: Validity, since: datetime) -> Iterator[Occasion]:
    if Trigger.TIME not in validity.review_on or not validity.review_after_days:
        return
    due = next_validation(validity, since)
    if timezone.localdate() >= due - _lead(validity):
        yield Occasion(Revalidation.Trigger.TIME, f"time:{due}", due)


def _lead(validity: Validity) -> timedelta:
    return min(LEAD, timedelta(days=validity.review_after_days // 4))


def _by_breach(version: ModelVersion, validity: Validity, since: datetime) -> Iterator[Occasion]:
    """Whoever closes an alert says what was done about it, not that nobody need validate again."""
    if Trigger.BREACH not in validity.review_on:
        return
    for alert in _alerts_of(version.pk):
        if alert.raised_at > since:
            yield Occasion(Revalidation.Trigger.BREACH, f"breach:{alert.pk}")


@ReadEach
def _alerts_of(version_ids: Collection[UUID]) -> dict[UUID, list[Alert]]:
    """The alerts of a version since it is live, oldest first."""
    rows = Alert.objects.filter(version__in=version_ids).order_by("raised_at")
    since = rows.filter(Q(version__deployed_at=None) | Q(raised_at__gt=F("version__deployed_at")))
    return gathered(
        version_ids, ((row.version_id, row) for row in since.only("version", "raised_at"))
    )


def _by_change(version: ModelVersion, validity: Validity, _since: datetime) -> Iterator[Occasion]:
    if Trigger.CHANGE not in validity.review_on:
        return
    judged = [one.route_digest for one in revalidations_of(version.pk) if one.route_digest]
    before = judged[0] if judged else _approved_route(version.pk)
    now = route_digest(route_facts(version))
    if before and before != now:
        # Changed there and back and there again, it is asked about again.
        yield Occasion(Revalidation.Trigger.CHANGE, f"change:{len(judged)}:{now}")


@ReadEach
def _approved_route(version_ids: Collection[UUID]) -> dict[UUID, str]:
    """The settings of the targets of a version when it was approved."""
    approvals = approval_of.of(version_ids)
    rounds = {one.pk: one for one in approvals.values() if one}
    signed: QuerySet[Decision] = Decision.objects.filter(round__in=rounds)
    said = signed.order_by("-pk").values_list("round", "digest", "parts")
    parts = {pk: told for pk, digest, told in said if digest == rounds[pk].digest}
    return {
        key: route_digest(told["route"])
        if one and (told := parts.get(one.pk)) and "route" in told
        else ""
        for key, one in approvals.items()
    }
