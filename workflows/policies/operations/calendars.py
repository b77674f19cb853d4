"""Business calendars: which days are not worked."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import NAMESPACE_OID, uuid5

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Invalid
from workflows.policies.calendars import LONGEST_REST, Calendar
from workflows.policies.models import BusinessCalendar

MOST_HOLIDAYS = 1000
WEEK = range(7)
YEARS = range(1900, 3000)


@transaction.atomic
def set_calendar(
    name: str,
    *,
    title: str,
    weekend: Collection[int],
    holidays: Mapping[date, str],
    actor: Actor,
) -> BusinessCalendar:
    """Writes a business calendar, a new one or one that is there; due times set before stay.

    Raises:
        NotAllowed: may not. Invalid: no title, a day that is none, or so long without work that
        nothing could fall due.
    """
    require(actor, Permission.POLICY_ENFORCE)
    days = set(weekend)
    if not title.strip():
        raise Invalid(_("A calendar needs a title."), field="title")
    if not days < set(WEEK):
        raise Invalid(_("Name one to six days of the week, or none."), field="weekend")
    _refuse_bad(Calendar(name, frozenset(days), holidays))
    calendar, _made = BusinessCalendar.objects.update_or_create(
        name=name,
        defaults={
            "title": title.strip(),
            "weekend": sorted(days),
            "holidays": {day.isoformat(): word for day, word in sorted(holidays.items())},
        },
    )
    record(
        Action.CALENDAR_SET,
        actor=actor,
        subject=("calendar", uuid5(NAMESPACE_OID, name)),
        after={"name": name, "weekend": sorted(days), "holidays": sorted(map(str, holidays))},
    )
    return calendar


def _refuse_bad(calendar: Calendar) -> None:
    """Every deadline of the site counts on some business day to come."""
    if len(calendar.holidays) > MOST_HOLIDAYS:
        raise Invalid(_("At most {most} fit here.").format(most=MOST_HOLIDAYS), field="holidays")
    if strange := [day for day in calendar.holidays if day.year not in YEARS]:
        raise Invalid(
            _("{day} lies too far away.").format(day=min(strange)),
            remedy=_("Name days from 1900 to 2999."),
            field="holidays",
        )
    for first, last in calendar.rests():
        if (last - first).days >= LONGEST_REST:
            raise Invalid(
                _("Nobody would work from {first} to {last}, so nothing could fall due.").format(
                    first=first, last=last
                ),
                remedy=_("Leave a business day in every year."),
                field="holidays",
            )
