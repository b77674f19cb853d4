"""Whether a site has enough administrators, and what is blocked while it has not."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from governance.access.models import RoleAssignment
from governance.access.queries.rights import live_assignments

ADMINISTRATOR = "administrator"
ENOUGH_ADMINISTRATORS = 2


@dataclass(frozen=True, slots=True)
class Blocked:
    """What a site cannot do with so few administrators, and how to mend it."""

    administrators: int
    what: tuple[str, ...]
    remedy: str


def administrating() -> QuerySet[RoleAssignment]:
    """The live assignments that make somebody administrator of the whole organisation."""
    everywhere = RoleAssignment.ScopeKind.ORGANISATION
    rows = live_assignments().filter(role=ADMINISTRATOR, scope_kind=everywhere)
    return rows.exclude(source=RoleAssignment.Source.BREAK_GLASS)


def administrators(*, without: list[UUID] | None = None) -> set[UUID]:
    """The active people who administer the whole organisation now, emergencies left out."""
    rows = administrating().exclude(pk__in=without or [])
    found = set(rows.filter(person__active=True).values_list("person", flat=True))
    by_team = rows.filter(team__members__active=True)
    return found | set(by_team.values_list("team__members", flat=True))


def blocked_by_lone_administrator() -> Blocked | None:
    """What stands still while fewer than two people administer the site; None when all is well."""
    number = len(administrators())
    if number >= ENOUGH_ADMINISTRATORS:
        return None
    return Blocked(
        administrators=number,
        what=(
            _("Sensitive roles cannot be given: nobody is there to confirm them."),
            _("The administrator's own role cannot be reviewed by anybody."),
            _("A policy cannot be put in force by another one than who drafted it."),
        ),
        remedy=_("Name another administrator: grant the role to somebody in the organisation.")
        if number
        else _("At the server: manage.py name_administrator ACCOUNT --reason REASON"),
    )
