"""Two administrators, what they agree to forget, and what lies in the past."""

from datetime import datetime, timedelta
from unittest.mock import patch
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from governance.access.models import Person
from governance.access.operations import Holder
from governance.audit import operations as audit
from governance.audit.actions import Action
from governance.audit.models import AuditEntry, AuditPersonalValue
from governance.audit.operations import record
from governance.trail.models import Erasure
from governance.trail.operations import request_erasure
from tests.stories import people
from workflows.management.cast import actor_named, give

LONG_AGO, LATELY = timedelta(days=4000), timedelta(days=400)
WHY = "Asked for under Article 17."


def two_administrators() -> None:
    """People with their roles, and Hanna as the second administrator."""
    people()
    hanna = Person.objects.get(accounts__username="hanna")
    give("administrator", Holder(person=hanna), reason="Second pair", conflict_reason="Small site")


def values_of(entry: AuditEntry) -> dict[str, str]:
    rows = AuditPersonalValue.objects.filter(entry=entry)
    return dict(rows.values_list("path", "value"))


def asked(entry: AuditEntry) -> Erasure:
    return request_erasure(entry_id=entry.pk, reason=WHY, actor=actor_named("alma"))


def dana() -> UUID:
    return Person.objects.get(accounts__username="dana").pk


def past_entry(
    ago: timedelta = LONG_AGO,
    action: Action = Action.VERSION_SUBMITTED,
    who: str = "dana",
    portfolio: UUID | None = None,
    subject: UUID | None = None,
) -> AuditEntry:
    """Record something of somebody's that lies in the past."""
    past = timezone.now() - ago

    class Clock:
        @staticmethod
        def now() -> datetime:
            return past

    with patch.object(audit, "timezone", Clock), transaction.atomic():
        written = record(
            action,
            actor=actor_named(who),
            subject=("version", subject or uuid4()),
            portfolio_id=portfolio,
            personal={"comment": "Ask Dana at home, 0170 1234567."},
        )
    return AuditEntry.objects.get(pk=written.id)
