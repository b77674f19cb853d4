"""One person: accounts, roles, parts played; and every change to them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from governance.access import operations
from governance.access.forms import (
    ReasonForm,
    RefusableForm,
    ServiceAccountForm,
    TokenForm,
)
from governance.access.permissions import Permission
from governance.access.queries import (
    accounts_with_tokens,
    assignments_seen,
    can,
    conflicts_report,
    involvements_seen,
    live,
    part_words,
    permissions_of,
    person_by_id,
    place_choices,
    proposals_seen,
    reach_of,
    require_anywhere,
    service_account,
)
from governance.access.requests import actor_of
from governance.access.separation import Part
from governance.access.views.attempts import attempt
from governance.access.views.delegations import delegation_lines
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
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse, QueryDict

    from governance.access.models import GrantProposal, Person, RoleAssignment, User
    from governance.actors import Actor

Forms = Mapping[str, RefusableForm]


MOST_PARTS = 300


@require_GET
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The page of one person."""
    return _page(request, person_id)


def _page(request: HttpRequest, person_id: UUID, **bound: RefusableForm) -> HttpResponse:
    """The page, with forms that came back open in their dialogs."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    found = person_by_id(person_id)
    rows = assignments_seen(actor, of=[found.pk])
    held, holder = list(live(rows)), operations.Holder(person=found)
    context = {
        "person": found,
        "held": revocable(actor, held, bound),
        "past": rows.exclude(pk__in=[row.pk for row in held]),
        "accounts": _accounts(actor, found.pk, held, bound),
        "parts": _parts(actor, found.pk),
        "clashes": conflicts_report(actor, of=[found.pk]),
        "grant_form": bound.get("grant") or grant_form(actor, holder),
        "service_form": bound.get("service") or ServiceAccountForm(auto_id="service_%s"),
        "may_grant": bool(place_choices(actor, Permission.ASSIGNMENT_GRANT))
        and found.pk != actor.person_id,
        "may_add": can(actor, Permission.PERSON_ADD),
        "itself": found.pk == actor.person_id,
        "teams": found.teams.all(),
        "waiting": proposals_seen(actor).filter(person=found),
    }
    context |= _standing(actor, found, bound)
    status = next((form.status for form in bound.values()), 200)
    context |= tabs(actor, "people")
    return render(request, "governance/access/person.html", context, status=status)


def _standing(actor: Actor, found: Person, bound: Forms) -> dict[str, Any]:
    """Opening and closing the accounts, and who stands in for whom."""
    own = found.pk == actor.person_id
    return {
        "may_switch": can(actor, Permission.PERSON_DEACTIVATE) and not own,
        "switch_form": bound.get("switch") or ReasonForm(auto_id="switch_%s"),
        "delegations": delegation_lines(actor, found.pk, bound),
    }


def _accounts(
    actor: Actor, person_id: UUID, held: list[RoleAssignment], bound: Forms
) -> list[dict[str, Any]]:
    """Accounts with their tokens, and whether the actor may issue and revoke where they work."""
    lines, reach = [], reach_of(actor)
    for account in accounts_with_tokens(person_id):
        key = key_of("token", account.pk)
        line = {"account": account, "key": key, "service": account.kind == "service"}
        places = {row.model or row.portfolio for row in held if row.account_id == account.pk}
        may = [reach.allows(Permission.TOKEN_ISSUE, place) for place in places or {None}]
        ends = [reach.allows(Permission.TOKEN_REVOKE, place) for place in {None, *places}]
        line |= {"may_issue": all(may), "may_revoke_token": any(ends)}
        if line["service"]:
            line["form"] = bound.get(key) or _token_form(account)
        lines.append(line)
    return lines


def _parts(actor: Actor, person_id: UUID) -> list[dict[str, Any]]:
    """The versions that a person took part in, newest first, each with all their parts."""
    lines: dict[UUID, dict[str, Any]] = {}
    for row in involvements_seen(actor, person_id)[:MOST_PARTS]:
        line = lines.setdefault(
            row.version_id, {"version": row.version, "words": [], "at": row.since}
        )
        line["words"].append(part_words(Part(row.part)))
    return list(lines.values())


@require_POST
def grant(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Gives a role, or proposes one that takes two administrators."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.ASSIGNMENT_GRANT)
    holder = operations.Holder(person=person_by_id(person_id))
    form = grant_form(actor, holder, request.POST)
    given: list[RoleAssignment | GrantProposal] = []
    if attempt(form, lambda: given.append(give(form, holder, actor))):
        say_given(request, given[0])
        return redirect("person", person_id)
    return _page(request, person_id, grant=form)


@require_POST
def revoke(request: HttpRequest, person_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Takes a role back from the person of the address, and from nobody else."""
    _refuse_elsewhere(actor_of(request), person_id, assignment_id)
    actor, key = actor_of(request), key_of("revoke", assignment_id)
    form = ReasonForm(request.POST, auto_id=f"{key}_%s")
    if attempt(
        form,
        lambda: operations.revoke(assignment_id, reason=form.cleaned_data["reason"], actor=actor),
    ):
        messages.success(request, _("The role is taken back; it ended at once."))
        return redirect("person", person_id)
    return _page(request, person_id, **{key: form})


