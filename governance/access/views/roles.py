"""Roles: who holds them where, and what each permits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_GET

from governance.access.matrix import matrix
from governance.access.permissions import Permission
from governance.access.queries import (
    assignments_seen,
    covering,
    live,
    portfolios_where,
    require_anywhere,
)
from governance.access.queries import roles as all_roles
from governance.access.requests import actor_of
from governance.access.views.people import tabs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from governance.access.models import Role


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """People against roles in one portfolio, and permissions against roles."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    places = portfolios_where(actor, Permission.PERSON_VIEW).order_by("title")
    chosen = places.filter(name=request.GET.get("portfolio", "")).first() or places.first()
    shown = list(all_roles())
    given = {role.pk: frozenset(row.permission for row in role.permissions.all()) for role in shown}
    rows = live(assignments_seen(actor))
    held = rows.filter(covering(chosen.access_scope())) if chosen else rows
    context = {
        "places": places,
        "chosen": chosen,
        "roles": shown,
        "holders": matrix([role.pk for role in shown], held, given),
        "permissions": _permission_rows(shown, given),
    }
    return render(request, "governance/access/roles.html", context | tabs(actor, "roles"))


def _permission_rows(shown: list[Role], given: dict[str, frozenset[str]]) -> list[dict[str, Any]]:
    return [
        {"name": permission.value, "cells": [permission in given[role.pk] for role in shown]}
        for permission in Permission
    ]
