"""Find or do: one box for everything that somebody can go to."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from governance.access.requests import actor_of
from workflows.desk.queries.find import find as found

LONGEST = 100
IN_PALETTE, ON_PAGE = 5, 20


@require_GET
@vary_on_headers("HX-Request")
def find(request: HttpRequest) -> HttpResponse:
    """What `?q=` matches: a page, or for the palette the choices alone."""
    actor, words = actor_of(request), request.GET.get("q", "").strip()[:LONGEST]
    part = bool(request.headers.get("HX-Request"))
    groups = found(actor, words, IN_PALETTE if part else ON_PAGE)
    template = "found_choices" if part else "find"
    context = {"words": words, "groups": groups, "number": sum(len(one.rows) for one in groups)}
    return render(request, f"workflows/desk/{template}.html", context)