def _refuse_elsewhere(actor: Actor, person_id: UUID, assignment_id: UUID) -> None:
    if not assignments_seen(actor, of=[person_id]).filter(pk=assignment_id).exists():
        raise NotFound(_("There is no such assignment."))


@require_POST
def deactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Closes every way in."""
    closed = _("Every account is closed, every session ended, every token dead.")
    return _switch(request, person_id, operations.deactivate_person, closed)


@require_POST
def reactivate(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Opens the accounts again."""
    opened = _("The accounts are open again, with the roles that are left.")
    return _switch(request, person_id, operations.reactivate_person, opened)


def _switch(
    request: HttpRequest, person_id: UUID, act: Callable[..., object], done: str
) -> HttpResponse:
    form = ReasonForm(request.POST, auto_id="switch_%s")
    actor = actor_of(request)
    if attempt(form, lambda: act(person_id, reason=form.cleaned_data["reason"], actor=actor)):
        messages.success(request, done)
        return redirect("person", person_id)
    return _page(request, person_id, switch=form)


# Accounts and tokens ---------------------------------------------------------------------------
@require_POST
def add_service_account(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """An account for a program that this person answers for."""
    actor, owner = actor_of(request), person_by_id(person_id)
    form = ServiceAccountForm(request.POST, auto_id="service_%s")
    if attempt(
        form,
        lambda: operations.add_service_account(**form.cleaned_data, owner=owner, actor=actor),
    ):
        messages.success(request, _("The service account is there. Give it a role next."))
        return redirect("person", person_id)
    return _page(request, person_id, service=form)


def _token_form(account: User, typed: QueryDict | None = None) -> TokenForm:
    key = key_of("token", account.pk)
    return TokenForm(typed, permissions=permissions_of(account), auto_id=f"{key}_%s")


@require_POST
@never_cache
def issue_token(request: HttpRequest, account_id: UUID) -> HttpResponse:
    """The one page that shows the secret of a token; it is kept nowhere."""
    actor, account = actor_of(request), service_account(account_id)
    form, secret = _token_form(account, request.POST), []
    if attempt(
        form,
        lambda: secret.append(operations.issue_token(account, **form.cleaned_data, actor=actor)),
    ):
        context = {"secret": secret[0], "account": account, "name": form.cleaned_data["name"]}
        return render(request, "governance/access/token.html", context | tabs(actor, "people"))
    return _page(request, account.person_id, **{key_of("token", account.pk): form})


@require_POST
def revoke_token(request: HttpRequest, person_id: UUID, token_id: UUID) -> HttpResponse:
    """Ends a token."""
    operations.revoke_token(token_id, actor=actor_of(request))
    messages.success(request, _("The token is revoked; nothing can use it any more."))
    return redirect("person", person_id)
