"""All tokens of programs: whose they are, what they may do, until when, and when they were used."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from governance.access.permissions import Permission
from governance.access.queries import can_anywhere, require_anywhere, tokens_seen
from governance.access.requests import actor_of
from governance.access.views.people import tabs

PAGE = 50


@require_GET
def tokens(request: HttpRequest) -> HttpResponse:
    """Those that are good; with `?ended=1` those that are no longer."""
    actor = actor_of(request)
    require_anywhere(actor, Permission.PERSON_VIEW)
    words, ended = request.GET.get("q", "").strip()[:100], bool(request.GET.get("ended"))
    rows = tokens_seen(actor, words=words, ended=ended)
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "words": words,
        "ended": ended,
        "may_revoke": can_anywhere(actor, Permission.TOKEN_REVOKE) and not ended,
    }
    return render(request, "governance/access/tokens.html", context | tabs(actor, "tokens"))
