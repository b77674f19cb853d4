"""Writes of targets: where versions may go, in which order, and what their pull requests carry."""

from collections.abc import Mapping
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from governance.access.models import Portfolio
from governance.access.permissions import Permission
from governance.access.queries import require, visible_to
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Duplicate, Invalid, NotFound
from workflows.targets.manifests import FLAVOURS
from workflows.targets.models import Environment, ForgeConnection, Promotion, Target
from workflows.targets.paths import (
    check_application,
    check_branch,
    check_name_there,
    check_repository,
    check_target_name,
    check_template,
    check_values_key,
)
from workflows.targets.progress import UNDER_WAY
from workflows.targets.queries import settings_revision, target_facts
from workflows.targets.sharing import shared_file

MOST_NAMES, LONGEST_NAME = 20, 100
MOST_POSITION, LONGEST_SOAK_S = 100, 90 * 24 * 3600
PLACE = ("forge", "repository", "base_branch")
NAMED = ("labels", "reviewers", "assignees")


class TargetSettings(TypedDict, total=False):
    """What can be said of a target besides its name and portfolio, which stay for ever.

    `soak_s` in seconds; `wishes` is `{labels, reviewers, assignees: [name], draft, milestone}`.
    """

    environment: str
    forge: str
    repository: str
    base_branch: str
    path: str
    flavour: str
    values_key: str
    deployment: str
    image_there: str
    position: int
    soak_s: int
    health_required: bool
    application: str
    wishes: Mapping[str, Any]
    active: bool


@transaction.atomic
def add_target(
    *,
    name: str,
    actor: Actor,
    portfolio: Portfolio | None = None,
    **settings: Unpack[TargetSettings],
) -> Target:
    """Add a place where approved versions go.

    Raises:
        NotAllowed: The actor may not add targets there.
        Invalid: A setting cannot work; `field` names it.
        Duplicate: The name is taken.
    """
    require(actor, Permission.TARGET_ADD, portfolio)
    target = checked_target(Target(name=name, portfolio=portfolio), settings)
    if Target.objects.filter(name=name).exists():
        raise Duplicate(_("There is a target {name} already.").format(name=name), field="name")
    target.save(force_insert=True)
    _record(Action.TARGET_ADDED, target, actor, {})
    return target


@transaction.atomic
def change_target(target_id: UUID, *, actor: Actor, **settings: Unpack[TargetSettings]) -> Target:
    """Change what is given of a target's settings. An approval on its way that named them falls.

    Raises:
        NotFound: There is none, or not for this actor.
        NotAllowed: The actor may not change it.
        Invalid: A setting cannot work, or something stands at the old place; `field` names it.
    """
    found = visible_to(actor, Target.objects.select_for_update(of=("self",)))
    target = found.filter(pk=target_id).first()
    if target is None:
        raise NotFound(_("There is no such target, or not for you."))
    require(actor, Permission.TARGET_CHANGE, target)
    before = _settings(target)
    _check_place(target, settings)
    checked_target(target, settings).save()
    _record(Action.TARGET_CHANGED, target, actor, before)
    return target


def checked_target(target: Target, settings: TargetSettings) -> Target:
    """Return the target with these settings, unsaved.

    Raises:
        Invalid: A setting cannot work; `field` names it.
    """
    for name, value in settings.items():
        setattr(target, name, value)
    check_target_name(target.name)
    check_repository(target.repository)
    check_branch(target.base_branch)
    check_template(target.path)
    check_values_key(target.values_key)
    check_name_there(target.deployment, "deployment")
    check_name_there(target.image_there, "image_there")
    check_application(target.application)
    _check_choices(target)
    _check_alone(target)
    _check_application(target)
    _check_number(target.position, 1, MOST_POSITION, "position")
    _check_number(target.soak_s, 0, LONGEST_SOAK_S, "soak_s")
    if target.health_required and not target.application:
        raise Invalid(
            _("Nobody could report that this target is healthy."),
            remedy=_("Fill in “application”: its name in Argo CD or Flux, {model}-{target}."),
            field="application",
        )
    target.wishes = _checked_wishes(target.wishes)
    return target


