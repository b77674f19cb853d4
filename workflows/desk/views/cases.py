"""The board and the table of open cases."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from workflows.desk.queries.cases import (
    COLUMNS,
    SORTS,
    board,
    case_counts,
    case_lines,
    open_cases,
    step_choices,
)
from workflows.desk.views.lists import listed, narrowing_of, page_of

STATES = tuple(name for name in COLUMNS if name not in {"alert", "live"})


@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """Open cases: `?view=table` for the table, else the board; narrowed by the address."""
    actor, table = actor_of(request), request.GET.get("view") == "table"
    shown = _table(request) if table else {"columns": board(actor, narrowing_of(request))}
    context = {
        "section": "cases",
        "table": table,
        "tabs": _tabs(request, table=table),
        "counts": case_counts(actor),
        "states": STATES,
        **shown,
    }
    return listed(request, "workflows/desk/cases.html", actor, context)


def _table(request: HttpRequest) -> dict[str, Any]:
    steps, step = step_choices(), request.GET.get("step", "")
    step = step if step in dict(steps) else ""
    sort = request.GET.get("sort", "")
    sort = sort if sort.removeprefix("-") in SORTS else "due"
    rows = open_cases(actor_of(request), narrowing_of(request), step=step, sort=sort)
    page = page_of(request, rows)
    return {"page": page, "rows": case_lines(list(page)), "steps": steps, "step": step} | {
        "sort": sort
    }


def _tabs(request: HttpRequest, *, table: bool) -> list[dict[str, Any]]:
    found = []
    for label, view, current in ((_("Board"), None, not table), (_("Table"), "table", table)):
        kept = request.GET.copy()
        for name in ("view", "page", "sort", "step"):
            kept.pop(name, None)
        if view:
            kept["view"] = view
        found.append({"label": label, "url": f"?{kept.urlencode()}", "current": current})
    return found
