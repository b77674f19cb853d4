"""The actor of a web request, as the sign-in middleware set it."""

from django.http import HttpRequest

from governance.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who is behind a request of a signed-in person."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