def _check_choices(target: Target) -> None:
    connections = ForgeConnection.objects.filter(active=True).values_list("name", flat=True)
    choices = (
        ("environment", target.environment, Environment.values),
        ("flavour", target.flavour, list(FLAVOURS)),
        ("forge", target.forge, ["local", *connections]),
    )
    for field, value, known in choices:
        if value not in known:
            raise Invalid(
                _("“{value}” is not known here.").format(value=value),
                remedy=_("Choose one of: {known}.").format(known=", ".join(known)),
                field=field,
            )


def _check_alone(target: Target) -> None:
    """Two targets that write into one file would undo each other's versions."""
    place = {name: getattr(target, name) for name in PLACE}
    for other in _others(target).filter(**place):
        if file := shared_file(target_facts(target), target_facts(other)):
            raise Invalid(
                _("The target {other} writes into the same {file}.").format(
                    other=other.name, file=file
                ),
                remedy=_("Give each a folder: put {target} or {environment} into “path”."),
                field="path",
            )


def _check_application(target: Target) -> None:
    """What is reported of an application is of one target: its cluster's word, no other's."""
    named = _application(target)
    same = [other.name for other in _others(target) if named and _application(other) == named]
    if same:
        raise Invalid(
            _("The target {other} has the same application.").format(other=same[0]),
            remedy=_("Give each its own name: {example}.").format(example="{model}-{target}"),
            field="application",
        )


def _application(target: Target) -> str:
    return target.application.replace("{target}", target.name)


def _others(target: Target) -> QuerySet[Target]:
    """The other active targets that a model of this one's could go to."""
    others = Target.objects.filter(active=True).exclude(pk=target.pk)
    if target.portfolio_id:
        others = others.filter(Q(portfolio=target.portfolio_id) | Q(portfolio=None))
    return others if target.active else others.none()


def _check_number(value: int, least: int, most: int, field: str) -> None:
    if not least <= value <= most:
        raise Invalid(
            _("Give a number from {least} to {most}.").format(least=least, most=most), field=field
        )


def _checked_wishes(wishes: Mapping[str, Any]) -> dict[str, Any]:
    """As far as given: names without blanks around them, none twice."""
    kept: dict[str, Any] = {}
    for key in NAMED:
        names = [str(name).strip() for name in wishes.get(key) or ()]
        if found := list(dict.fromkeys(name for name in names if name)):
            kept[key] = found
        if len(found) > MOST_NAMES or any(len(name) > LONGEST_NAME for name in found):
            raise Invalid(
                _("Give at most {most} names of {length} characters.").format(
                    most=MOST_NAMES, length=LONGEST_NAME
                ),
                field=key,
            )
    if milestone := str(wishes.get("milestone") or "").strip()[:LONGEST_NAME]:
        kept["milestone"] = milestone
    return kept | ({"draft": True} if wishes.get("draft") else {})


def _check_place(target: Target, settings: TargetSettings) -> None:
    """What stands in a repository, or is on its way there, would be lost from sight."""
    changed = [
        name for name in PLACE if settings.get(name, getattr(target, name)) != getattr(target, name)
    ]
    there = Promotion.objects.filter(target=target, state__in=[*UNDER_WAY, "merged", "deployed"])
    if changed and there.exists():
        raise Invalid(
            _("Versions stand at this target or are on their way to it."),
            remedy=_("Add another target for the new place, and switch this one off."),
            field=changed[0],
        )


def _record(action: Action, target: Target, actor: Actor, before: dict[str, Any]) -> None:
    record(
        action,
        actor=actor,
        subject=("target", target.pk),
        portfolio_id=target.portfolio_id,
        before=before,
        after=_settings(target),
    )


def _settings(target: Target) -> dict[str, Any]:
    """What stands in the log; whom a pull request asks are people, and only counted."""
    return {
        "name": target.name,
        "environment": target.environment,
        "forge": target.forge,
        "repository": target.repository,
        "base_branch": target.base_branch,
        "path": target.path,
        "flavour": target.flavour,
        "values_key": target.values_key,
        "deployment": target.deployment,
        "image_there": target.image_there,
        "position": target.position,
        "soak_s": target.soak_s,
        "health_required": target.health_required,
        "application": target.application,
        "wishes": sorted(target.wishes),
        "active": target.active,
        "revision": settings_revision(target),
    }
