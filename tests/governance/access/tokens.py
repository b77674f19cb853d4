"""Tokens for stories."""

from governance.access.models import User
from governance.access.operations import issue_token
from governance.access.permissions import Permission
from governance.access.queries import token_actor
from governance.actors import Actor
from workflows.management.cast import actor_named


def token_actor_of(username: str, *permissions: Permission) -> Actor:
    """The actor behind a new token of somebody's account."""
    account = User.objects.get(username=username)
    secret = issue_token(account, name="t", permissions=permissions, actor=actor_named("admin1"))
    found = token_actor(secret)
    assert found
    return found
