"""Conflict rules of a site's own. Those that ship cannot be taken away."""

from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.models import ConflictRule, Role
from governance.access.permissions import Permission
from governance.access.queries.rights import require
from governance.access.separation import Part
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, Invalid, NotFound


@transaction.atomic
def add_conflict_rule(
    *, name: str, kind: str, first: str, second: str, reason: str, actor: Actor
) -> ConflictRule:
    """Adds a rule: two parts in one version (`first` played earlier), or two roles in one scope.

    For roles each side names a role, or a permission and so all roles that give it.

    Raises:
        NotAllowed: the actor may not. Invalid: a malformed name, no reason, or sides that are no
        parts, roles or permissions, or the same. Duplicate: the name or the rule is there.
    """
    require(actor, Permission.CONFLICT_RULE_ADD)
    _refuse_bad_rule(name, kind, first, second, reason)
    if ConflictRule.objects.filter(pk=name).exists():
        raise Duplicate(_("The rule {name} is there already.").format(name=name), field="name")
    if ConflictRule.objects.filter(kind=kind, first=first, second=second).exists():
        raise Duplicate(_("There is such a rule already."))
    rule = ConflictRule.objects.create(
        name=name, kind=kind, first=first, second=second, reason=reason
    )
    _record(Action.CONFLICT_RULE_ADDED, rule, reason, actor)
    return rule


@transaction.atomic
def remove_conflict_rule(name: str, *, reason: str, actor: Actor) -> None:
    """Takes away a rule that the site added itself.

    Raises:
        NotFound: no such rule. NotAllowed: the actor may not. Conflict: it ships. Invalid: no
        reason.
    """
    rule = ConflictRule.objects.select_for_update().filter(pk=name).first()
    if rule is None:
        raise NotFound(_("There is no such rule."))
    require(actor, Permission.CONFLICT_RULE_REMOVE)
    if rule.shipped:
        raise Conflict(
            _("The rule {name} ships with the product and stays.").format(name=name),
            remedy=_("A grant against it can say why it must be so."),
        )
    if not reason.strip():
        raise Invalid(_("Say why."), field="reason")
    _record(Action.CONFLICT_RULE_REMOVED, rule, reason, actor)
    rule.delete()


def _refuse_bad_rule(name: str, kind: str, first: str, second: str, reason: str) -> None:
    try:
        validate_slug(name)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="name") from error
    if kind not in ConflictRule.Kind.values:
        raise Invalid(_("A rule is about parts or about roles."), field="kind")
    known = {str(part) for part in Part}
    if kind == ConflictRule.Kind.ROLE:
        known = {str(permission) for permission in Permission}
        known |= set(Role.objects.values_list("name", flat=True))
    for field, side in (("first", first), ("second", second)):
        if side not in known:
            raise Invalid(_("There is no {name}.").format(name=side), field=field)
    if first == second:
        raise Invalid(_("A rule keeps two different things apart."), field="second")
    if not reason.strip():
        raise Invalid(_("A rule needs a reason."), field="reason")


def subject_of(name: str) -> tuple[str, UUID]:
    """Rules have names, entries have ids: the same name always gives the same one."""
    return "conflict_rule", uuid5(NAMESPACE_URL, f"conflict-rule/{name}")


def _record(action: Action, rule: ConflictRule, reason: str, actor: Actor) -> None:
    facts = {name: str(getattr(rule, name)) for name in ("name", "kind", "first", "second")}
    record(
        action,
        actor=actor,
        subject=subject_of(rule.name),
        after=facts,
        personal={"reason": reason},
    )
