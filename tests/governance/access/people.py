"""The cast by name, and what they hold."""

from datetime import datetime, timedelta

from django.utils import timezone

from governance.access.models import Delegation, Person, Portfolio, RoleAssignment
from governance.access.operations import Holder, delegate
from governance.audit.models import AuditEntry
from workflows.management.cast import PORTFOLIO, actor_named


def person(username: str) -> Person:
    """Somebody of the cast."""
    return Person.objects.get(accounts__username=username)


def holder(username: str) -> Holder:
    """Somebody of the cast, as whom a role is given to."""
    return Holder(person=person(username))


def portfolio() -> Portfolio:
    """Where the cast holds its roles."""
    return Portfolio.objects.get(name=PORTFOLIO)


def held(username: str, role: str = "") -> RoleAssignment:
    """What somebody holds by name, not taken back."""
    rows = RoleAssignment.objects.filter(person=person(username), revoked_at=None)
    return rows.get(role=role) if role else rows.get()


def actions(kind: str, key: object) -> list[str]:
    """What the log says about a subject, in order."""
    rows = AuditEntry.objects.filter(subject_type=kind, subject_id=key).order_by("subject_seq")
    return list(rows.values_list("action", flat=True))


def soon(**parts: float) -> datetime:
    """Some time from now."""
    return timezone.now() + timedelta(**parts)


def lend(giver: str, deputy: str, **parts: object) -> Delegation:
    """Somebody names a deputy for a week, from now on."""
    facts = {"starts_at": timezone.now(), "ends_at": soon(days=7), "reason": "On leave"} | parts
    return delegate(person(deputy), **facts, actor=actor_named(giver))
