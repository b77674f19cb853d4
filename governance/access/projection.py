"""Where guardian is spoken to: assignments written as groups with rows on portfolios and models.

One group per role and scope. Its rows say what lists may show; the assignments stay the truth,
and `require` re-reads them. Never expanded per model, so a grant on a portfolio is a few rows.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import Group
from django.contrib.auth.models import Permission as DjangoPermission
from django.contrib.contenttypes.models import ContentType
from guardian.utils import get_group_obj_perms_model

from governance.access.models import Portfolio, Role, RoleAssignment, User
from governance.access.permissions import Permission

ORGANISATION = RoleAssignment.ScopeKind.ORGANISATION


def group_of(assignment: RoleAssignment) -> Group:
    """The group that stands for one role in one scope; made with its rows when it is new."""
    target = assignment.portfolio or assignment.model
    name = f"{assignment.role_id}@{target.pk if target else ORGANISATION}"
    group, created = Group.objects.get_or_create(name=name)
    if created:
        _write_rows(group, assignment.role, target)
    return group


def scopes_granting(account_id: UUID, permission: Permission) -> tuple[bool, set[UUID], set[UUID]]:
    """Where an account's groups give a permission: (everywhere, portfolio ids, model ids)."""
    groups = Group.objects.filter(user=account_id)
    if groups.filter(permissions__codename=permission).exists():
        return True, set(), set()
    return False, _granted(Portfolio, groups, permission), _granted(_model(), groups, permission)


def _granted(model: Any, groups: Iterable[Group], permission: Permission) -> set[UUID]:
    rows = _rows(model).filter(group__in=groups, permission__codename=permission)
    return set(rows.values_list("content_object_id", flat=True))


def _rows(place: Any) -> Any:
    """guardian's rows for a portfolio or a model; guardian tells no types."""
    rows: Any = get_group_obj_perms_model(place)
    return rows.objects


def _write_rows(group: Group, role: Role, target: Any) -> None:
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


def project_members(assignments: Iterable[RoleAssignment], *, at_all: bool) -> None:
    """Puts the accounts behind assignments into their groups, or (`at_all` false) out of them."""
    for assignment in assignments:
        accounts = accounts_of(assignment)
        members = group_of(assignment).user_set
        members.add(*accounts) if at_all else members.remove(*accounts)


def accounts_of(assignment: RoleAssignment) -> list[User]:
    """The active accounts that an assignment reaches: a person's, a team's, or the one service."""
    if (account := assignment.account) is not None:
        return [account] if account.is_active else []
    people = assignment.team.members.all() if assignment.team else [assignment.person]
    return list(User.objects.filter(person__in=people, kind=User.Kind.PERSON, is_active=True))


def _model() -> Any:  # noqa: ANN401 - lives above us, known by name only
    return apps.get_model("governance", "RegisteredModel")
