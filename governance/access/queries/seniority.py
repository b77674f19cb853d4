"""Whether a role was held before something began: one given for the occasion does not count."""

from datetime import datetime
from uuid import UUID

from governance.access.models import RoleAssignment, Team
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


def members_since(actor: Actor) -> dict[UUID, datetime | None]:
    """The teams whose roles reach an actor, and since when: None for ever, as far as is known.

    For a team of somebody they stand in for it is when the first of its present members joined.
    """
    reaching = assignments_of(actor).filter(team__isnull=False).order_by().values("team")
    teams = list(Team.objects.filter(pk__in=reaching).prefetch_related("members"))
    return {team.pk: _since(team, actor) for team in teams}


def _since(team: Team, actor: Actor) -> datetime | None:
    joined = _joined(team.pk)
    members = {person.pk for person in team.members.all()}
    if actor.person_id in members:
        return joined.get(actor.person_id)
    if members - set(joined):
        return None
    return min((joined[member] for member in members), default=None)


def _was_member(assignment: RoleAssignment, actor: Actor, before: datetime) -> bool:
    assert assignment.team is not None
    since = _since(assignment.team, actor)
    return since is None or since <= before


def _joined(team_id: UUID) -> dict[UUID, datetime]:
    """When each member joined last, as the log tells."""
    told = entries_of("team", team_id).filter(action=Action.TEAM_MEMBER_ADDED)
    return {UUID(str(view.line.after["person"])): view.line.occurred_at for view in views_of(told)}
