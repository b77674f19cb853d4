"""The business calendars that due times count in."""

from datetime import date

from django.utils.translation import gettext as _

from governance.errors import NotFound
from workflows.policies.calendars import Calendar
from workflows.policies.models import BusinessCalendar, PolicyVersion
from workflows.policies.queries.wordings import definition_of


def calendar_of(version: PolicyVersion) -> Calendar:
    """The business calendar that the due times of a wording count in."""
    return calendar_named(definition_of(version).calendar)


def calendar_named(name: str) -> Calendar:
    """A business calendar by name.

    Raises:
        NotFound: there is none.
    """
    if (row := BusinessCalendar.objects.filter(name=name).first()) is None:
        raise NotFound(
            _("There is no business calendar {name}.").format(name=name),
            remedy=_("Choose one of the calendars on the page of policies."),
            field="calendar",
        )
    days = {date.fromisoformat(day): title for day, title in row.holidays.items()}
    return Calendar(row.name, frozenset(row.weekend), days)


def calendars() -> list[tuple[str, str]]:
    """The business calendars: name and title."""
    return [(row.name, str(row)) for row in BusinessCalendar.objects.all()]


def calendar_title(name: str) -> str:
    """What a business calendar is called."""
    return str(BusinessCalendar.objects.get(name=name))
