"""The actor of a web request: who is signed in, and by which session."""

from hashlib import sha256

from django.http import HttpRequest

from governance.access.queries import person_actor
from governance.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who is behind a request of a signed-in person, as the sign-in middleware set it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def person_behind(request: HttpRequest) -> Actor:
    """The actor of a session. Its key itself never leaves the request, only a digest does."""
    key = request.session.session_key or ""
    return person_actor(request.user, session=sha256(key.encode()).hexdigest())  # type: ignore[arg-type]
