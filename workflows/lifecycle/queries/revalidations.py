"""What asks for the validation of a version that is used, and the exceptions that let one be."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

import rfc8785
from django.db.models import OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.queries import visible_to
from governance.actors import Actor
from governance.errors import NotFound
from governance.inventory.models import ModelVersion
from governance.inventory.states import State
from governance.monitoring.models import Alert
from governance.reading import ReadEach, last_of, read_once
from workflows.cases.models import Revalidation, UseException
from workflows.lifecycle.digest import case_digest
from workflows.lifecycle.models import Decision
from workflows.lifecycle.queries.live_parts import approval_of
from workflows.policies.definition import Move, Trigger, Validity
from workflows.policies.queries import definition_of, policy_for
from workflows.targets.queries import route_facts

# How long before its time a validation is asked for again, at most; a quarter of a short period.
LEAD = timedelta(days=30)
# A version in one of these is used by nobody any more.
GONE = (State.SUPERSEDED, State.RETIRED, State.REJECTED, State.WITHDRAWN)

GOOD = (Revalidation.Outcome.VALIDATED, Revalidation.Outcome.WITH_FINDINGS)


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why a validation is due: `name` is the same however often it is looked at."""

    trigger: Revalidation.Trigger
    name: str
    due_on: date | None = None


def revalidation_by_id(actor: Actor, case_id: UUID) -> Revalidation:
    """One validation of what is used, by the id of its case.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    rows = visible_to(actor, Revalidation.objects.filter(case=case_id))
    if (found := _whole(rows).first()) is None:
        raise NotFound(_("There is no such validation that you can see."))
    return found


@read_once
def revalidations_of(version_id: UUID) -> list[Revalidation]:
    """Every validation of a version after the one that its approval rests on, newest first."""
    rows = Revalidation.objects.filter(version=version_id).order_by("-case__opened_at")
    return list(_whole(rows))


def _whole(rows: QuerySet[Revalidation]) -> QuerySet[Revalidation]:
    return rows.select_related(
        "case__policy_version__policy",
        "decided_by",
        "use_exception__granted_by",
        "use_exception__ended_by",
        "use_exception__role",
        "version__model__portfolio",
        "version__model__owner",
    )


@ReadEach
def exception_of(version_ids: Collection[UUID]) -> dict[UUID, UseException | None]:
    """The newest exception by which a version may be used before validation, ended or not."""
    rows = UseException.objects.filter(version__in=version_ids).order_by("granted_at")
    found = rows.select_related("granted_by", "role", "revalidation")
    return last_of(version_ids, ((row.version_id, row) for row in found))


def is_used_by_exception(exception: UseException | None) -> bool:
    """Whether an exception holds: it has not ended, or its validation was made meanwhile."""
    if exception is None:
        return False
    if exception.revalidation.outcome in GOOD:
        return True
    return exception.state == UseException.State.LIVE and exception.expires_at > timezone.now()


def holding_exceptions(version: OuterRef) -> QuerySet[UseException]:
    """The same as rows, within another query: the exceptions of a version that hold."""
    good = Q(revalidation__outcome__in=GOOD)
    lasting = Q(state=UseException.State.LIVE, expires_at__gt=timezone.now())
    return UseException.objects.filter(good | lasting, version=version)


def exception_part(exception: UseException) -> list[str]:
    """What a signature binds to of an exception: that it has ended is asked besides."""
    words = rfc8785.dumps([exception.limits, exception.reason])
    ends = exception.expires_at.isoformat()
    return [str(exception.pk), sha256(words).hexdigest(), ends]


def expired_exceptions() -> QuerySet[UseException]:
    """The exceptions whose time is over without a validation."""
    rows = UseException.objects.filter(state=UseException.State.LIVE)
    return rows.filter(expires_at__lte=timezone.now())


def left_behind() -> QuerySet[Revalidation]:
    """Open validations that nobody needs: of versions that are gone, or all is done about them."""
    rows = Revalidation.objects.filter(case__closed_at=None)
    gone = Q(version__state__in=[state.value for state in GONE])
    done = ~Q(outcome="") & ~Q(case__tasks__state="open")
    return rows.filter(gone | done).distinct()


# When it is due ----------------------------------------------------------------------------------
def occasion_of(version: ModelVersion) -> Occasion | None:
    """What asks for the validation of a live version now, as its policy in force says; or None."""
    known = revalidations_of(version.pk)
    if any(one.case.closed_at is None for one in known):
        return None
    validity = definition_of(policy_for(version.model)).moves[Move.APPROVE].validity
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
    lead = min(LEAD, timedelta(days=validity.review_after_days // 4))
    if timezone.localdate() >= due - lead:
        yield Occasion(Revalidation.Trigger.TIME, f"time:{due}", due)


def next_validation(validity: Validity, since: datetime) -> date:
    """The day by which what is live since then is to be validated again."""
    return timezone.localdate(since) + timedelta(days=validity.review_after_days)


def _by_breach(version: ModelVersion, validity: Validity, since: datetime) -> Iterator[Occasion]:
    """Whoever closes an alert says what was done about it, not that nobody need validate again."""
    if Trigger.BREACH not in validity.review_on:
        return
    alerts = Alert.objects.filter(version=version.pk, raised_at__gt=since).order_by("raised_at")
    for alert in alerts.values_list("pk", flat=True):
        yield Occasion(Revalidation.Trigger.BREACH, f"breach:{alert}")


def _by_change(version: ModelVersion, validity: Validity, _since: datetime) -> Iterator[Occasion]:
    if Trigger.CHANGE not in validity.review_on:
        return
    judged = [one.route_digest for one in revalidations_of(version.pk) if one.route_digest]
    before = judged[0] if judged else _approved_route(version)
    now = route_digest(route_facts(version))
    if before and before != now:
        # Changed there and back and there again, it is asked about again.
        yield Occasion(Revalidation.Trigger.CHANGE, f"change:{len(judged)}:{now}")


def _approved_route(version: ModelVersion) -> str:
    """The settings of its targets when it was approved."""
    if (approval := approval_of(version.pk)) is None:
        return ""
    signed = Decision.objects.filter(round=approval, digest=approval.digest)
    parts = signed.values_list("parts", flat=True).first()
    return route_digest(parts["route"]) if parts and "route" in parts else ""


def route_digest(route: Any) -> str:  # noqa: ANN401 - plain JSON
    """SHA-256 over the settings of the targets of a version."""
    return case_digest({"route": route})
