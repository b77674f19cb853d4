"""The site as it was at the end of a past day, told by the log: versions, champions, roles.

States come from folding the entries up to that moment, not from the tables of today; who may see
what is today's rights. Which wording of a policy was in force the log tells too, with its digest:
the wording itself is a row, which is held to that digest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

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
from workflows.policies.models import Policy, PolicyVersion
from workflows.policies.queries import digest_of_wording, digests_shipped
from workflows.policies.replay import fold_policy, in_force

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from uuid import UUID

    from governance.access.models import RoleAssignment
    from governance.actors import Actor
    from governance.audit.lines import Line

    Told = dict[str, Any]

LAST: Final = 99


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
class PolicyThen:
    """A policy, and the wording of it that was in force; both None where the rows are gone."""

    policy_id: UUID
    policy: Policy | None
    wording: PolicyVersion | None
    number: int
    digest: str

    @property
    def as_told(self) -> bool:
        """Whether the row is there and still says what the log has the digest of."""
        row = self.wording
        return row is not None and digest_of_wording(row.definition) == self.digest


@dataclass(frozen=True, slots=True)
class AsOf:
    """What was, at the end of a day."""

    day: date
    at: datetime
    versions: list[VersionThen]
    assignments: list[RoleAssignment]
    policies: list[PolicyThen]

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


def _policies(at: datetime) -> list[PolicyThen]:
    """The wording of each policy that the log says was put in force last before that moment.

    No entry tells of the wordings that ship: there the first one counts from when its row says.
    """
    told = {key: facts for key, (facts, _moved) in _folded("policy", at, fold_policy).items()}
    wordings = PolicyVersion.objects.select_related("policy")
    rows = {(row.policy_id, row.number): row for row in wordings}
    shipped = digests_shipped()
    for (policy_id, number), row in rows.items():
        ships = number == 1 and row.policy.shipped and row.put_in_force_at
        if ships and ships < at and row.policy.name in shipped:
            first = {"in force": 1, "wording 1": shipped[row.policy.name]}
            told[policy_id] = first | told.get(policy_id, {})
    policies = {row.policy_id: row.policy for row in rows.values()}
    found = [
        PolicyThen(policy_id, policies.get(policy_id), rows.get((policy_id, then.number)), *then)
        for policy_id, facts in told.items()
        if (then := in_force(facts))
    ]
    return sorted(found, key=_place)


def _place(one: PolicyThen) -> tuple[int, str]:
    """In the order of tiers and names; those whose rows are gone come last."""
    policy = one.policy
    return (policy.tier, policy.name) if policy else (LAST, str(one.policy_id))
