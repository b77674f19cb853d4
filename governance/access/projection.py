"""Where guardian is spoken to: assignments written as groups with rows on portfolios and models.

One group per role and scope, for what speaks guardian. The assignments stay the truth: lists and
`require` read those. Never expanded per model, so a grant on a portfolio is a few rows.
"""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as DjangoPermission
from django.contrib.contenttypes.models import ContentType
from guardian.models import GroupObjectPermission, UserObjectPermission
from guardian.utils import get_group_obj_perms_model

from governance.access.models import (
    Portfolio,
    PortfolioGroupPermission,
    Role,
    RoleAssignment,
    User,
)

ORGANISATION = RoleAssignment.ScopeKind.ORGANISATION


def group_of(assignment: RoleAssignment) -> Group:
    """The group that stands for one role in one scope; made with its rows when it is new."""
    group, created = Group.objects.get_or_create(name=name_of(assignment))
    if created:
        _write_rows(group, assignment.role, assignment.portfolio or assignment.model)
    return group


def name_of(assignment: RoleAssignment) -> str:
    """What the group of a role in a scope is called."""
    place = assignment.portfolio_id or assignment.model_id or ORGANISATION
    return f"{assignment.role_id}@{place}"


def _rows(place: Any) -> Any:  # noqa: ANN401 - guardian tells no types
    """guardian's rows for a portfolio or a model."""
    rows: Any = get_group_obj_perms_model(place)
    return rows.objects


def _write_rows(group: Group, role: Role, target: Any) -> None:  # noqa: ANN401 - see _rows
    names = role.permissions.values_list("permission", flat=True)
    kind = ContentType.objects.get_for_model(type(target) if target else Portfolio)
    permissions = DjangoPermission.objects.filter(content_type=kind, codename__in=names)
    if target is None:
        group.permissions.set(permissions)
        return
    rows = _rows(target)
    rows.filter(group=group, content_object=target).exclude(permission__in=permissions).delete()
    for permission in permissions:
        rows.get_or_create(group=group, content_object=target, permission=permission)


def rewrite_role(role: Role) -> None:
    """Writes the rows of every group of a role anew, after what it gives has changed."""
    of_role = RoleAssignment.objects.filter(role=role).select_related("portfolio", "model")
    places = {name_of(row): row.portfolio or row.model for row in of_role}
    for group in Group.objects.filter(name__in=places):
        _write_rows(group, role, places[group.name])


def rewrite_group(group: Group, assignment: RoleAssignment) -> None:
    """Writes the rows of one group anew, and takes away those for other places."""
    place = assignment.portfolio or assignment.model
    for rows in (PortfolioGroupPermission.objects, _model_rows()):
        rows.filter(group=group).delete()
    group.permissions.clear()
    _write_rows(group, assignment.role, place)


def rows_wanted(assignment: RoleAssignment) -> set[str]:
    """What the group of an assignment should permit, as `permission@place`."""
    place = assignment.portfolio_id or assignment.model_id or ORGANISATION
    return {f"{row.permission}@{place}" for row in assignment.role.permissions.all()}


def rows_of(group: Group) -> set[str]:
    """What a group permits, as `permission@place`."""
    found = {f"{one.codename}@{ORGANISATION}" for one in group.permissions.all()}
    for rows in (PortfolioGroupPermission.objects, _model_rows()):
        pairs = rows.filter(group=group).values_list("permission__codename", "content_object")
        found |= {f"{name}@{place}" for name, place in pairs}
    return found


def personal_rows() -> list[str]:
    """Accounts with rights beside all groups, and generic tables of guardian with rows in them."""
    own = User.objects.filter(user_permissions__isnull=False).distinct()
    generic = (UserObjectPermission, GroupObjectPermission)
    tables = [rows.__name__ for rows in generic if rows.objects.exists()]
    return [*own.order_by("username").values_list("username", flat=True), *tables]


def remove_personal_rows() -> None:
    """Takes away what stands beside the groups."""
    User.user_permissions.through.objects.all().delete()
    for rows in (UserObjectPermission, GroupObjectPermission):
        rows.objects.all().delete()


def _model_rows() -> Any:  # noqa: ANN401 - the table lives above us, beside its model
    models: Any = apps.get_model("governance", "RegisteredModel")
    rows: Any = get_group_obj_perms_model(models)
    return rows.objects
