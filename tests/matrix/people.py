"""Ten kinds of actor, who ask for what stands in one portfolio.

anonymous, deactivated, stranger, superuser; a role there (`risk_officer`), in a foreign portfolio
(`foreign:risk_officer`), in the organisation (`everywhere:auditor`); a token of there (`token`), of
the foreign portfolio (`foreign:token`), and of a person who is gone (`dead:token`). Each role is
somebody of its own: no part in a story stands in the way of what the role lets them do.
"""

from dataclasses import dataclass

from django.test import Client
from django.test.client import ClientHandler

from governance.access.models import Person, Portfolio, User
from governance.access.operations import (
    Holder,
    add_person,
    add_service_account,
    deactivate_person,
    issue_token,
)
from governance.access.permissions import SHIPPED_ROLES
from tests.governance.access.people import person
from tests.stories import signed_in
from workflows.management.cast import PASSWORD, TOKEN_PERMISSIONS, actor_named, give

# A service account signs in nowhere; its role is held by the tokens.
ROLES = tuple(role.name for role in SHIPPED_ROLES if role.name != "service_account")
EVERYWHERE = {"auditor": "ada", "administrator": "alma"}
TOKENS = ("token", "foreign:token", "dead:token")
NOBODY = ("anonymous", "deactivated")
OUTSIDE = ("stranger", "superuser", *(f"foreign:{role}" for role in ROLES))
INSIDE = (*ROLES, *(f"everywhere:{role}" for role in EVERYWHERE))
SIGNED_IN = (*OUTSIDE, *INSIDE)
LABELS = (*NOBODY, *SIGNED_IN, *TOKENS)
# One of each kind, for what cannot depend on the role.
ONE_OF_EACH = (
    *NOBODY,
    "stranger",
    "superuser",
    "foreign:model_owner",
    "model_owner",
    "everywhere:administrator",
    *TOKENS,
)


# Every browser's requests go through one: a handler of its own would read all static files anew.
HANDLER = ClientHandler(enforce_csrf_checks=False)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who asks: a browser with a session, or a program with a token."""

    label: str
    session: str = ""
    token: str = ""

    def client(self) -> Client:
        """A browser that carries nothing over from the request before."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        client = Client(headers=headers)
        client.handler = HANDLER
        if self.session:
            client.cookies["sessionid"] = self.session
        return client


def join(full_name: str, username: str) -> Person:
    """Somebody new, by the administrator."""
    return add_person(
        full_name=full_name,
        email=f"{username}@example.org",
        username=username,
        password=PASSWORD,
        actor=actor_named("alma"),
    )


def people_with_roles(portfolio: Portfolio, prefix: str) -> dict[str, Caller]:
    """One person for each role in a portfolio, and a token."""
    for role in ROLES:
        holder = Holder(person=join(f"{prefix}{role}", username(prefix + role)))
        give(role, holder, portfolio=portfolio, reason="For the matrix")
    found = {f"{prefix}{role}": browser(prefix + role) for role in ROLES}
    owner = person(username(f"{prefix}model_developer"))
    return found | {f"{prefix}token": program(f"{prefix}token", owner, portfolio)}


def program(label: str, owner: Person, portfolio: Portfolio) -> Caller:
    """A service account with a token, answered for by somebody."""
    alma = actor_named("alma")
    account = add_service_account(username=username(label), owner=owner, actor=alma)
    give(
        "service_account",
        Holder(account=account),
        portfolio=portfolio,
        reason="For the matrix",
        conflict_reason="For the matrix",
    )
    secret = issue_token(account, name="matrix", permissions=TOKEN_PERMISSIONS, actor=alma)
    return Caller(label, token=secret)


def username(label: str) -> str:
    """The account of an actor of the matrix."""
    return f"matrix-{label.replace(':', '-').replace('_', '-')}"


def browser(label: str, account: str = "") -> Caller:
    """A browser of somebody who is signed in."""
    return Caller(label, session=signed_in(account or username(label)).session.session_key)


def others(portfolio: Portfolio) -> dict[str, Caller]:
    """Everybody who holds no role in a portfolio of their own."""
    join("superuser", username("superuser"))
    User.objects.filter(username=username("superuser")).update(is_superuser=True, is_staff=True)
    return {
        "anonymous": Caller("anonymous"),
        "stranger": browser("stranger", "sam"),
        "superuser": browser("superuser"),
        **{f"everywhere:{role}": browser(role, who) for role, who in EVERYWHERE.items()},
        **gone(portfolio),
    }


def gone(portfolio: Portfolio) -> dict[str, Caller]:
    """A risk officer who was signed in, and whose program had a token; then they left."""
    leaver = join("deactivated", username("deactivated"))
    give("risk_officer", Holder(person=leaver), portfolio=portfolio, reason="For the matrix")
    found = {
        "deactivated": browser("deactivated"),
        "dead:token": program("dead:token", leaver, portfolio),
    }
    deactivate_person(leaver.pk, reason="Left", actor=actor_named("alma"))
    return found
