"""Teams: people who hold roles together. Joining gives all of them, leaving takes them, at once."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction
from django.utils.translation import gettext as _

from governance.access.membership import follow
from governance.access.models import Person, RoleAssignment, Team
from governance.access.operations.assigning import place_of, refuse_too_few_administrators
from governance.access.permissions import Permission
from governance.access.queries.conflicts import conflicts_of_people
from governance.access.queries.delegations import one_pair_of_eyes
from governance.access.queries.rights import live_assignments, require
from governance.actors import Actor
from governance.audit.actions import Action
from governance.audit.operations import record
from governance.errors import Conflict, Duplicate, Invalid, NotAllowed, NotFound


@transaction.atomic
def add_team(*, name: str, title: str, actor: Actor) -> Team:
    """Adds a team without members.

    Raises:
        NotAllowed: the actor may not. Duplicate: the name is taken. Invalid: a malformed name or
        no title.
    """
    require(actor, Permission.TEAM_ADD)
    try:
        validate_slug(name)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), field="name") from error
    if not title.strip():
        raise Invalid(_("A team needs a title."), field="title")
    if Team.objects.filter(name=name).exists():
        raise Duplicate(_("The team {name} is there already.").format(name=name), field="name")
    team = Team.objects.create(name=name, title=title)
    record(
        Action.TEAM_ADDED,
        actor=actor,
        subject=("team", team.pk),
        after={"name": name, "title": title},
    )
    return team


@transaction.atomic
def add_member(
    team_id: UUID, person: Person, *, reason: str, conflict_reason: str = "", actor: Actor
) -> None:
    """Puts a person into a team; they get its roles at once.

    Raises:
        NotFound: no such team. NotAllowed: the actor may not, or would raise themselves.
        Duplicate: a member already. Conflict: the team holds a sensitive role, which is given by
        name. Invalid: no reason, or a clash of roles without a `conflict_reason`.
    """
    team = _locked(team_id)
    require(actor, Permission.TEAM_CHANGE)
    held = list(live_assignments().filter(team=team))
    _refuse_bad_member(team, person, held, reason, actor)
    clash = conflicts_of_people([person], [(row.role_id, place_of(row).scope) for row in held])
    if clash and not conflict_reason.strip():
        raise Invalid(
            " ".join(one.words for one in clash),
            remedy=_("Choose somebody else, or say why it must be so."),
            field="conflict_reason",
        )
    team.members.add(person)
    follow(_assignments(team))
    _record(Action.TEAM_MEMBER_ADDED, team, person, reason, actor, conflict_reason)


def _refuse_bad_member(
    team: Team, person: Person, held: list[RoleAssignment], reason: str, actor: Actor
) -> None:
    if person.pk in one_pair_of_eyes(actor):
        raise NotAllowed(
            _("Nobody puts themselves into a team."), remedy=_("Ask another administrator.")
        )
    if not reason.strip():
        raise Invalid(_("Say why, as for any grant."), field="reason")
    if team.members.filter(pk=person.pk).exists():
        raise Duplicate(_("{name} is a member already.").format(name=person))
    sensitive = sorted({str(row.role) for row in held if row.role.sensitive})
    if sensitive:
        raise Conflict(
            _("The team holds {roles}, which takes two administrators.").format(
                roles=", ".join(sensitive)
            ),
            remedy=_("Give the role to {name} by name; a second one confirms.").format(name=person),
        )


@transaction.atomic
def remove_member(team_id: UUID, person: Person, *, reason: str, actor: Actor) -> None:
    """Takes a person out of a team; they lose its roles at once.

    Raises:
        NotFound: no such team, or no member. NotAllowed: the actor may not. Invalid: no reason.
        Conflict: fewer than two administrators would be left.
    """
    team = _locked(team_id)
    require(actor, Permission.TEAM_CHANGE)
    if not reason.strip():
        raise Invalid(_("Say why, as for taking any role back."), field="reason")
    if not team.members.filter(pk=person.pk).exists():
        raise NotFound(_("{name} is no member of this team.").format(name=person))
    if live_assignments().filter(team=team, role="administrator").exists():
        refuse_too_few_administrators(person_id=person.pk)
    team.members.remove(person)
    follow(_assignments(team), left=[person.pk])
    _record(Action.TEAM_MEMBER_REMOVED, team, person, reason, actor)


def _locked(team_id: UUID) -> Team:
    if (team := Team.objects.select_for_update().filter(pk=team_id).first()) is None:
        raise NotFound(_("There is no such team."))
    return team


def _assignments(team: Team) -> list[RoleAssignment]:
    return list(RoleAssignment.objects.filter(team=team, revoked_at__isnull=True))


def _record(
    action: Action,
    team: Team,
    person: Person,
    reason: str,
    actor: Actor,
    conflict_reason: str = "",
) -> None:
    texts = {"reason": reason, "conflict_reason": conflict_reason}
    record(
        action,
        actor=actor,
        subject=("team", team.pk),
        after={"person": str(person.pk)},
        personal={path: text for path, text in texts.items() if text},
    )
