"""One person: accounts, roles, parts played; and every change to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from governance.access import operations
from governance.access.duties import opposed
from governance.access.forms import (
    EVERYWHERE,
    ITSELF,
    GrantForm,
    ReasonForm,
    Refusable,
    ServiceAccountForm,
    TokenForm,
)
from governance.access.matrix import opposed_roles
from governance.access.permissions import Permission
from governance.access.queries import (
    accounts_with_tokens,
    assignments_seen,
    can,
    involvements_seen,
    live,
    part_words,
    permissions_of,
    person_by_id,
    portfolios_where,
    proposals_seen,
    require_anywhere,
    roles,
    service_account,
)
from governance.access.requests import actor_of
from governance.access.separation import Part
from governance.access.views.attempts import attempt
from governance.access.views.people import tabs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from governance.access.models import Person, RoleAssignment, User
    from governance.actors import Actor

Forms = Mapping[str, Refusable]


MOST_PARTS = 300


@require_GET
def person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The page of one person."""
    return _page(request, person_id)


def _page(request: HttpRequest, person_id: UUID, **bound: Refusable) -> HttpResponse:
    """The page, with forms that came back open in their dialogs."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    found = person_by_id(person_id)
    rows = assignments_seen(actor, of=[found.pk])
    held = list(live(rows))
    context = {
        "person": found,
        "held": _lines(actor, held, bound),
        "past": rows.exclude(pk__in=[row.pk for row in held]),
        "accounts": _accounts(found.pk, bound),
        "parts": _parts(actor, found.pk),
        "opposed": _opposed(held),
        "grant_form": bound.get("grant") or _grant_form(actor, found, held),
        "service_form": bound.get("service") or ServiceAccountForm(auto_id="service_%s"),
        "may_grant": bool(_places(actor)) and found.pk != actor.person_id,
        "may_add": can(actor, Permission.PERSON_ADD),
        "may_issue": can(actor, Permission.TOKEN_ISSUE),
        "may_revoke_token": can(actor, Permission.TOKEN_REVOKE),
        "itself": found.pk == actor.person_id,
    }
    status = next((form.status for form in bound.values()), 200)
    context |= tabs(actor, "people")
    return render(request, "governance/access/person.html", context, status=status)


def _key(prefix: str, row_id: UUID) -> str:
    return f"{prefix}_{row_id.hex}"


def _lines(actor: Actor, held: list[RoleAssignment], bound: Forms) -> list[dict[str, Any]]:
    """Live assignments, each with the dialog that takes it back where the actor may."""
    everywhere = can(actor, Permission.ASSIGNMENT_REVOKE)
    portfolios = set(portfolios_where(actor, Permission.ASSIGNMENT_REVOKE))
    lines = []
    for row in held:
        key = _key("revoke", row.pk)
        form = bound.get(key) or ReasonForm(auto_id=f"{key}_%s")
        may = everywhere or row.portfolio in portfolios
        lines.append({"row": row, "key": key, "form": form, "may_revoke": may})
    return lines


def _accounts(person_id: UUID, bound: Forms) -> list[dict[str, Any]]:
    lines = []
    for account in accounts_with_tokens(person_id):
        key = _key("token", account.pk)
        line = {"account": account, "key": key, "service": account.kind == "service"}
        if line["service"]:
            line["form"] = bound.get(key) or _token_form(account)
        lines.append(line)
    return lines


def _permissions() -> dict[str, frozenset[str]]:
    return {
        role.pk: frozenset(row.permission for row in role.permissions.all()) for role in roles()
    }


def _opposed(held: list[RoleAssignment]) -> list[tuple[str, str]]:
    titles = {role.pk: str(role) for role in roles()}
    return [(titles[a], titles[b]) for a, b in opposed_roles(held, _permissions())]


def _parts(actor: Actor, person_id: UUID) -> list[dict[str, Any]]:
    """The versions that a person took part in, newest first, each with all their parts."""
    lines: dict[UUID, dict[str, Any]] = {}
    for row in involvements_seen(actor, person_id)[:MOST_PARTS]:
        line = lines.setdefault(
            row.version_id, {"version": row.version, "words": [], "at": row.since}
        )
        line["words"].append(part_words(Part(row.part)))
    return list(lines.values())


# Granting --------------------------------------------------------------------------------------
def _places(actor: Actor) -> list[tuple[str, str]]:
    """Where the actor may give roles."""
    everywhere = can(actor, Permission.ASSIGNMENT_GRANT)
    found = [(row.name, row.title) for row in portfolios_where(actor, Permission.ASSIGNMENT_GRANT)]
    return [*found, (EVERYWHERE, _("Whole organisation"))] if everywhere else found


def _grant_form(
    actor: Actor,
    found: Person,
    held: list[RoleAssignment],
    typed: QueryDict | None = None,
) -> GrantForm:
    services = [row for row in accounts_with_tokens(found.pk) if row.kind == "service"]
    return GrantForm(
        typed,
        roles=_role_choices(held),
        places=_places(actor),
        holders=[(ITSELF, found.full_name), *((str(row.pk), row.username) for row in services)],
        auto_id="grant_%s",
    )


def _role_choices(held: list[RoleAssignment]) -> list[tuple[str, str]]:
    """Every role; beside it, what the person already holds that does not go with it."""
    permissions, titles = _permissions(), {role.pk: str(role) for role in roles()}
    mine = {row.role_id: row for row in held}
    choices = []
    for name, title in titles.items():
        against = [
            titles[other]
            for other in mine
            if other != name and opposed(permissions[name], permissions[other])
        ]
        words = _("{role} (does not go with {others})").format(
            role=title, others=", ".join(against)
        )
        choices.append((name, words if against else title))
    return choices


@require_POST
def grant(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Gives a role."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.ASSIGNMENT_GRANT)
    found = person_by_id(person_id)
    held = list(live(assignments_seen(actor, of=[found.pk])))
    form = _grant_form(actor, found, held, request.POST)
    given: list[UUID] = []
    if attempt(form, lambda: given.append(_grant(form.cleaned_data, found, actor))):
        messages.success(request, _told(given[0], actor))
        return redirect("person", found.pk)
    return _page(request, found.pk, grant=form)


def _told(grant_id: UUID, actor: Actor) -> str:
    if proposals_seen(actor).filter(pk=grant_id).exists():
        return _("A sensitive role starts when the second administrator confirms it.")
    return _("The role is given and works at once.")


def _grant(typed: Mapping[str, Any], found: Person, actor: Actor) -> UUID:
    places = portfolios_where(actor, Permission.ASSIGNMENT_GRANT)
    service = typed["holder"] != ITSELF
    account = service_account(UUID(typed["holder"])) if service else None
    holder = operations.Holder(account=account) if account else operations.Holder(person=found)
    made = operations.grant(
        typed["role"],
        holder,
        portfolio=None if typed["place"] == EVERYWHERE else places.get(name=typed["place"]),
        reason=typed["reason"],
        ends_at=_end_of(typed["ends_on"]),
        actor=actor,
    )
    return made.pk


def _end_of(day: date | None) -> datetime | None:
    """Midnight after the last day, where the site is."""
    if day is None:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


@require_POST
def revoke(request: HttpRequest, person_id: UUID, assignment_id: UUID) -> HttpResponse:
    """Takes a role back."""
    actor, key = actor_of(request), _key("revoke", assignment_id)
    form = ReasonForm(request.POST, auto_id=f"{key}_%s")
    if attempt(
        form,
        lambda: operations.revoke(assignment_id, reason=form.cleaned_data["reason"], actor=actor),
    ):
        messages.success(request, _("The role is taken back; it ended at once."))
        return redirect("person", person_id)
    return _page(request, person_id, **{key: form})


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
    key = _key("token", account.pk)
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
    return _page(request, account.person_id, **{_key("token", account.pk): form})


@require_POST
def revoke_token(request: HttpRequest, person_id: UUID, token_id: UUID) -> HttpResponse:
    """Ends a token."""
    operations.revoke_token(token_id, actor=actor_of(request))
    messages.success(request, _("The token is revoked; nothing can use it any more."))
    return redirect("person", person_id)
