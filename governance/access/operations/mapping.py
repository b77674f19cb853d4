"""Which group of the identity provider gives which role, at each sign-in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.models import GroupMapping, Role
from governance.access.permissions import Permission
from governance.access.queries.rights import person_of, require
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Duplicate, Invalid, NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from governance.access.models import Portfolio
    from governance.actors import Actor


@transaction.atomic
def add_group_mapping(
    group: str,
    role: str,
    *,
    portfolio: Portfolio | None = None,
    provider: str = "sso",
    actor: Actor,
) -> GroupMapping:
    """Lets a group give a role, in a portfolio or everywhere, from its members' next sign-in.

    Raises:
        NotAllowed: the actor may not grant there. Invalid: no group, no such role, or a sensitive
        one. Duplicate: it is mapped already.
    """
    require(actor, Permission.ASSIGNMENT_GRANT, portfolio)
    if not group.strip():
        raise Invalid(_("Name the group as the provider does."), field="group")
    _refuse_unfit(role)
    mapping, made = GroupMapping.objects.get_or_create(
        provider=provider,
        group=group.strip(),
        role_id=role,
        portfolio=portfolio,
        defaults={"added_by_id": person_of(actor)},
    )
    if not made:
        raise Duplicate(_("This group gives this role here already."), field="group")
    _record(Action.GROUP_MAPPING_ADDED, mapping, actor)
    return mapping


def _refuse_unfit(name: str) -> None:
    role = Role.objects.filter(pk=name).first()
    if role is None:
        raise Invalid(_("There is no role {role}.").format(role=name), field="role")
    if role.sensitive:
        raise Invalid(
            _("{role} is sensitive: two administrators give it, not a group.").format(role=role),
            remedy=_("Grant it to each person."),
            field="role",
        )


@transaction.atomic
def remove_group_mapping(mapping_id: UUID, *, actor: Actor) -> None:
    """Ends what a group gives; its members lose the role at their next sign-in.

    Raises:
        NotFound: there is no such mapping. NotAllowed: the actor may not take back there.
    """
    mapping = GroupMapping.objects.select_for_update(of=("self",)).filter(pk=mapping_id).first()
    if mapping is None:
        raise NotFound(_("There is no such mapping."))
    require(actor, Permission.ASSIGNMENT_REVOKE, mapping.portfolio)
    _record(Action.GROUP_MAPPING_REMOVED, mapping, actor)
    mapping.delete()


def _record(action: Action, mapping: GroupMapping, actor: Actor) -> None:
    record(
        action,
        actor=actor,
        subject=("group_mapping", mapping.pk),
        portfolio_id=mapping.portfolio_id,
        after={"provider": mapping.provider, "group": mapping.group, "role": mapping.role_id},
    )
