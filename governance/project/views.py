"""What belongs to the site itself: how it looks to one browser."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from governance.project.context import THEME_COOKIE, THEMES

A_YEAR = 365 * 24 * 60 * 60


@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Keeps light or dark for this browser and goes back to where the person was."""
    way_back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(way_back, allowed_hosts={request.get_host()}):
        way_back = "/"
    response = HttpResponseRedirect(way_back)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        response.set_cookie(
            THEME_COOKIE, theme, max_age=A_YEAR, samesite="Lax", secure=request.is_secure()
        )
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's
    """Where browsers look for a sign by themselves, as on pages that are not of our templates."""
    return HttpResponseRedirect(static("logo.svg"))


def not_here(request: HttpRequest) -> HttpResponse:  # noqa: ARG001  Django's
    """A page that a library brings along and this site does not offer."""
    raise Http404
