"""The targets in their order, the ways to their forges, and what a target would get."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from governance.access.models import Portfolio
from governance.access.permissions import Permission
from governance.access.queries import can, can_anywhere, reach_of, visible_to
from governance.actors import Actor
from governance.errors import FoureyesError, NotFound
from governance.inventory.models import Artifact, ModelVersion
from workflows.gitops.connections import forge_of
from workflows.gitops.differences import FileDiff, file_diff
from workflows.gitops.queries import reader_of
from workflows.targets.bases import check_base
from workflows.targets.contents import listed, texts_after
from workflows.targets.manifests import render
from workflows.targets.models import ForgeConnection, Promotion, Target
from workflows.targets.operations import TargetSettings, checked_target
from workflows.targets.progress import UNDER_WAY
from workflows.targets.queries import (
    left_over,
    promotions,
    target_facts,
    targets,
    version_facts,
)
from workflows.targets.rendered import RenderedFile

MOVING = ["waiting", "preparing", "open", "held", "merged"]


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One target, how many promotions are on their way to it, and its connection, if seen."""

    target: Target
    moving: int
    connection: ForgeConnection | None
    may_change: bool = False


@dataclass(frozen=True, slots=True)
class ConnectionLine:
    """One connection and the targets behind it, the first of which it is tested with."""

    connection: ForgeConnection
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class TargetsPage:
    """What the page shows; connections are empty for whoever may not see them."""

    lines: tuple[TargetLine, ...]
    connections: tuple[ConnectionLine, ...]
    sees_connections: bool
    may_add: bool
    may_change: bool
    may_add_target: bool


@dataclass(frozen=True, slots=True)
class TargetPreview:
    """What a version would write at a target; `missing` says why the repository was not read."""

    version: ModelVersion | None
    diffs: Sequence[FileDiff]
    missing: str = ""


def targets_page(actor: Actor) -> TargetsPage:
    """The targets that an actor may see, and the connections if they may."""
    found = list(targets(actor))
    sees = can_anywhere(actor, Permission.CONNECTION_VIEW)
    rows = _connections(actor, found) if sees else []
    by_name = {row.name: row for row in rows}
    moving = Counter(promotions(actor).filter(state__in=MOVING).values_list("target", flat=True))
    reach = reach_of(actor)
    return TargetsPage(
        lines=tuple(
            TargetLine(
                t, moving[t.pk], by_name.get(t.forge), reach.allows(Permission.TARGET_CHANGE, t)
            )
            for t in found
        ),
        connections=tuple(
            ConnectionLine(row, tuple(t for t in found if t.forge == row.name)) for row in rows
        ),
        sees_connections=sees,
        may_add=can(actor, Permission.CONNECTION_ADD),
        may_change=can(actor, Permission.CONNECTION_CHANGE),
        may_add_target=can_anywhere(actor, Permission.TARGET_ADD),
    )


def _connections(actor: Actor, found: Sequence[Target]) -> list[ForgeConnection]:
    """All for whoever sees them in the whole organisation, else those of targets they see."""
    rows = ForgeConnection.objects.order_by("name")
    if can(actor, Permission.CONNECTION_VIEW):
        return list(rows)
    return list(rows.filter(name__in={target.forge for target in found}))


def forge_names(*also: str) -> list[str]:
    """The connections that are switched on, by name, and one that may be off by now."""
    names = ForgeConnection.objects.filter(active=True).values_list("name", flat=True)
    return sorted({*names, *also} - {"local"})


def portfolios_for_targets(actor: Actor) -> list[Portfolio]:
    """Where the actor may add targets."""
    reach = reach_of(actor)
    rows = visible_to(actor, Portfolio.objects.order_by("title"))
    return [row for row in rows if reach.allows(Permission.TARGET_ADD, row)]


def target_by_id(actor: Actor, target_id: UUID) -> Target:
    """Return a target that the actor may see.

    Raises:
        NotFound: There is none, or not for this actor.
    """
    found = targets(actor).filter(pk=target_id).first()
    if found is None:
        raise NotFound(_("There is no such target, or not for you."))
    return found


def new_target(name: str, portfolio: Portfolio | None) -> Target:
    """A target that is not there yet, for a look at what it would get."""
    return Target(name=name, portfolio=portfolio)


def under_way_at(target: Target) -> int:
    """How many promotions are on their way to a target."""
    return Promotion.objects.filter(target=target, state__in=UNDER_WAY).count()


def preview_of(target: Target, settings: TargetSettings, actor: Actor) -> TargetPreview:
    """What the newest version that the actor may see would write there; nothing is changed.

    Raises:
        Invalid: A setting cannot work; `field` names it.
    """
    checked_target(target, settings)
    version = _newest(target, actor)
    if version is None:
        return TargetPreview(None, ())
    files = render(version_facts(version), target_facts(target))
    left = left_over(version, target, files)
    try:
        before = _standing(target, [*left, *files])
    except FoureyesError as refusal:
        words = f"{refusal.message} {refusal.remedy}".strip()
        whole = [file_diff(file.path, None, listed(file)) for file in files]
        return TargetPreview(version, [one for one in whole if one], words)
    check_base(files, reader_of(target))
    after = texts_after([*left, *files], before.get)
    found = [file_diff(path, before[path], text) for path, text in after.items()]
    return TargetPreview(version, [one for one in found if one])


def _newest(target: Target, actor: Actor) -> ModelVersion | None:
    with_model = Artifact.objects.filter(role=Artifact.Role.MODEL).values("version")
    rows = ModelVersion.objects.filter(pk__in=with_model).select_related("model__portfolio")
    if target.portfolio is not None:
        rows = rows.filter(model__portfolio=target.portfolio)
    return visible_to(actor, rows).order_by("-created_at", "-number").first()


def _standing(target: Target, files: Sequence[RenderedFile]) -> dict[str, str | None]:
    """The files as they are in the repository now.

    Raises:
        FoureyesError: The forge or the branch is not there.
    """
    forge = forge_of(target.forge)
    base = forge.ref(target.repository, target.base_branch)
    if base is None:
        raise NotFound(
            _("{repository} has no branch {base}.").format(
                repository=target.repository, base=target.base_branch
            ),
            remedy=_("Create it, or change the target's setting “base branch”."),
        )
    return {file.path: forge.file_at(target.repository, base, file.path) for file in files}
