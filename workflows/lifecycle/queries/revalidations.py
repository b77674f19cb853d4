"""What asks for the validation of a version that is used, and the exceptions that let one be."""

from collections.abc import Collection
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
from governance.inventory.states import State
from governance.reading import ReadEach, gathered, last_of
from workflows.cases.models import Revalidation, UseException
from workflows.lifecycle.digest import case_digest
from workflows.policies.definition import Validity

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


@ReadEach
def revalidations_of(version_ids: Collection[UUID]) -> dict[UUID, list[Revalidation]]:
    """Every validation of a version after the one that its approval rests on, newest first."""
    rows = Revalidation.objects.filter(version__in=version_ids).order_by("-case__opened_at")
    return gathered(version_ids, ((row.version_id, row) for row in _whole(rows)))


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


def route_digest(route: Any) -> str:  # noqa: ANN401 - plain JSON
    """SHA-256 over the settings of the targets of a version."""
    return case_digest({"route": route})


def next_validation(validity: Validity, since: datetime) -> date:
    """The day by which what is live since then is to be validated again."""
    return timezone.localdate(since) + timedelta(days=validity.review_after_days)
