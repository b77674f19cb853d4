"""Conflicts: who holds roles that do not go together, and the rules that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from governance.access import operations
from governance.access.forms import ReasonForm, RefusableForm
from governance.access.forms.administering import RuleForm
from governance.access.permissions import Permission
from governance.access.queries import (
    can,
    conflict_rules,
    conflicts_report,
    part_words,
    portfolios_where,
    require,
    require_anywhere,
    roles,
)
from governance.access.requests import actor_of
from governance.access.separation import Part
from governance.access.views.attempts import attempt
from governance.access.views.people import tabs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from governance.access.models import ConflictRule


@require_GET
def conflicts(request: HttpRequest) -> HttpResponse:
    """The report above, the rules below."""
    return _page(request)


def _page(request: HttpRequest, **bound: RefusableForm) -> HttpResponse:
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    places = portfolios_where(actor, Permission.PERSON_VIEW).order_by("title")
    chosen = places.filter(name=request.GET.get("portfolio", "")[:80]).first()
    titles = {role.pk: str(role) for role in roles()}
    context = {
        "found": conflicts_report(actor, place=chosen.pk if chosen else None),
        "places": places,
        "chosen": chosen,
        "rules": [_rule(row, titles, bound) for row in conflict_rules()],
        "may_add_rule": can(actor, Permission.CONFLICT_RULE_ADD),
        "may_remove_rule": can(actor, Permission.CONFLICT_RULE_REMOVE),
    }
    status = next((form.status for form in bound.values()), 200)
    context |= tabs(actor, "conflicts")
    return render(request, "governance/access/conflicts.html", context, status=status)


def _rule(
    row: ConflictRule, titles: Mapping[str, str], bound: Mapping[str, RefusableForm]
) -> dict[str, Any]:
    key = f"remove_{row.name}"
    words = _part_words if row.kind == "part" else lambda side: titles.get(side, side)
    return {
        "rule": row,
        "first": words(row.first),
        "second": words(row.second),
        "reason": _(row.reason) if row.shipped else row.reason,
        "key": key,
        "form": bound.get(key) or ReasonForm(auto_id=f"{key}_%s"),
    }


def _part_words(side: str) -> str:
    return part_words(Part(side))


@require_http_methods(["GET", "POST"])
def add_conflict_rule(request: HttpRequest) -> HttpResponse:
    """A rule of the site's own; it works from this moment on."""
    actor = actor_of(request)
    require(actor, Permission.CONFLICT_RULE_ADD)
    form = RuleForm(request.POST or None)
    if form.is_bound and attempt(
        form, lambda: operations.add_conflict_rule(**form.cleaned_data, actor=actor)
    ):
        messages.success(request, _("The rule is in force. The report names whom it concerns."))
        return redirect("conflicts")
    sides = [*map(str, Part), *(role.pk for role in roles()), *map(str, Permission)]
    context = {"form": form, "sides": sides} | tabs(actor, "conflicts")
    return render(request, "governance/access/add_conflict_rule.html", context, status=form.status)


@require_POST
def remove_conflict_rule(request: HttpRequest, name: str) -> HttpResponse:
    """Takes away a rule that the site added, and says why."""
    actor, key = actor_of(request), f"remove_{name}"
    form = ReasonForm(request.POST, auto_id=f"{key}_%s")
    if attempt(
        form,
        lambda: operations.remove_conflict_rule(
            name, reason=form.cleaned_data["reason"], actor=actor
        ),
    ):
        messages.success(request, _("The rule is gone; the log keeps it and the reason."))
        return redirect("conflicts")
    return _page(request, **{key: form})
