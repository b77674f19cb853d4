"""The page of a model."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from workflows.desk.queries.model import model_page


@require_GET
def model(request: HttpRequest, name: str) -> HttpResponse:
    """Purpose, champion, key figures, versions, alerts, history, and how to submit."""
    page = model_page(actor_of(request), name)
    context = {
        "section": "models",
        "page": page,
        "model": page.model,
        "site_url": settings.SITE_URL,
        "crumbs": [
            (_("Models"), reverse("inventory")),
            (
                page.model.portfolio.title,
                f"{reverse('inventory')}?portfolio={page.model.portfolio.name}",
            ),
            (page.model.name, ""),
        ],
    }
    return render(request, "workflows/desk/model.html", context)
