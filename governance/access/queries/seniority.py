"""Whether a role was held before something began: one given for the occasion does not count."""

from datetime import datetime
from uuid import UUID

from governance.access.models import RoleAssignment
from governance.access.permissions import Permission
from governance.access.queries.rights import assignments_of, covering, giving
from governance.access.reach import Scoped
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.queries import entries_of, views_of


def held_before(
    actor: Actor, role: str, permission: Permission, thing: Scoped, before: datetime
) -> bool:
    """Whether a role that gives a permission here reached the actor already before a moment.

    What counts is when it was granted, not when it was said to start; for a team also when the
    actor, or whom they stand in for, joined it, as the log tells.
    """
    rows = assignments_of(actor).filter(
        covering(thing.access_scope()), giving(permission), role=role, granted_at__lte=before
    )
    rows = rows.select_related("team").prefetch_related("team__members")
    return any(row.team is None or _was_member(row, actor, before) for row in rows)


def _was_member(assignment: RoleAssignment, actor: Actor, before: datetime) -> bool:
    team = assignment.team
    assert team is not None
    members = {person.pk for person in team.members.all()}
    late = _joined_after(team.pk, before)
    if actor.person_id in members:
        return actor.person_id not in late
    return bool(members - late)


def _joined_after(team_id: UUID, moment: datetime) -> set[UUID]:
    entries = entries_of("team", team_id).filter(
        action=Action.TEAM_MEMBER_ADDED, occurred_at__gt=moment
    )
    return {UUID(str(view.line.after["person"])) for view in views_of(entries)}
