"""Deputies: naming one for oneself, and ending what was lent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from governance.access import operations
from governance.access.forms import ReasonForm, RefusableForm
from governance.access.forms.lending import DelegationForm
from governance.access.queries import (
    EVERYWHERE,
    delegations_seen,
    may_end,
    people_active,
    person_by_id,
    person_of,
    portfolios,
)
from governance.access.requests import actor_of
from governance.access.views.attempts import attempt
from governance.access.views.granting import end_of, start_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse, QueryDict

    from governance.actors import Actor


@require_http_methods(["GET", "POST"])
def delegations(request: HttpRequest) -> HttpResponse:
    """Who stands in for the reader, for whom they stand in, and naming somebody."""
    actor = actor_of(request)
    form = _form(actor, request.POST if request.method == "POST" else None)
    if form.is_bound and attempt(form, lambda: _delegate(form.cleaned_data, actor)):
        messages.success(request, _("Your deputy is named. Both names stand in the log."))
        return redirect("delegations")
    return _page(request, form)


def _page(request: HttpRequest, form: RefusableForm, **bound: RefusableForm) -> HttpResponse:
    actor = actor_of(request)
    context = {
        "form": form,
        "delegations": delegation_lines(actor, actor.person_id, bound),
        "section": "preferences",
    }
    refused = next((one.status for one in (*bound.values(), form) if one.is_bound), 200)
    return render(request, "governance/access/delegations.html", context, status=refused)


def _form(actor: Actor, typed: QueryDict | None) -> DelegationForm:
    people = people_active().exclude(pk=person_of(actor))
    places = [(row.name, row.title) for row in portfolios(actor)]
    return DelegationForm(
        typed,
        deputy=[(str(person.pk), person.full_name) for person in people],
        place=[*places, (EVERYWHERE, _("Everywhere that I hold a role"))],
        auto_id="deputy_%s",
    )


def _delegate(typed: Mapping[str, Any], actor: Actor) -> None:
    starts_at = max(start_of(typed["starts_on"]) or timezone.now(), timezone.now())
    operations.delegate(
        person_by_id(UUID(typed["deputy"])),
        portfolio=portfolios(actor).filter(name=typed["place"]).first(),
        starts_at=starts_at,
        ends_at=end_of(typed["ends_on"]) or starts_at,
        reason=typed["reason"],
        actor=actor,
    )


def delegation_lines(
    actor: Actor, person_id: UUID | None, bound: Mapping[str, RefusableForm]
) -> list[dict[str, Any]]:
    """What a person lends and is lent, each with the dialog that ends it where the actor may."""
    if person_id is None:
        return []
    lines = []
    for row in delegations_seen(actor, person_id):
        key = f"end_{row.pk.hex}"
        over = bool(row.revoked_at) or row.ends_at <= timezone.now()
        lines.append(
            {
                "row": row,
                "key": key,
                "form": bound.get(key) or ReasonForm(auto_id=f"{key}_%s"),
                "over": over,
                "to_come": row.starts_at > timezone.now(),
                "may_end": not over and may_end(row, actor),
            }
        )
    return lines


@require_POST
def revoke_delegation(request: HttpRequest, delegation_id: UUID) -> HttpResponse:
    """Ends a delegation at once."""
    actor, key = actor_of(request), f"end_{delegation_id.hex}"
    form = ReasonForm(request.POST, auto_id=f"{key}_%s")
    if attempt(
        form,
        lambda: operations.revoke_delegation(
            delegation_id, reason=form.cleaned_data["reason"], actor=actor
        ),
    ):
        messages.success(request, _("The delegation has ended, at once."))
        return redirect("delegations")
    return _page(request, _form(actor, None), **{key: form})
