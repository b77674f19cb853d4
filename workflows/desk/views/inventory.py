"""The inventory: every model that the reader may see."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from governance.inventory.states import State
from governance.reports.paper_forms import FORMS
from workflows.desk.queries.inventory import (
    inventory_counts,
    inventory_models,
    inventory_rows,
    may_register,
)
from workflows.desk.views.lists import listed, narrowing_of, page_of


@require_GET
def inventory(request: HttpRequest) -> HttpResponse:
    """Models by title, narrowed by the address."""
    actor = actor_of(request)
    page = page_of(request, inventory_models(actor, narrowing_of(request)))
    context = {
        "section": "models",
        "page": page,
        "rows": inventory_rows(list(page), actor),
        "counts": inventory_counts(actor),
        "states": [state.value for state in State],
        "forms": FORMS,
        "may_register": may_register(actor),
    }
    return listed(request, "workflows/desk/inventory.html", actor, context)
