"""The deadlines of whoever a secret address belongs to."""

import hashlib
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from governance.access.models import User
from governance.access.queries import person_actor
from governance.errors import NotFound
from workflows.lifecycle.queries import tasks_waiting_for
from workflows.notifications.calendar_format import Deadline, written
from workflows.notifications.models import CalendarFeed
from workflows.notifications.queries import language_of
from workflows.notifications.queries.telling import asked_of

MOST = 500


def digest_of(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def calendar_of(secret: str) -> str:
    """The calendar behind a secret address, in the language of its owner; titles only.

    Raises:
        NotFound: no such address, or it was revoked, or its owner is gone.
    """
    feed = CalendarFeed.objects.filter(digest=digest_of(secret), person__active=True).first()
    rows = User.objects.filter(kind=User.Kind.PERSON, is_active=True).select_related("person")
    account = rows.filter(person=feed.person_id).first() if feed else None
    if account is None:
        raise NotFound(
            _("There is no such calendar."),
            remedy=_("Make a new address on the page “What reaches you”."),
        )
    with override(language_of(account.person_id)):
        tasks = tasks_waiting_for(person_actor(account)).filter(due_at__isnull=False)[:MOST]
        return written(
            _("Foureyes deadlines"),
            (
                Deadline(
                    uid=str(task.pk),
                    title=str(asked_of(task)),
                    due_at=task.due_at,
                    stamp=task.opened_at,
                    url=settings.SITE_URL
                    + reverse(
                        "version", args=[task.case.version.model.name, task.case.version.number]
                    ),
                )
                for task in tasks
                if task.due_at
            ),
        )


def has_calendar(person_id: UUID | None) -> bool:
    """Whether a person has an address at present."""
    return CalendarFeed.objects.filter(person=person_id).exists()
