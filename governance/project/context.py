"""What every screen knows of the site and of the person: read only when a template asks."""

from collections.abc import Callable
from functools import cache, partial
from importlib import metadata
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import get_language_info

THEME_COOKIE = "foureyes_theme"
THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    """Theme, languages, version; and, lazily, the head of the log and the number of open tasks."""
    return {
        "theme": theme_of(request),
        "languages": [get_language_info(code) for code, _name in settings.LANGUAGES],
        "site_version": site_version(),
        "log_head": cache(partial(_log_head, request)),
        "inbox_count": cache(partial(_inbox_count, request)),
    }


def theme_of(request: HttpRequest) -> str:
    """What the person chose: `light` or `dark`; `auto` leaves it to their system."""
    chosen = getattr(request.user, "theme", "") if hasattr(request, "user") else ""
    chosen = chosen or request.COOKIES.get(THEME_COOKIE, "")
    return chosen if chosen in THEMES else "auto"


@cache
def site_version() -> str:
    """The version of the installed product, or nothing in a plain checkout."""
    try:
        return metadata.version("foureyes")
    except metadata.PackageNotFoundError:
        return ""


def _log_head(request: HttpRequest) -> object | None:
    if not _is_signed_in(request):
        return None
    return _call("governance.audit.queries.latest_checkpoint")


def _inbox_count(request: HttpRequest) -> object | None:
    if not _is_signed_in(request) or not hasattr(request, "actor"):
        return None
    return _call("workflows.desk.queries.inbox_count", request.actor)


def _is_signed_in(request: HttpRequest) -> bool:
    return hasattr(request, "user") and request.user.is_authenticated


def _call(path: str, *arguments: object) -> object | None:
    try:
        found: Callable[..., object] = import_string(path)
    except ImportError:
        return None
    return found(*arguments)
