"""How the site looks to one person, and which keys it listens to."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from governance.access import operations
from governance.access.forms import PreferencesForm
from governance.access.requests import actor_of
from governance.access.views.attempts import attempt

THEME_COOKIE = "foureyes_theme"


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Light or dark, language and keys, kept with the account and so in every browser."""
    actor = actor_of(request)
    kept = {name: getattr(request.user, name) for name in ("theme", "language", "single_keys")}
    form = PreferencesForm(request.POST or None, initial=kept)
    if form.is_bound and attempt(
        form, lambda: operations.set_preferences(**form.cleaned_data, actor=actor)
    ):
        return _saved(request, form.cleaned_data["language"])
    context = {"form": form, "section": "preferences"}
    return render(request, "governance/access/preferences.html", context, status=form.status)


def _saved(request: HttpRequest, language: str) -> HttpResponse:
    """Back to the page; what this browser alone was told no longer counts."""
    with translation.override(language or translation.get_language()):
        messages.success(request, _("Saved. It holds wherever you sign in."))
    response = redirect("preferences")
    response.delete_cookie(THEME_COOKIE, samesite="Lax")
    response.delete_cookie(
        settings.LANGUAGE_COOKIE_NAME, samesite=settings.LANGUAGE_COOKIE_SAMESITE
    )
    return response
