"""Which group of the identity provider gives which role, as a screen shows it."""

from django.db.models import Q, QuerySet

from governance.access.models import GroupMapping
from governance.access.permissions import Permission
from governance.access.queries.rights import can, portfolios_where, require_anywhere
from governance.actors import Actor


def group_mappings(actor: Actor) -> QuerySet[GroupMapping]:
    """All mappings where the actor may give roles, and those of the whole organisation.

    Raises:
        NotAllowed: the actor may give roles nowhere.
    """
    require_anywhere(actor, Permission.ASSIGNMENT_GRANT)
    rows = GroupMapping.objects.select_related("role", "portfolio", "added_by")
    if can(actor, Permission.ASSIGNMENT_GRANT):
        return rows.order_by("group", "role")
    places = portfolios_where(actor, Permission.ASSIGNMENT_GRANT)
    return rows.filter(Q(portfolio=None) | Q(portfolio__in=places)).order_by("group", "role")
