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
from workflows.policies.models import BusinessCalendar

MOST_HOLIDAYS = 1000
WEEK = range(7)


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
        NotAllowed: may not. Invalid: no title, a day that is none, or a week without work.
    """
    require(actor, Permission.POLICY_ENFORCE)
    days = set(weekend)
    if not title.strip():
        raise Invalid(_("A calendar needs a title."), field="title")
    if not days < set(WEEK):
        raise Invalid(_("Name one to six days of the week, or none."), field="weekend")
    if len(holidays) > MOST_HOLIDAYS:
        raise Invalid(_("At most {most} fit here.").format(most=MOST_HOLIDAYS), field="holidays")
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
