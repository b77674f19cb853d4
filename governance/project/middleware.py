"""What happens around every page: sign-in first, and refusals turned into words in one place."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.utils import is_mfa_enabled
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    QueryDict,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from governance.access import sessions
from governance.access.requests import lacks_second_factor, person_behind
from governance.errors import FoureyesError, Invalid
from governance.reading import one_reading

Respond = Callable[[HttpRequest], HttpResponse]

SAFE = ("GET", "HEAD")
PROBLEM = "application/problem+json"

# What answers without a signed-in person. Everything else is closed: deny by default.
OPEN_PATHS = (
    "/accounts/",
    "/verify/",
    "/log/verify.py",
    "/static/",
    "/api/",
    "/healthz",
    "/hooks/",
    "/readyz",
    "/i18n/",
    "/favicon.ico",
    "/calendar/",  # the secret in the address says whose it is
)


class ProblemsForPrograms:
    """No address of the API answers with an error page: whatever went wrong, it is a problem."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a page that says what is wrong gives way to its words."""
        answer = self.respond(request)
        is_page = answer.headers.get("Content-Type", "").startswith("text/html")
        if not (is_page and answer.status_code >= HTTPStatus.BAD_REQUEST and _is_api(request)):
            return answer
        kept = {name: answer.headers[name] for name in ("Allow",) if name in answer.headers}
        body = _unread(answer.status_code, str(request.method))
        return JsonResponse(body, status=body["status"], content_type=PROBLEM, headers=kept)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _unread(status: int, method: str) -> dict[str, Any]:
    """The problem where no operation was reached, or a fault of ours ended one."""
    look = _("See the description at /api/v1/docs.")
    code, said, remedy = {
        HTTPStatus.NOT_FOUND: ("not_found", _("There is nothing at this address."), look),
        HTTPStatus.METHOD_NOT_ALLOWED: (
            "method_not_allowed",
            _("This address does not take {method}.").format(method=method),
            look,
        ),
        HTTPStatus.INTERNAL_SERVER_ERROR: (
            "fault",
            _("Something went wrong here, and nothing was changed."),
            _("Try again. If it stays, tell an administrator when it was."),
        ),
    }.get(HTTPStatus(status), ("refused", _("The request cannot be read."), look))
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": said,
        "remedy": remedy,
        "field": "",
    }


class WholeCookies:
    """A cookie that holds a NUL is none: none of ours does, and PostgreSQL knows no such text."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer; a cookie writes NUL in octal digits, so it is looked for in what they say."""
        kept = {name: value for name, value in request.COOKIES.items() if "\x00" not in value}
        request.COOKIES = kept
        return self.respond(request)


class ReadOnce:
    """A request that changes nothing reads its reader's rights once; every other reads anew."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, within one reading or without."""
        with one_reading() if request.method in SAFE else nullcontext():
            return self.respond(request)


class SignInRequired:
    """Gives a signed-in person's request its actor, and sends everybody else to the sign-in page.

    Closed by default: only the paths listed as open answer without a person.
    """

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let through, or send to sign in; nothing of it is kept on the way or in the browser."""
        answer = self.answer(request)
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    def answer(self, request: HttpRequest) -> HttpResponse:
        """A person's page, an open one, or the way to sign in."""
        if request.user.is_authenticated and not is_over(request):
            return self.let_in(request)
        ended = request.user.is_authenticated
        if ended:
            logout(request)
        if request.path.startswith(OPEN_PATHS):
            return self.respond(request)
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)
        return _to_sign_in(request, ended=ended)

    def let_in(self, request: HttpRequest) -> HttpResponse:
        """A known person's request, unless their roles ask for a second factor first."""
        actor = request.actor = person_behind(request)  # type: ignore[attr-defined]
        speak_to(request)
        if not request.path.startswith(OPEN_PATHS) and lacks_second_factor(request, actor):
            return _to_second_factor(request)
        return self.respond(request)


def is_over(request: HttpRequest) -> bool:
    """Whether a session has ended: idle, too old, or its person is gone. Else the step is noted."""
    now, longest = time.time(), settings.SESSION_COOKIE_AGE
    if sessions.is_over(request.session, now, idle=settings.SESSION_IDLE_SECONDS, longest=longest):
        return True
    # A page that asks again by itself is no sign that somebody is there.
    by_itself = request.method == "GET" and request.headers.get("HX-Request")
    if not by_itself and sessions.note_step(request.session, now):
        UserSession.objects.create_from_request(request)  # the list of sessions says when
    return not request.user.person.active  # type: ignore[union-attr]


def _to_sign_in(request: HttpRequest, *, ended: bool) -> HttpResponse:
    answer = redirect_to_login(_way_back(request))
    if ended:
        answer["Location"] += "&ended=1"
    return answer


def _way_back(request: HttpRequest) -> str:
    """The page that was asked for; for a form that was sent, the page on which it stands."""
    here, page = request.get_host(), request.headers.get("Referer", "")
    if request.method not in SAFE and url_has_allowed_host_and_scheme(page, {here}):
        parts = urlsplit(page)
        way = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if url_has_allowed_host_and_scheme(way, None):
            return way
    return request.get_full_path()


def _to_second_factor(request: HttpRequest) -> HttpResponse:
    """To show the one that is set up, or else to set one up."""
    page = "mfa_reauthenticate" if is_mfa_enabled(request.user) else "mfa_index"
    asked = QueryDict(mutable=True)
    asked.update({"required": "1", "next": request.get_full_path()})
    address = f"{reverse(page)}?{asked.urlencode()}"
    if request.headers.get("HX-Request"):
        return HttpResponse(headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def speak_to(request: HttpRequest) -> None:
    """The language of the account, unless this browser was told another one."""
    language = getattr(request.user, "language", "")
    if language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(language)
        request.LANGUAGE_CODE = language


class Refusals:
    """Turns the error tree into pages: the status, what was wrong, and what to do about it."""

    def __init__(self, respond: Respond) -> None:
        self.respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, unless the address holds what no name can hold."""
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404  # no name of ours holds a NUL, and PostgreSQL knows no such text
        return self.respond(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """A form whose text no database keeps is refused before any view reads it."""
        if request.method in SAFE or request.path.startswith(("/api/", "/hooks/")):
            return None  # programs send bodies of their own, read by their own rules
        for name, values in request.POST.lists():
            if any("\x00" in value for value in (name, *map(str, values))):
                said = _("The text of “{name}” holds a NUL character.").format(name=name)
                return self.process_exception(request, Invalid(said, remedy=_("Take it out.")))
        return None

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal gets its page; anything else is a fault and takes Django's way."""
        if not isinstance(exception, FoureyesError):
            return None
        if _is_api(request):
            return JsonResponse(problem(exception), status=exception.status)
        return render(request, "refusal.html", {"refusal": exception}, status=exception.status)


def problem(error: FoureyesError) -> dict[str, str | int]:
    """A refusal as RFC 9457 problem details."""
    return {
        "type": "about:blank",
        "title": type(error).__name__,
        "status": error.status,
        "code": error.code,
        "detail": error.message,
        "remedy": error.remedy,
        "field": error.field,
    }
