"""Whether a role was held before something began: one given for the occasion does not count."""

from datetime import datetime
from uuid import UUID

from governance.access.models import Team
from governance.access.permissions import Permission
from governance.access.queries.reaching import held_now
from governance.access.reach import Scoped
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.queries import entries_of, views_of
from governance.reading import read_once


def held_before(
    actor: Actor, role: str, permission: Permission, thing: Scoped, before: datetime
) -> bool:
    """Whether a role that gives a permission here reached the actor already before a moment.

    What counts is when it was granted, not when it was said to start; for a team also when the
    actor, or whom they stand in for, joined it, as the log tells.
    """
    held = held_now(actor)
    here = held.covering(thing.access_scope())
    rows = [one for one in here if one.role == role and held.gives_to(one, permission)]
    old = [one for one in rows if one.granted_at <= before]
    if not old or any(one.team is None for one in old):
        return bool(old)
    joined = members_since(actor)
    return any((since := joined.get(one.team)) is None or since <= before for one in old)


@read_once
def members_since(actor: Actor) -> dict[UUID | None, datetime | None]:
    """The teams whose roles reach an actor, and since when: None for ever, as far as is known.

    For a team of somebody they stand in for it is when the first of its present members joined.
    """
    reaching = {one.team for one in held_now(actor).holdings if one.team}
    if not reaching:
        return {}
    teams = Team.objects.filter(pk__in=reaching).prefetch_related("members")
    return {team.pk: _since(team, actor) for team in teams}


def _since(team: Team, actor: Actor) -> datetime | None:
    joined = joined_team(team.pk)
    members = {person.pk for person in team.members.all()}
    if actor.person_id in members:
        return joined.get(actor.person_id)
    if members - set(joined):
        return None
    return min((joined[member] for member in members), default=None)


@read_once
def joined_team(team_id: UUID) -> dict[UUID, datetime]:
    """When each member joined last, as the log tells."""
    told = entries_of("team", team_id).filter(action=Action.TEAM_MEMBER_ADDED)
    return {UUID(str(view.line.after["person"])): view.line.occurred_at for view in views_of(told)}
