"""What of access waits for a person, as lines of the inbox: reviews, proposals, emergencies."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.access.queries import Duty, duties_of
from governance.actors import Actor
from governance.templatetags.foureyes import day, moment


@dataclass(frozen=True, slots=True)
class DutyRow:
    """One line: what it is, why it is here, where it is done. `icon` and `tone` as in marks."""

    title: str
    why: str
    url: str
    verb: str
    icon: str
    tone: str
    since: datetime
    due_at: datetime | None = None


def duties_waiting(actor: Actor) -> int:
    """How many can be done now: an emergency is reviewed when it is over."""
    return sum(duty.running is None for duty in duties_of(actor))


def duty_rows(actor: Actor) -> list[DutyRow]:
    """The lines, emergencies first."""
    return [ROWS[duty.kind](duty) for duty in duties_of(actor)]


def _emergency(duty: Duty) -> DutyRow:
    why = _("It is over: somebody else than {name} says what came of it.").format(name=duty.title)
    if duty.running:
        why = _("It runs until {at}; your review is asked for when it is over.").format(
            at=moment(duty.running)
        )
    title = _("Emergency access of {name}").format(name=duty.title)
    return DutyRow(title, why, reverse("emergencies"), _("Review"), "bad", "bad", duty.since)


def _review(duty: Duty) -> DutyRow:
    why = ngettext(
        "{n} grant waits for your word; what nobody decides by the deadline is removed.",
        "{n} grants wait for your word; what nobody decides by the deadline is removed.",
        duty.number,
    ).format(n=duty.number)
    if duty.reminded_at:
        why += " " + _("You were reminded on {at}.").format(at=day(duty.reminded_at))
    title = _("Access review: {title}").format(title=duty.title)
    url = reverse("access_review", args=[duty.key])
    tone = "warn" if duty.reminded_at else "info"
    return DutyRow(title, why, url, _("Decide"), "people", tone, duty.since, duty.due_at)


def _proposal(duty: Duty) -> DutyRow:
    title = ngettext("{n} proposed grant", "{n} proposed grants", duty.number).format(n=duty.number)
    why = _("Another administrator proposed a role that takes two; you confirm or decline.")
    return DutyRow(title, why, reverse("proposals"), _("Look"), "people", "info", duty.since)


ROWS = {"emergency": _emergency, "review": _review, "proposal": _proposal}
