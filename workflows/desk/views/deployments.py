"""Deployments: what shall stand where, and what stands there."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from workflows.desk.queries.deployments import board


@require_GET
def deployments(request: HttpRequest) -> HttpResponse:
    """Every model at every target of its route that the reader may see."""
    context = {"board": board(actor_of(request)), "section": "deployments"}
    return render(request, "workflows/desk/deployments.html", context)
