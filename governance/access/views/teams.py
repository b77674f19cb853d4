"""Teams: who is in them and what they hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import operations
from governance.access.forms import ReasonForm, RefusableForm
from governance.access.forms.administering import MemberForm, TeamForm
from governance.access.permissions import Permission
from governance.access.queries import (
    assignments_seen,
    can,
    live,
    one_pair_of_eyes,
    people_active,
    person_by_id,
    person_of,
    place_choices,
    require,
    require_anywhere,
    team_by_id,
)
from governance.access.queries import teams as all_teams
from governance.access.requests import actor_of
from governance.access.views.attempts import attempt
from governance.access.views.granting import (
    give,
    grant_form,
    key_of,
    revocable,
    say_given,
)
from governance.access.views.people import tabs
from governance.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse, QueryDict

    from governance.access.models import GrantProposal, Person, RoleAssignment, Team
    from governance.actors import Actor


@require_GET
def teams(request: HttpRequest) -> HttpResponse:
    """All teams with what they hold."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    held: dict[UUID, list[RoleAssignment]] = {}
    for row in live(assignments_seen(actor)).filter(team__isnull=False):
        if row.team_id:
            held.setdefault(row.team_id, []).append(row)
    context = {
        "rows": [{"team": team, "held": held.get(team.pk, [])} for team in all_teams()],
        "may_add_team": can(actor, Permission.TEAM_ADD),
    }
    return render(request, "governance/access/teams.html", context | tabs(actor, "teams"))


@require_http_methods(["GET", "POST"])
def add_team(request: HttpRequest) -> HttpResponse:
    """A new team, without members."""
    actor, form = actor_of(request), TeamForm(request.POST or None)
    require(actor, Permission.TEAM_ADD)
    added: list[Team] = []
    if form.is_bound and attempt(
        form, lambda: added.append(operations.add_team(**form.cleaned_data, actor=actor))
    ):
        messages.success(request, _("The team is there. Add members and give it roles next."))
        return redirect("team", added[0].pk)
    context = {"form": form} | tabs(actor, "teams")
    return render(request, "governance/access/add_team.html", context, status=form.status)


@require_GET
def team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """The page of one team."""
    return _page(request, team_id)


def _page(request: HttpRequest, team_id: UUID, **bound: RefusableForm) -> HttpResponse:
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    found = team_by_id(team_id)
    held = list(live(assignments_seen(actor)).filter(team=found))
    members = list(found.members.all())
    mine = one_pair_of_eyes(actor) & {person.pk for person in members}
    may = can(actor, Permission.TEAM_CHANGE)
    context = {
        "team": found,
        "held": revocable(actor, held, bound),
        "members": [_member(person, bound) for person in members],
        "member_form": bound.get("member") or _member_form(found, actor),
        "grant_form": bound.get("grant") or grant_form(actor, operations.Holder(team=found)),
        "may_change": may,
        "may_grant": bool(place_choices(actor, Permission.ASSIGNMENT_GRANT)) and not mine,
        "sensitive": [row.role for row in held if row.role.sensitive],
    }
    status = next((form.status for form in bound.values()), 200)
    context |= tabs(actor, "teams")
    return render(request, "governance/access/team.html", context, status=status)


def _member(person: Person, bound: Mapping[str, RefusableForm]) -> dict[str, Any]:
    key = f"leave_{person.pk.hex}"
    return {
        "person": person,
        "key": key,
        "form": bound.get(key) or ReasonForm(auto_id=f"{key}_%s"),
    }


def _member_form(found: Team, actor: Actor, typed: QueryDict | None = None) -> MemberForm:
    outside = people_active().exclude(teams=found).exclude(pk=person_of(actor))
    people = [(str(person.pk), person.full_name) for person in outside]
    return MemberForm(typed, person=people, auto_id="member_%s")


@require_POST
def add_member(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Somebody joins."""
    actor, found = actor_of(request), team_by_id(team_id)
    require(actor, Permission.TEAM_CHANGE)
    form = _member_form(found, actor, request.POST)
    if attempt(form, lambda: _join(found, form.cleaned_data, actor)):
        messages.success(request, _("They are in the team and hold its roles at once."))
        return redirect("team", team_id)
    return _page(request, team_id, member=form)


def _join(found: Team, typed: Mapping[str, Any], actor: Actor) -> None:
    operations.add_member(
        found.pk,
        person_by_id(UUID(typed["person"])),
        reason=typed["reason"],
        conflict_reason=typed["conflict_reason"],
        actor=actor,
    )


@require_POST
def remove_member(request: HttpRequest, team_id: UUID, person_id: UUID) -> HttpResponse:
    """Somebody leaves."""
    actor, key = actor_of(request), f"leave_{person_id.hex}"
    require(actor, Permission.TEAM_CHANGE)
    person, form = person_by_id(person_id), ReasonForm(request.POST, auto_id=f"{key}_%s")
    if attempt(
        form,
        lambda: operations.remove_member(
            team_id, person, reason=form.cleaned_data["reason"], actor=actor
        ),
    ):
        messages.success(request, _("They have left the team and lost its roles at once."))
        return redirect("team", team_id)
    return _page(request, team_id, **{key: form})


@require_POST
def grant_to_team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Gives a role to everybody in a team."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.ASSIGNMENT_GRANT)
    holder = operations.Holder(team=team_by_id(team_id))
    form = grant_form(actor, holder, request.POST)
    given: list[RoleAssignment | GrantProposal] = []
    if attempt(form, lambda: given.append(give(form, holder, actor))):
        say_given(request, given[0])
        return redirect("team", team_id)
    return _page(request, team_id, grant=form)


@require_POST
def revoke_from_team(request: HttpRequest, team_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Takes a role of the team back, from every member at once."""
    actor, key = actor_of(request), key_of("revoke", assignment_id)
    if not assignments_seen(actor).filter(pk=assignment_id, team=team_id).exists():
        raise NotFound(_("There is no such assignment."))
    form = ReasonForm(request.POST, auto_id=f"{key}_%s")
    if attempt(
        form,
        lambda: operations.revoke(assignment_id, reason=form.cleaned_data["reason"], actor=actor),
    ):
        messages.success(request, _("The role is taken back; it ended at once."))
        return redirect("team", team_id)
    return _page(request, team_id, **{key: form})
