"""Roles of a site's own. Those that ship stay as they ship; only their second factor is chosen."""

from collections.abc import Iterable, Mapping
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.models import (
    GrantProposal,
    GroupMapping,
    Role,
    RoleAssignment,
    RolePermission,
)
from governance.access.permissions import SENSITIVE, Permission
from governance.access.projection import rewrite_role
from governance.access.queries.addresses import hidden
from governance.access.queries.delegations import one_pair_of_eyes
from governance.access.queries.rights import live_assignments, require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound

MOST_NAMES = 5


@transaction.atomic
def add_role(
    *,
    name: str,
    title: str,
    permissions: Iterable[str],
    sensitive: bool = False,
    mfa_required: bool = False,
    actor: Actor,
) -> Role:
    """Adds a role. One that gives a sensitive permission is sensitive, whatever is asked for.

    Raises:
        NotAllowed: the actor may not. Duplicate: the name is taken. Invalid: no title, a malformed
        name, no permission, or one that does not exist.
    """
    require(actor, Permission.ROLE_ADD)
    given = _known(permissions)
    _refuse_bad_names(name, title)
    if Role.objects.filter(pk=name).exists():
        raise Duplicate(_("The role {name} is there already.").format(name=name), field="name")
    role = Role.objects.create(
        name=name,
        title=title,
        sensitive=sensitive or bool(given & SENSITIVE),
        mfa_required=mfa_required,
    )
    _write_permissions(role, given)
    _record(Action.ROLE_ADDED, role, {}, actor)
    return role


@transaction.atomic
def change_role(
    name: str,
    *,
    title: str | None = None,
    permissions: Iterable[str] | None = None,
    mfa_required: bool | None = None,
    actor: Actor,
) -> Role:
    """Changes what a role gives, for everybody who holds it, at once.

    Raises:
        NotFound: no such role. NotAllowed: the actor may not, or would raise themselves. Conflict:
        the role ships, or holders would get a sensitive permission without a second administrator.
        Invalid: no title, no permission, or one that does not exist.
    """
    role = _locked(name)
    require(actor, Permission.ROLE_CHANGE)
    before = _facts(role)
    if title is not None or permissions is not None:
        _refuse_shipped(role)
    if permissions is not None:
        _give(role, _known(permissions), actor)
    if title is not None:
        _refuse_bad_names(name, title)
        role.title = title
    if mfa_required is not None:
        role.mfa_required = mfa_required
    role.save(update_fields=["title", "mfa_required", "sensitive"])
    _record(Action.ROLE_CHANGED, role, before, actor)
    return role


@transaction.atomic
def delete_role(name: str, *, actor: Actor) -> None:
    """Deletes a role that nobody ever held.

    Raises:
        NotFound: no such role. NotAllowed: the actor may not. Conflict: it ships, or it is in use;
        the message names who holds it.
    """
    role = _locked(name)
    require(actor, Permission.ROLE_DELETE)
    _refuse_shipped(role)
    _refuse_in_use(role)
    before = _facts(role)
    _record(Action.ROLE_DELETED, role, before, actor)
    role.delete()


def subject_of(name: str) -> tuple[str, UUID]:
    """Roles have names, entries have ids: the same name always gives the same one."""
    return "role", uuid5(NAMESPACE_URL, f"role/{name}")


def _locked(name: str) -> Role:
    if (role := Role.objects.select_for_update().filter(pk=name).first()) is None:
        raise NotFound(_("There is no role {role}.").format(role=name))
    return role


def _known(permissions: Iterable[str]) -> set[Permission]:
    wanted = {str(name) for name in permissions}
    unknown = sorted(wanted - {permission.value for permission in Permission})
    if unknown:
        message = _("There is no permission {names}.").format(names=", ".join(unknown))
        raise Invalid(message, field="permissions")
    if not wanted:
        raise Invalid(_("A role that permits nothing is of no use."), field="permissions")
    return {Permission(name) for name in wanted}


def _refuse_bad_names(name: str, title: str) -> None:
    try:
        validate_slug(name)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="name") from error
    if hidden("role", name):
        raise Invalid(
            _("No role can be called {name}: another page has that address.").format(name=name),
            remedy=_("Choose another name."),
            field="name",
        )
    if not title.strip():
        raise Invalid(_("A role needs a title."), field="title")


def _refuse_shipped(role: Role) -> None:
    if role.shipped:
        raise Conflict(
            _("The role {role} ships with the product and stays as it is.").format(role=role),
            remedy=_("Add a role of your own and give that one."),
        )


def _give(role: Role, wanted: set[Permission], actor: Actor) -> None:
    added = wanted - set(role.permissions.values_list("permission", flat=True))
    held = live_assignments().filter(role=role)
    if added and (_behind(held) & one_pair_of_eyes(actor)):
        raise NotAllowed(
            _("Nobody adds permissions to a role that they hold."),
            remedy=_("Ask another administrator."),
        )
    if added & SENSITIVE and held.exists():
        raise Conflict(
            _("This would give {names} to everybody who holds the role, unseen.").format(
                names=", ".join(sorted(added & SENSITIVE))
            ),
            remedy=_("Add a role with it and grant that: a second administrator confirms."),
        )
    role.sensitive = role.sensitive or bool(wanted & SENSITIVE)
    _write_permissions(role, wanted)
    rewrite_role(role)


def _behind(held: Iterable[RoleAssignment]) -> set[UUID]:
    people: set[UUID] = set()
    for row in held:
        if row.team:
            people.update(row.team.members.values_list("pk", flat=True))
        people.update({row.person_id} if row.person_id else set())
        people.update({row.account.person_id} if row.account else set())
    return people


def _write_permissions(role: Role, given: set[Permission]) -> None:
    role.permissions.exclude(permission__in=given).delete()
    RolePermission.objects.bulk_create(
        [RolePermission(role=role, permission=name) for name in sorted(given)],
        ignore_conflicts=True,
    )


def _refuse_in_use(role: Role) -> None:
    held = live_assignments().filter(role=role)
    names = sorted({str(row.person or row.team or row.account) for row in held})
    if names:
        shown = ", ".join(names[:MOST_NAMES])
        more = len(names) - MOST_NAMES
        raise Conflict(
            _("The role is in use. It is held by {names}.").format(
                names=shown if more <= 0 else _("{names} and {n} more").format(names=shown, n=more)
            ),
            remedy=_("Take it back from everybody first."),
        )
    known = (RoleAssignment, GrantProposal, GroupMapping)
    if any(rows.objects.filter(role=role).exists() for rows in known):
        raise Conflict(
            _("The role stands in the history of grants, or a mapping or proposal names it."),
            remedy=_("Leave it: a role that nobody holds gives nothing to anybody."),
        )


def _facts(role: Role) -> dict[str, object]:
    return {
        "name": role.name,
        "title": role.title,
        "sensitive": role.sensitive,
        "mfa_required": role.mfa_required,
        "permissions": sorted(role.permissions.values_list("permission", flat=True)),
    }


def _record(action: Action, role: Role, before: Mapping[str, object], actor: Actor) -> None:
    after = {} if action is Action.ROLE_DELETED else _facts(role)
    record(action, actor=actor, subject=subject_of(role.name), before=before, after=after)
