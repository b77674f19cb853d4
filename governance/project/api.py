"""The REST API: one router a subject, tokens at the door, refusals as RFC 9457 problems."""

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from governance.access.api import TokenAuth
from governance.errors import FoureyesError, TooLarge
from governance.evaluation.api import router as evaluation
from governance.inventory.api import router as inventory
from governance.monitoring.api import router as monitoring
from governance.project.middleware import PROBLEM, problem
from governance.project.strict_json import StrictParser
from governance.trail.api import router as trail
from workflows.desk.api import router as desk
from workflows.gitops.api import router as gitops
from workflows.lifecycle.api import router as lifecycle

api = NinjaAPI(
    title="Foureyes",
    version="1",
    auth=TokenAuth(),
    urls_namespace="api",
    parser=StrictParser(),
)
for router in (inventory, evaluation, monitoring, lifecycle, gitops, trail, desk):
    api.add_router("", router)


class SiteOut(Schema):
    """Which release answers."""

    version: str


@api.get("/version", response=SiteOut, auth=None, tags=["site"])
def read_version(request: HttpRequest) -> SiteOut:
    """The release of this site."""
    return SiteOut(version=release())


def release() -> str:
    """The release as pyproject.toml states it."""
    try:
        return version("foureyes")
    except PackageNotFoundError:  # run from a clone, not installed
        return "0.1.0"


@api.exception_handler(FoureyesError)
def refuse(request: HttpRequest, error: FoureyesError) -> HttpResponse:
    """A refusal in words."""
    return _answer(request, problem(error), error.status)


@api.exception_handler(AuthenticationError)
def refuse_unknown(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """No token, or one that is not valid any more."""
    body = {
        "type": "about:blank",
        "title": "Unauthorized",
        "status": 401,
        "code": "unauthorized",
        "detail": "The token is missing, unknown, ended or revoked.",
        "remedy": "Send a valid one as: Authorization: Bearer fe_…",
        "field": "",
    }
    return _answer(request, body, 401)


@api.exception_handler(HttpError)
def refuse_unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What could not even be read; the parser says why."""
    if isinstance(error.__cause__, FoureyesError):
        return refuse(request, error.__cause__)
    body = {
        "type": "about:blank",
        "title": "Refused",
        "status": error.status_code,
        "code": "refused",
        "detail": str(error),
        "remedy": "See the description at /api/v1/docs.",
        "field": "",
    }
    return _answer(request, body, error.status_code)


@api.exception_handler(RequestDataTooBig)
def refuse_huge_body(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    """JSON bodies are short; files are streamed."""
    too_large = TooLarge(
        _("The body is too large."), remedy=_("Send files to their own addresses, as raw bytes.")
    )
    return refuse(request, too_large)


@api.exception_handler(ValidationError)
def refuse_malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """A body or parameter that does not fit the schema; every place is named."""
    places = [_place(e["loc"]) for e in error.errors]
    body = {
        "type": "about:blank",
        "title": "Invalid",
        "status": 422,
        "code": "invalid",
        "detail": "; ".join(f"{p}: {e['msg']}" for p, e in zip(places, error.errors, strict=True)),
        "remedy": "See the description at /api/v1/docs.",
        "field": places[0] if places else "",
    }
    return _answer(request, body, 422)


def _place(location: Sequence[str | int]) -> str:
    """Where something is wrong, as its sender named it: `tier`, `page`, or the whole `body`."""
    where, *names = location
    inside = names[1:] if where == "body" else names  # the first is the name of our own parameter
    return ".".join(str(name) for name in inside) or str(where)


def _answer(request: HttpRequest, body: object, status: int) -> HttpResponse:
    response = api.create_response(request, body, status=status)
    response.headers["Content-Type"] = PROBLEM
    return response
