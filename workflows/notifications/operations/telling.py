"""Telling people of an event once each, and what they do with it."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.models import Person
from governance.access.queries import person_of
from governance.actors import Actor
from governance.errors import Invalid
from governance.outbox.claims import Claim
from governance.outbox.operations import enqueue
from governance.sentences import kept
from workflows.notifications.models import Kind, Mail, MailLanguage, MailPreference, Notice, When
from workflows.notifications.operations.channels import post_to_channels
from workflows.notifications.queries import notice_by_id, notices_for, preferences_of
from workflows.notifications.queries.telling import Telling, telling_of


@transaction.atomic
def notify(claim: Claim) -> dict[str, int]:
    """Handler of `people.notify`: whoever the event concerns finds a notice, and mail if they want.

    Channels that take such an event are posted to as well. Called twice it tells nobody twice: one
    row a person and event, one a channel and event.
    """
    claim.heartbeat()
    event, about = claim.payload["event"], claim.payload["about"]
    tellings = telling_of(event, about)
    told = [
        _tell(person, telling, f"{event}:{about}")
        for telling in tellings
        for person in telling.people
    ]
    posted = [post_to_channels(telling, f"{event}:{about}") for telling in tellings]
    return {"told": sum(told), "posted": sum(posted)}


def _tell(person: Person, telling: Telling, event: str) -> bool:
    when = preferences_of(person.pk)[telling.kind]
    notice, new = Notice.objects.get_or_create(
        person=person,
        event=event,
        defaults={
            "kind": telling.kind,
            "kept_title": kept(telling.title),
            "kept_text": kept(telling.text),
            "kept_reason": kept(telling.reason),
            "link": telling.link,
            "due_at": telling.due_at,
            "mailing": when,
        },
    )
    if new and when == When.IMMEDIATELY:
        mail = Mail.objects.create(person=person)
        notice.mail = mail
        notice.save(update_fields=["mail"])
        enqueue("mail.send", str(mail.pk), {"mail_id": str(mail.pk)})
    return new


@transaction.atomic
def mark_notice_read(notice_id: UUID, *, actor: Actor) -> Notice:
    """Takes one notice as read; the first time counts.

    Raises:
        NotFound: there is none, or it is another's.
    """
    notice = notice_by_id(actor, notice_id)
    if notice.read_at is None:
        notice.read_at = timezone.now()
        notice.save(update_fields=["read_at"])
    return notice


@transaction.atomic
def mark_notices_read(notice_ids: Sequence[UUID] | None = None, *, actor: Actor) -> int:
    """Takes these notices as read, or all of the actor's; returns how many were not before."""
    rows = notices_for(actor, unread=True)
    if notice_ids is not None:
        rows = rows.filter(pk__in=notice_ids)
    return rows.update(read_at=timezone.now())


@transaction.atomic
def set_mail_preferences(chosen: Mapping[str, str], *, language: str, actor: Actor) -> None:
    """Says when the actor wants mail, by kind of notice, and in which language.

    It holds from the next notice on. Notices on the site are always made.

    Raises:
        Invalid: an unknown kind, time or language.
    """
    person = Person.objects.select_for_update().get(pk=person_of(actor))
    if set(chosen) - set(Kind.values) or set(chosen.values()) - set(When.values):
        raise Invalid(_("There is no such kind of notice, or no such time for it."))
    if language and language not in dict(settings.LANGUAGES):
        raise Invalid(_("There is no such language here."), field="language")
    for kind, when in chosen.items():
        MailPreference.objects.update_or_create(person=person, kind=kind, defaults={"when": when})
    if language:
        MailLanguage.objects.update_or_create(person=person, defaults={"language": language})
    else:
        MailLanguage.objects.filter(person=person).delete()
