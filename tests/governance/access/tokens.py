"""Tokens for stories."""

from collections.abc import Iterable

from governance.access.models import Person, User
from governance.access.operations import Holder, add_service_account, grant, issue_token
from governance.access.permissions import Permission
from governance.access.queries import live_assignments, token_actor
from governance.actors import Actor
from workflows.management.cast import actor_named, give


def service_of(username: str) -> User:
    """A program that somebody answers for, in the roles that they hold; found or made."""
    name = f"program-of-{username}"
    return User.objects.filter(username=name).first() or _service(username, name)


def _service(username: str, name: str) -> User:
    owner = Person.objects.get(accounts__username=username)
    account = add_service_account(username=name, owner=owner, actor=admin())
    words = {"reason": "As its owner", "conflict_reason": "It is its owner"}
    for row in live_assignments().filter(person=owner):
        if row.model:
            grant(row.role_id, Holder(account=account), model=row.model, **words, actor=admin())
        else:
            give(row.role_id, Holder(account=account), portfolio=row.portfolio, **words)
    return account


def admin() -> Actor:
    """Who gives and issues."""
    return actor_named("admin1")


def secret_of(username: str, permissions: Iterable[Permission]) -> str:
    """The secret of a new token of somebody's program."""
    account = service_of(username)
    return issue_token(account, name="t", permissions=permissions, actor=admin())


def token_actor_of(username: str, *permissions: Permission) -> Actor:
    """The actor behind a new token of somebody's program."""
    found = token_actor(secret_of(username, permissions))
    assert found
    return found
