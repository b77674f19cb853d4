"""What every screen knows of the site and of the person: read only when a template asks."""

from functools import cache, partial
from importlib import metadata
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import get_language_info

from governance.access.permissions import Permission
from governance.access.queries import can_anywhere, emergencies_around
from governance.audit.queries import latest_checkpoint

if TYPE_CHECKING:
    from collections.abc import Callable

    from governance.access.models import BreakGlass
    from governance.audit.models import AuditCheckpoint

THEME_COOKIE = "foureyes_theme"
THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict[str, Any]:
    """Theme, languages, version; and, lazily, the log's head and the numbers of the top bar."""
    return {
        "theme": theme_of(request),
        "languages": [get_language_info(code) for code, _name in settings.LANGUAGES],
        "site_version": site_version(),
        "log_head": cache(partial(_log_head, request)),
        "inbox_count": cache(partial(_inbox_count, request)),
        "unread_count": cache(partial(_unread_count, request)),
        "may_view_log": cache(partial(_may, request, Permission.LOG_VIEW)),
        "emergencies": cache(partial(_emergencies, request)),
        "may_review_glass": cache(partial(_may, request, Permission.GLASS_REVIEW)),
        "may_view_people": cache(partial(_may, request, Permission.PERSON_VIEW)),
    }


def theme_of(request: HttpRequest) -> str:
    """What the person chose: `light` or `dark`; `auto` leaves it to their system."""
    account = getattr(getattr(request, "user", None), "theme", "")
    chosen = request.COOKIES.get(THEME_COOKIE, "") or account
    return chosen if chosen in THEMES else "auto"


@cache
def site_version() -> str:
    """The version of the installed product, or nothing in a plain checkout."""
    try:
        return metadata.version("foureyes")
    except metadata.PackageNotFoundError:
        return ""


def _log_head(request: HttpRequest) -> "AuditCheckpoint | None":
    return latest_checkpoint() if _is_signed_in(request) else None


def _emergencies(request: HttpRequest) -> "list[BreakGlass]":
    return emergencies_around(request.actor) if hasattr(request, "actor") else []


def _inbox_count(request: HttpRequest) -> int | None:
    return _counted(request, "workflows.desk.queries.inbox_count")


def _unread_count(request: HttpRequest) -> int | None:
    return _counted(request, "workflows.notifications.queries.unread_count")


def _counted(request: HttpRequest, query: str) -> int | None:
    if not _is_signed_in(request) or not hasattr(request, "actor"):
        return None
    try:
        count: Callable[..., int] = import_string(query)
    except ImportError:
        return None
    return count(request.actor)


def _may(request: HttpRequest, permission: Permission) -> bool:
    return hasattr(request, "actor") and can_anywhere(request.actor, permission)


def _is_signed_in(request: HttpRequest) -> bool:
    return hasattr(request, "user") and request.user.is_authenticated
