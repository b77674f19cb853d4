"""Grants that wait for a second administrator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from governance.access import operations
from governance.access.forms import ReasonForm, RefusableForm
from governance.access.permissions import Permission
from governance.access.queries import (
    Holder,
    blocked_by_lone_administrator,
    conflicts_of_grant,
    one_pair_of_eyes,
    proposals_seen,
    require_anywhere,
)
from governance.access.requests import actor_of
from governance.access.scopes import ORGANISATION
from governance.access.views.attempts import attempt
from governance.access.views.people import tabs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from governance.access.models import GrantProposal


@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits, oldest first."""
    return _page(request)


def _page(request: HttpRequest, **bound: RefusableForm) -> HttpResponse:
    actor = actor_of(request)
    require_anywhere(actor, Permission.ASSIGNMENT_GRANT)
    eyes = one_pair_of_eyes(actor)
    context = {
        "rows": [_row(one, eyes, bound) for one in proposals_seen(actor)],
        "blocked": blocked_by_lone_administrator(),
    }
    status = next((form.status for form in bound.values()), 200)
    context |= tabs(actor, "proposals")
    return render(request, "governance/access/proposals.html", context, status=status)


def _row(one: GrantProposal, eyes: set[UUID], bound: dict[str, RefusableForm]) -> dict[str, Any]:
    """One proposal, what it clashes with, and whether this reader may decide on it."""
    holder = Holder(one.person, one.team, one.account)
    thing = one.model or one.portfolio
    key = f"decline_{one.pk.hex}"
    return {
        "proposal": one,
        "holder": one.person or one.team or one.account,
        "clashes": conflicts_of_grant(
            holder, one.role_id, thing.access_scope() if thing else ORGANISATION
        ),
        "own": one.proposed_by_id in eyes,
        "about_me": bool(eyes & {person.pk for person in holder.people()}),
        "key": key,
        "form": bound.get(key) or ReasonForm(auto_id=f"{key}_%s"),
    }


@require_POST
def confirm_proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The second administrator says yes."""
    operations.confirm_proposal(proposal_id, actor=actor_of(request))
    messages.success(request, _("The role is given and works at once."))
    return redirect("proposals")


@require_POST
def decline_proposal(request: HttpRequest, proposal_id: UUID) -> HttpResponse:
    """The second administrator says no, and why."""
    actor, key = actor_of(request), f"decline_{proposal_id.hex}"
    form = ReasonForm(request.POST, auto_id=f"{key}_%s")
    if attempt(
        form,
        lambda: operations.decline_proposal(
            proposal_id, reason=form.cleaned_data["reason"], actor=actor
        ),
    ):
        messages.success(request, _("The proposal is declined; nothing was given."))
        return redirect("proposals")
    return _page(request, **{key: form})
