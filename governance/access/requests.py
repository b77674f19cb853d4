"""The actor of a web request: who is signed in, by which session and which means."""

from dataclasses import replace
from hashlib import sha256

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest

from governance.access import sessions
from governance.access.queries import asks_second_factor, person_actor
from governance.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """Who is behind a request of a signed-in person, as the sign-in middleware set it."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def person_behind(request: HttpRequest) -> Actor:
    """The actor of a session. Its key itself never leaves the request, only a digest does."""
    key = request.session.session_key or ""
    return person_actor(request.user, session=sha256(key.encode()).hexdigest())  # type: ignore[arg-type]


def methods_of(request: HttpRequest) -> tuple[str, ...]:
    """How a session's person proved who they are, such as password and mfa."""
    records = get_authentication_records(request, request.user)
    return tuple(record["method"] for record in records)


def proved(request: HttpRequest) -> Actor:
    """Who is signed in, and by which means, such as password and mfa."""
    actor = person_behind(request)
    return replace(actor, amr=methods_of(request) or actor.amr)


def lacks_second_factor(request: HttpRequest, actor: Actor) -> bool:
    """Whether the actor's roles ask for a second factor that this session has not seen."""
    if not settings.SECOND_FACTOR_BY_ROLE or request.session.get(sessions.SECOND_FACTOR):
        return False
    return "mfa" not in methods_of(request) and asks_second_factor(actor)
