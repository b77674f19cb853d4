"""The secret address of somebody's deadlines: made, made anew, revoked."""

import secrets

from django.db import transaction
from django.utils import timezone

from governance.access.models import Person
from governance.access.queries import person_of
from governance.actors import Actor
from workflows.notifications.models import CalendarFeed
from workflows.notifications.queries.calendar import digest_of


@transaction.atomic
def make_calendar(*, actor: Actor) -> str:
    """Gives the actor a secret for their calendar; the one before it opens nothing any more.

    It is shown once: only its hash is kept.
    """
    person = Person.objects.select_for_update().get(pk=person_of(actor))
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person=person, defaults={"digest": digest_of(secret), "created_at": timezone.now()}
    )
    return secret


@transaction.atomic
def revoke_calendar(*, actor: Actor) -> bool:
    """Takes the actor's address back; returns whether there was one."""
    deleted, _rows = CalendarFeed.objects.filter(person=person_of(actor)).delete()
    return bool(deleted)
