"""Deployments: each model at each of its targets, and what is on its way."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from workflows.desk.queries.board import board, board_counts, board_models
from workflows.desk.queries.lists import Shown
from workflows.desk.views.lists import listed, narrowing_of, page_of


@require_GET
def deployments(request: HttpRequest) -> HttpResponse:
    """Every model at every target of its route that the reader may see, narrowed by the address."""
    actor = actor_of(request)
    models = board_models(actor, narrowing_of(request))
    page = page_of(request, models)
    context = {
        "section": "deployments",
        "page": page,
        "board": board(actor, models, page),
        "counts": board_counts(actor),
        "shows": Shown.choices,
    }
    return listed(request, "workflows/desk/deployments.html", actor, context)
