"""The page of a model."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from workflows.desk.queries.model import alert_rows, model_page
from workflows.desk.queries.personal import follows
from workflows.desk.views.lists import page_of


@require_GET
def model(request: HttpRequest, name: str) -> HttpResponse:
    """Purpose, champion, key figures, versions, alerts, history, and how to submit."""
    actor = actor_of(request)
    page = model_page(actor, name)
    alerts = page_of(request, page.alerts)
    context = {
        "section": "models",
        "page": page,
        "alerts": alerts,
        "alert_rows": alert_rows(alerts),
        "follows": follows(actor, page.model),
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
