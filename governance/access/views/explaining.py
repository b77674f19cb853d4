"""Why somebody can or cannot do something, and who could do it today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.shortcuts import render
from django.views.decorators.http import require_GET

from governance.access.forms.administering import WhyForm
from governance.access.labels import permission_words
from governance.access.permissions import Permission
from governance.access.queries import (
    can_anywhere,
    model_named,
    people_found,
    person_by_id,
    person_of,
    require_anywhere,
    version_named,
    who_could,
)
from governance.access.queries import why as explain
from governance.access.requests import actor_of
from governance.access.views.people import tabs
from governance.errors import NotFound

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from governance.access.reach import Scoped
    from governance.actors import Actor


@require_GET
def why(request: HttpRequest) -> HttpResponse:
    """Person, permission and model in the address; the answer with the path of grants.

    Everybody may ask about themselves; about others, who may see people.
    """
    actor = actor_of(request)
    form = _form(request, actor)
    context: dict[str, Any] = {"form": form}
    if form.is_bound and form.is_valid():
        try:
            context |= _answer(form.cleaned_data, actor)
        except NotFound as missing:
            form.refuse(missing)
    context |= tabs(actor, "why")
    return render(request, "governance/access/why.html", context, status=form.status)


def _form(request: HttpRequest, actor: Actor) -> WhyForm:
    others = can_anywhere(actor, Permission.PERSON_VIEW)
    people = people_found() if others else people_found().filter(pk=person_of(actor))
    return WhyForm(
        request.GET if "person" in request.GET or "permission" in request.GET else None,
        person=[(str(one.pk), one.full_name) for one in people],
        permission=[(one.value, f"{permission_words(one)} ({one.value})") for one in Permission],
    )


def _answer(typed: dict[str, Any], actor: Actor) -> dict[str, Any]:
    thing: Scoped | None = None
    if typed["model"] and typed["number"]:
        thing = version_named(actor, typed["model"], typed["number"])
    elif typed["model"]:
        thing = model_named(actor, typed["model"])
    permission = Permission(typed["permission"])
    found = explain(person_by_id(UUID(typed["person"])), permission, thing)
    others = can_anywhere(actor, Permission.PERSON_VIEW)
    who = who_could(permission, thing) if thing is not None and others else None
    return {"answer": found, "thing": thing, "who": who}


@require_GET
def who(request: HttpRequest, name: str, number: int, permission: str) -> HttpResponse:
    """Everybody who comes into question for a version today, and why the others cannot."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    if permission not in set(Permission):
        raise NotFound(permission)
    version = version_named(actor, name, number)
    found = who_could(Permission(permission), version)
    context = {"version": version, "permission": permission_words(permission), "who": found}
    return render(request, "governance/access/who.html", context | tabs(actor, "why"))
