"""The validation report and the inventory report as files: html, pdf, xlsx or json."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from governance.reports.paper_forms import written
from governance.reports.papers import Paper
from workflows.desk.queries.papers import inventory_paper, validation_paper
from workflows.desk.views.lists import narrowing_of


@require_GET
def validation_report(request: HttpRequest, name: str, number: int, form: str) -> HttpResponse:
    """What the validator wrote, and what it rests on."""
    paper = validation_paper(actor_of(request), name, number)
    return _file(paper, form, f"{name}-{number}-validation")


@require_GET
def inventory_report(request: HttpRequest, form: str) -> HttpResponse:
    """The list of models, narrowed by the address as the page is."""
    paper = inventory_paper(actor_of(request), narrowing_of(request))
    return _file(paper, form, "model-inventory")


def _file(paper: Paper, form: str, name: str) -> HttpResponse:
    kind, content = written(paper, form)
    return HttpResponse(
        content,
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{form}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
