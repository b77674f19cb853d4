"""Everybody, and adding somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from governance.access import operations
from governance.access.forms import PersonForm, PortfolioForm
from governance.access.permissions import Permission
from governance.access.queries import (
    assignments_seen,
    blocked_by_lone_administrator,
    can,
    can_anywhere,
    live,
    people_found,
    reach_of,
    require,
    require_anywhere,
    roles,
)
from governance.access.reach import Places
from governance.access.requests import actor_of
from governance.access.views.attempts import attempt

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from governance.access.models import Person, RoleAssignment
    from governance.access.reach import Reach
    from governance.actors import Actor

PAGE = 50


@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """The list, narrowed by words and by a role."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    words, role = request.GET.get("q", "").strip()[:100], request.GET.get("role", "")
    page = Paginator(people_found(words, role), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": _rows(actor, list(page)),
        "words": words,
        "role": role,
        "roles": roles(),
        "summary": _summary(page.paginator.count),
        "may_add": can(actor, Permission.PERSON_ADD),
        "may_import": can_anywhere(actor, Permission.ASSIGNMENT_GRANT),
        "blocked": blocked_by_lone_administrator(),
    }
    return render(request, "governance/access/people.html", context | tabs(actor, "people"))


def tabs(actor: Actor, current: str) -> dict[str, Any]:
    """What every page of access has at its top."""
    reach = reach_of(actor)
    return {
        "section": "access",
        "current": current,
        "may_add_portfolio": reach.allows(Permission.PORTFOLIO_ADD),
        "tabs": _tabs(reach, current),
    }


def _tabs(reach: Reach, current: str) -> list[dict[str, Any]]:
    """The pages of access that the reader may open."""
    offered = [
        ("people", _("People"), Permission.PERSON_VIEW),
        ("teams", _("Teams"), Permission.PERSON_VIEW),
        ("matrix", _("Matrix"), Permission.PERSON_VIEW),
        ("roles", _("Roles"), Permission.PERSON_VIEW),
        ("conflicts", _("Conflicts"), Permission.PERSON_VIEW),
        ("group_mappings", _("Sign-on groups"), Permission.ASSIGNMENT_GRANT),
        ("tokens", _("Tokens"), Permission.PERSON_VIEW),
        ("proposals", _("Proposed"), Permission.ASSIGNMENT_GRANT),
        ("access_reviews", _("Access reviews"), Permission.ACCESS_REVIEW_OPEN),
        ("emergencies", _("Emergencies"), Permission.GLASS_REVIEW),
        ("history_of_grants", _("History"), Permission.PERSON_VIEW),
        ("why", _("Why?"), Permission.PERSON_VIEW),
    ]
    return [
        {"label": label, "url": reverse(name), "current": name == current}
        for name, label, permission in offered
        if reach.where(permission) != Places()
    ]


def _summary(count: int) -> str:
    return ngettext("{n} person.", "{n} people.", count).format(n=count)


def _rows(actor: Actor, shown: Sequence[Person]) -> list[dict[str, Any]]:
    """Each person with the roles that they or their service accounts hold now."""
    held: dict[UUID, list[RoleAssignment]] = {}
    for assignment in live(assignments_seen(actor, of=[person.pk for person in shown])):
        owner = assignment.account.person_id if assignment.account else assignment.person_id
        if owner is not None:
            held.setdefault(owner, []).append(assignment)
    return [{"person": person, "held": held.get(person.pk, [])} for person in shown]


@require_http_methods(["GET", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    """Somebody new and the account they sign in with."""
    actor, form = actor_of(request), PersonForm(request.POST or None)
    require(actor, Permission.PERSON_ADD)
    added: list[Person] = []
    if form.is_bound and attempt(
        form, lambda: added.append(operations.add_person(**form.cleaned_data, actor=actor))
    ):
        messages.success(request, _("{name} can sign in now.").format(name=added[0]))
        return redirect("person", added[0].pk)
    context = {"form": form} | tabs(actor, "people")
    return render(request, "governance/access/add_person.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
def add_portfolio(request: HttpRequest) -> HttpResponse:
    """A new scope for models and roles."""
    actor, form = actor_of(request), PortfolioForm(request.POST or None)
    require(actor, Permission.PORTFOLIO_ADD)
    if form.is_bound and attempt(
        form, lambda: operations.add_portfolio(**form.cleaned_data, actor=actor)
    ):
        added = _("The portfolio {title} is there. Give roles in it next.")
        messages.success(request, added.format(title=form.cleaned_data["title"]))
        return redirect("roles")
    context = {"form": form} | tabs(actor, "roles")
    return render(request, "governance/access/add_portfolio.html", context, status=form.status)
