"""Roles: what each permits, and roles of the site's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import operations
from governance.access.forms.administering import RoleChangeForm, RoleForm, SecondFactorForm
from governance.access.labels import permission_words
from governance.access.permissions import Permission
from governance.access.queries import (
    assignments_seen,
    blocked_by_lone_administrator,
    can,
    live,
    require,
    require_anywhere,
    role_by_name,
)
from governance.access.queries import roles as all_roles
from governance.access.requests import actor_of
from governance.access.views.attempts import attempt
from governance.access.views.people import tabs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from governance.access.forms import RefusableForm
    from governance.access.models import Role


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """Permissions against roles: the same everywhere on a site."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    shown = list(all_roles())
    given = {role.pk: frozenset(row.permission for row in role.permissions.all()) for role in shown}
    context = {
        "roles": shown,
        "may_add_role": can(actor, Permission.ROLE_ADD),
        "blocked": blocked_by_lone_administrator(),
        "permissions": _permission_rows(shown, given),
    }
    return render(request, "governance/access/roles.html", context | tabs(actor, "roles"))


@require_http_methods(["GET", "POST"])
def add_role(request: HttpRequest) -> HttpResponse:
    """A role of the site's own."""
    actor, form = actor_of(request), RoleForm(request.POST or None)
    require(actor, Permission.ROLE_ADD)
    if form.is_bound and attempt(
        form, lambda: operations.add_role(**form.cleaned_data, actor=actor)
    ):
        messages.success(request, _("The role is there. Give it to somebody next."))
        return redirect("role", form.cleaned_data["name"])
    context = {"form": form} | tabs(actor, "roles")
    return render(request, "governance/access/add_role.html", context, status=form.status)


@require_http_methods(["GET", "POST"])
def role(request: HttpRequest, name: str) -> HttpResponse:
    """What one role permits and who holds it; what can be changed about it."""
    actor, found = actor_of(request), role_by_name(name)
    require_anywhere(actor, Permission.PERSON_VIEW)
    form = _change_form(found, request.POST if request.method == "POST" else None)
    if form.is_bound and attempt(
        form, lambda: operations.change_role(name, **form.cleaned_data, actor=actor)
    ):
        messages.success(request, _("The role is changed, for everybody who holds it, at once."))
        return redirect("role", name)
    context = {
        "role": found,
        "permits": [
            (row.permission, permission_words(row.permission)) for row in found.permissions.all()
        ],
        "form": form,
        "held": live(assignments_seen(actor)).filter(role=found),
        "may_change": can(actor, Permission.ROLE_CHANGE),
        "may_delete": can(actor, Permission.ROLE_DELETE) and not found.shipped,
    }
    context |= tabs(actor, "roles")
    return render(request, "governance/access/role.html", context, status=form.status)


def _change_form(found: Role, typed: QueryDict | None) -> RefusableForm:
    if found.shipped:
        return SecondFactorForm(typed, initial={"mfa_required": found.mfa_required})
    kept = {
        "title": found.title,
        "permissions": [row.permission for row in found.permissions.all()],
        "mfa_required": found.mfa_required,
    }
    return RoleChangeForm(typed, initial=kept)


@require_POST
def delete_role(request: HttpRequest, name: str) -> HttpResponse:
    """Deletes a role that nobody ever held; else the refusal names who does."""
    operations.delete_role(name, actor=actor_of(request))
    messages.success(request, _("The role is deleted."))
    return redirect("roles")


def _permission_rows(shown: list[Role], given: dict[str, frozenset[str]]) -> list[dict[str, Any]]:
    return [
        {
            "name": permission.value,
            "words": permission_words(permission),
            "cells": [permission in given[role.pk] for role in shown],
        }
        for permission in Permission
    ]
