"""The site as it was at the end of a past day, told by the log: versions, champions, roles.

States come from folding the entries up to that moment, not from the tables of today; who may see
what is today's rights.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access.permissions import Permission
from governance.access.queries import assignments_seen, require_anywhere, visible_to
from governance.access.replay import fold_assignment, window_told
from governance.audit.queries import told_until
from governance.errors import Invalid
from governance.inventory.models import ModelVersion
from governance.inventory.replay import fold_version
from governance.inventory.states import State
from governance.trail.queries.log import midnight
from workflows.policies.models import PolicyVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from governance.access.models import RoleAssignment
    from governance.actors import Actor
    from governance.audit.lines import Line

    Told = dict[str, Any]


@dataclass(frozen=True, slots=True)
class VersionThen:
    """A version, and the state it was in."""

    version: ModelVersion
    state: str
    moved_at: datetime

    @property
    def champion(self) -> bool:
        """Whether it was the live one of its model."""
        return self.state == State.DEPLOYED.value


@dataclass(frozen=True, slots=True)
class AsOf:
    """What was, at the end of a day."""

    day: date
    at: datetime
    versions: list[VersionThen]
    assignments: list[RoleAssignment]
    policies: list[PolicyVersion]

    @property
    def champions(self) -> list[VersionThen]:
        """The versions that were live."""
        return [one for one in self.versions if one.champion]


def as_of(actor: Actor, day: date) -> AsOf:
    """The site at the end of a day, as far as the actor may see it today.

    Raises:
        NotAllowed: the actor may view no part of the log. Invalid: the day has not come.
    """
    require_anywhere(actor, Permission.LOG_VIEW)
    if day > timezone.localdate():
        raise Invalid(_("That day has not come yet."), remedy=_("Choose a past day."), field="day")
    at = midnight(day + timedelta(days=1))
    return AsOf(day, at, _versions(actor, at), _assignments(actor, at), _policies(at))


def _folded(
    subject_type: str, at: datetime, fold: Callable[[Iterable[Line]], Told]
) -> dict[UUID, tuple[Told, datetime]]:
    """What each subject was told to be at that moment, and when it last moved."""
    found = {}
    lines = told_until(subject_type, at)
    for subject_id, group in groupby(lines, key=lambda line: line.subject_id):
        entries = list(group)
        moved = [line.occurred_at for line in entries if "state" in line.after]
        found[subject_id] = (fold(entries), max(moved, default=entries[0].occurred_at))
    return found


def _versions(actor: Actor, at: datetime) -> list[VersionThen]:
    told = _folded("version", at, fold_version)
    rows = visible_to(actor, ModelVersion.objects.filter(pk__in=told))
    rows = rows.select_related("model__portfolio").order_by("model__title", "-number")
    return [VersionThen(row, told[row.pk][0]["state"], told[row.pk][1]) for row in rows]


def _assignments(actor: Actor, at: datetime) -> list[RoleAssignment]:
    """Grants that the log had given and not taken back, whose window held that moment.

    Entries of earlier releases do not tell the window: there the row is believed.
    """
    told = _folded("assignment", at, fold_assignment)
    given = {key: facts for key, (facts, _moved) in told.items() if not facts["revoked"]}
    rows = assignments_seen(actor).filter(pk__in=given)
    return [row for row in rows if _held(row, given[row.pk], at)]


def _held(row: RoleAssignment, told: Told, at: datetime) -> bool:
    starts_at, ends_at = window_told(told) or (row.starts_at, row.ends_at)
    return starts_at < at and (ends_at is None or ends_at > at)


def _policies(at: datetime) -> list[PolicyVersion]:
    """The wording of each policy that was put in force last before that moment."""
    rows = PolicyVersion.objects.filter(put_in_force_at__lt=at).select_related("policy")
    newest: dict[UUID, PolicyVersion] = {}
    for row in rows.order_by("put_in_force_at", "number"):
        newest[row.policy_id] = row
    return sorted(newest.values(), key=lambda row: (row.policy.tier, row.policy.name))
