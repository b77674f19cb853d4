"""The projection to guardian's rows, held against the assignments, and written anew.

For an operator who restored a backup, edited a table by hand, or was told by a check that the two
differ. The assignments are the truth; what the product decides by never reads the projection.
"""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.models import Group
from django.db import transaction

from governance.access.membership import members_by_group
from governance.access.models import RoleAssignment, User
from governance.access.projection import (
    group_of,
    name_of,
    personal_rows,
    remove_personal_rows,
    rewrite_group,
    rows_of,
    rows_wanted,
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One group, or one account, that does not say what the assignments say."""

    where: str
    what: str


def check_projection() -> list[Difference]:
    """Every difference between the assignments and guardian's rows; nothing when both are equal."""
    known = {name_of(row): row for row in _assignments()}
    groups = {group.name: group for group in Group.objects.prefetch_related("user_set")}
    found = [Difference(name, "group is missing") for name in sorted(set(known) - set(groups))]
    wanted = members_by_group()
    for name, group in sorted(groups.items()):
        found += _in_group(group, known.get(name), wanted.get(name, set()))
    return [*found, *(Difference(where, "right beside all groups") for where in personal_rows())]


def _assignments() -> list[RoleAssignment]:
    rows = RoleAssignment.objects.select_related("role", "portfolio", "model", "team", "account")
    return list(rows.prefetch_related("role__permissions"))


def _in_group(
    group: Group, assignment: RoleAssignment | None, wanted: set[UUID]
) -> list[Difference]:
    found = []
    members = {user.pk for user in group.user_set.all()}
    names = dict(User.objects.filter(pk__in=members ^ wanted).values_list("pk", "username"))
    found += [Difference(group.name, f"{names[pk]} is missing") for pk in wanted - members]
    found += [Difference(group.name, f"{names[pk]} is too many") for pk in members - wanted]
    permitted = rows_wanted(assignment) if assignment else set()
    present = rows_of(group)
    found += [Difference(group.name, f"{row} is missing") for row in sorted(permitted - present)]
    found += [Difference(group.name, f"{row} is too many") for row in sorted(present - permitted)]
    return found


@transaction.atomic
def rebuild_projection() -> list[Difference]:
    """Writes the projection anew where it differs; returns what differed. Twice is once.

    Groups that stand for no assignment are taken away, and so is every right beside the groups.
    """
    found = check_projection()
    if not found:
        return []
    known = {name_of(row): row for row in _assignments()}
    wanted = members_by_group()
    Group.objects.exclude(name__in=known).delete()
    for name, assignment in known.items():
        group = group_of(assignment)
        rewrite_group(group, assignment)
        group.user_set.set(User.objects.filter(pk__in=wanted.get(name, set())))
    remove_personal_rows()
    return found
