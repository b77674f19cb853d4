"""Giving a role to a person or a team: what the form offers, and what was typed becomes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from governance.access import operations
from governance.access.forms import ITSELF, GrantForm, ReasonForm, RefusableForm
from governance.access.permissions import Permission
from governance.access.queries import (
    accounts_with_tokens,
    conflicts_of_people,
    model_chosen,
    place_choices,
    portfolio_chosen,
    reach_of,
    roles,
    service_account,
)
from governance.access.scopes import ORGANISATION

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.http import HttpRequest, QueryDict

    from governance.access.models import GrantProposal, RoleAssignment
    from governance.access.operations import Holder
    from governance.actors import Actor


def grant_form(actor: Actor, holder: Holder, typed: QueryDict | None = None) -> GrantForm:
    """The dialog for one holder; a role that clashes with what they hold says so beside it."""
    person = holder.person
    services = accounts_with_tokens(person.pk) if person else []
    own = [(str(row.pk), row.username) for row in services if row.kind == "service"]
    return GrantForm(
        typed,
        roles=_role_choices(holder),
        places=place_choices(actor, Permission.ASSIGNMENT_GRANT),
        holders=[(ITSELF, str(person or holder.team)), *own],
        auto_id="grant_%s",
    )


def _role_choices(holder: Holder) -> list[tuple[str, str]]:
    titles = {role.pk: str(role) for role in roles()}
    against: dict[str, set[str]] = {}
    everywhere = [(name, ORGANISATION) for name in titles]
    for one in conflicts_of_people(holder.people(), everywhere):
        against.setdefault(one.clash.one.role, set()).add(titles[one.clash.other.role])
    sensitive = {role.pk for role in roles() if role.sensitive}
    return [
        (name, _role_words(title, sorted(against.get(name, ())), sensitive=name in sensitive))
        for name, title in titles.items()
    ]


def _role_words(title: str, against: list[str], *, sensitive: bool) -> str:
    """One choice of role: what it does not go with, and whether it takes two."""
    words = title
    if against:
        words = _("{role} (does not go with {others})").format(
            role=title, others=", ".join(against)
        )
    return _("{role}, takes two administrators").format(role=words) if sensitive else words


def give(form: GrantForm, holder: Holder, actor: Actor) -> RoleAssignment | GrantProposal:
    """Gives or proposes what was typed.

    Raises:
        Invalid: the model is none of that place; and all that `grant` raises.
    """
    typed = form.cleaned_data
    if typed["holder"] != ITSELF:
        holder = operations.Holder(account=service_account(UUID(typed["holder"])))
    return operations.grant(
        typed["role"],
        holder,
        **_place(typed, actor),
        reason=typed["reason"],
        conflict_reason=typed["conflict_reason"],
        starts_at=start_of(typed["starts_on"]),
        ends_at=end_of(typed["ends_on"]),
        actor=actor,
    )


def _place(typed: Mapping[str, Any], actor: Actor) -> dict[str, Any]:
    portfolio = portfolio_chosen(actor, Permission.ASSIGNMENT_GRANT, typed["place"])
    if not typed["model"]:
        return {"portfolio": portfolio}
    return {"model": model_chosen(actor, portfolio, typed["model"])}


def start_of(day: date | None) -> datetime | None:
    """Midnight before a day, where the site is."""
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def end_of(day: date | None) -> datetime | None:
    """Midnight after the last day, where the site is."""
    last = date.max - timedelta(days=1)  # no day comes after the very last
    return start_of(min(day, last) + timedelta(days=1)) if day else None


def key_of(prefix: str, row_id: UUID) -> str:
    """What the dialog about a row is called."""
    return f"{prefix}_{row_id.hex}"


def revocable(
    actor: Actor, held: Iterable[RoleAssignment], bound: Mapping[str, RefusableForm]
) -> list[dict[str, Any]]:
    """Live assignments, each with the dialog that takes it back where the actor may."""
    reach, lines = reach_of(actor), []
    for row in held:
        key = key_of("revoke", row.pk)
        form = bound.get(key) or ReasonForm(auto_id=f"{key}_%s")
        may = reach.allows(Permission.ASSIGNMENT_REVOKE, row.model or row.portfolio)
        lines.append({"row": row, "key": key, "form": form, "may_revoke": may})
    return lines


def say_given(request: HttpRequest, given: RoleAssignment | GrantProposal) -> None:
    """Whether it works at once, or waits for somebody else."""
    works = _("The role is given and works at once.")
    waits = _("A sensitive role starts when the second administrator confirms it.")
    messages.success(request, waits if hasattr(given, "outcome") else works)
