"""Whether anybody could satisfy a policy, from the roles and people of its places."""

from collections.abc import Iterable

from governance.access.models import Portfolio
from governance.access.permissions import Permission
from governance.access.queries import holdings_in, roles
from governance.inventory.models import RegisteredModel
from workflows.policies.definition import Definition
from workflows.policies.feasibility import House, Site, unsatisfiable
from workflows.policies.models import BusinessCalendar, Policy
from workflows.policies.plain_reader import Problem


def site_of(policy: Policy) -> Site:
    """What a policy is held against: roles, calendars, and the people of its places."""
    permits = {
        role.pk: frozenset(row.permission for row in role.permissions.all()) for role in roles()
    }
    builders = {role for role, given in permits.items() if Permission.VERSION_CREATE in given}
    places = _places(policy)
    return Site(
        permits=permits,
        calendars=frozenset(BusinessCalendar.objects.values_list("name", flat=True)),
        houses=tuple(_house(place, builders) for place in places),
    )


def unsatisfied(policy: Policy, definition: Definition) -> list[Problem]:
    """Why nobody could satisfy a definition where a policy holds; empty when people can."""
    return unsatisfiable(definition, site_of(policy))


def _places(policy: Policy) -> Iterable[Portfolio | RegisteredModel]:
    """Where a policy is lived: its model, its portfolio, or every portfolio with such models."""
    if policy.model is not None:
        return [policy.model]
    if policy.portfolio is not None:
        return [policy.portfolio]
    return Portfolio.objects.filter(models__tier=policy.tier).distinct()


def _house(place: Portfolio | RegisteredModel, builders: set[str]) -> House:
    holders = holdings_in(place)
    developers = frozenset(person for person, held in holders.items() if held & builders)
    return House(place.title, holders, developers)
