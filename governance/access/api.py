"""How programs prove who they are: a token in the Authorization header, nothing else."""

from django.http import HttpRequest
from ninja.security import HttpBearer

from governance.access.operations import touch_token
from governance.access.queries import token_actor
from governance.actors import Actor


class TokenAuth(HttpBearer):
    """`Authorization: Bearer fe_…`; the actor of the request is what a valid token gives."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:  # noqa: ARG002 - ninja's
        """The actor, or None for 401."""
        actor = token_actor(token)
        if actor is not None and actor.token_id is not None:
            touch_token(actor.token_id)
        return actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor that the token of this request stands for."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    return actor
