"""The targets in their order, and the ways to their forges."""

from collections import Counter
from dataclasses import dataclass

from governance.access.permissions import Permission
from governance.access.queries import can
from governance.actors import Actor
from workflows.targets.models import ForgeConnection, Target
from workflows.targets.queries import promotions, targets

MOVING = ["waiting", "preparing", "open", "held", "merged"]


@dataclass(frozen=True, slots=True)
class TargetLine:
    """One target, how many promotions are on their way to it, and its connection, if seen."""

    target: Target
    moving: int
    connection: ForgeConnection | None


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


def targets_page(actor: Actor) -> TargetsPage:
    """The targets that an actor may see, and the connections if they may."""
    sees = can(actor, Permission.CONNECTION_VIEW)
    rows = list(ForgeConnection.objects.order_by("name")) if sees else []
    by_name = {row.name: row for row in rows}
    moving = Counter(promotions(actor).filter(state__in=MOVING).values_list("target", flat=True))
    found = list(targets(actor))
    return TargetsPage(
        lines=tuple(TargetLine(t, moving[t.pk], by_name.get(t.forge)) for t in found),
        connections=tuple(
            ConnectionLine(row, tuple(t for t in found if t.forge == row.name)) for row in rows
        ),
        sees_connections=sees,
        may_add=can(actor, Permission.CONNECTION_ADD),
        may_change=can(actor, Permission.CONNECTION_CHANGE),
    )
