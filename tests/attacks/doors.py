"""The doors that attackers come through: a browser whose forged requests would be refused."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.test import Client
from django.test.client import ClientHandler

from governance.access.models import User
from governance.access.sessions import SECOND_FACTOR

BACKEND = "django.contrib.auth.backends.ModelBackend"
# One for all: a handler of its own would read every static file anew.
STRICT = ClientHandler(enforce_csrf_checks=True)


def browser_of(username: str) -> Client:
    """A browser of an account, signed in with a second factor; the site checks its CSRF token."""
    client = Client()
    client.handler = STRICT
    client.force_login(User.objects.get(username=username), backend=BACKEND)
    session = client.session
    session[SECOND_FACTOR] = "in a story"
    session.save()
    client.cookies[settings.CSRF_COOKIE_NAME] = cookie_of_a_page()
    return client


def cookie_of_a_page() -> str:
    """What a page with a form sets, without rendering it; test_forged_requests tries a page's."""
    request = HttpRequest()
    get_token(request)
    return str(request.META["CSRF_COOKIE"])


def send(client: Client, address: str, fields: dict[str, Any] | None = None, **more: Any) -> Any:
    """A form as its page would send it."""
    token = client.cookies["csrftoken"].value
    return client.post(address, {"csrfmiddlewaretoken": token, **(fields or {})}, **more)
