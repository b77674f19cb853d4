"""What somebody was told, and how they want to be told."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from governance.access.models import Person, User
from governance.actors import Actor
from governance.errors import NotFound
from workflows.notifications.models import Kind, Mail, MailLanguage, MailPreference, Notice, When

# What people get who chose nothing: what they must do at once, the rest once a day.
BY_DEFAULT = {
    kind: When.DAILY if kind in {Kind.MOVED, Kind.EXPIRED} else When.IMMEDIATELY for kind in Kind
}


@dataclass(frozen=True, slots=True)
class NoticeCounts:
    """How many notices somebody has, and how many of them they have not read."""

    total: int
    unread: int


def unread_count(actor: Actor) -> int:
    """How many notices this person has not read; stands in the bar of every page."""
    return Notice.objects.filter(person=actor.person_id, read_at=None).count()


def notice_counts(actor: Actor) -> NoticeCounts:
    """The numbers of the page of notices, whatever is narrowed."""
    found = Notice.objects.filter(person=actor.person_id).aggregate(
        total=Count("pk"), unread=Count("pk", filter=Q(read_at=None))
    )
    return NoticeCounts(**found)


def notices_for(actor: Actor, *, unread: bool = False, kind: str = "") -> QuerySet[Notice]:
    """What this person was told, newest first; nobody reads another's notices."""
    rows = Notice.objects.filter(person=actor.person_id)
    if unread:
        rows = rows.filter(read_at=None)
    return rows.filter(kind=kind) if kind else rows


def notice_by_id(actor: Actor, notice_id: UUID) -> Notice:
    """One notice of this person.

    Raises:
        NotFound: there is none, or it is another's.
    """
    if (found := notices_for(actor).filter(pk=notice_id).first()) is None:
        raise NotFound(_("There is no such notice for you."), remedy=_("Look at your notices."))
    return found


def preferences_of(person_id: UUID | None) -> dict[str, str]:
    """When a person wants mail, by kind."""
    chosen = MailPreference.objects.filter(person=person_id).values_list("kind", "when")
    return {kind.value: when.value for kind, when in BY_DEFAULT.items()} | dict(chosen)


def mail_language(person_id: UUID | None) -> str:
    """The language that a person chose for mail; empty when they did not."""
    chosen = MailLanguage.objects.filter(person=person_id).values_list("language", flat=True)
    return chosen.first() or ""


def language_of(person_id: UUID | None) -> str:
    """The language to write to a person in: chosen for mail, else an account's, the site's."""
    accounts = User.objects.filter(person=person_id, kind=User.Kind.PERSON).exclude(language="")
    found = mail_language(person_id) or accounts.values_list("language", flat=True).first()
    return found or settings.LANGUAGE_CODE


def address_of(person_id: UUID | None) -> str:
    """Where mail to a person goes."""
    rows = Person.objects.filter(pk__in=[person_id] if person_id else [])
    return rows.values_list("email", flat=True).first() or ""


def waiting_for_digest(before: datetime) -> QuerySet[Notice]:
    """Notices of before that moment which their people want once a day and have not got yet."""
    return Notice.objects.filter(mailing=When.DAILY, mail=None, created_at__lt=before)


def unsent(mail_id: UUID) -> Mail | None:
    """A mail that has not gone out, under its lock."""
    rows = Mail.objects.select_for_update(of=("self",)).select_related("person")
    return rows.filter(pk=mail_id, sent_at=None).first()
