"""How long the steps take."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from workflows.desk.queries import cycle_times as query

PERIOD = 90


@require_GET
def cycle_times(request: HttpRequest) -> HttpResponse:
    """By step and tier over the last `?days=`, for those who may read a log."""
    asked = request.GET.get("days", "")
    days = next((days for days in query.PERIODS if str(days) == asked), PERIOD)
    tabs = [
        {
            "label": ngettext("{n} day", "{n} days", number).format(n=number),
            "url": f"?days={number}",
            "current": number == days,
        }
        for number in query.PERIODS
    ]
    actor = actor_of(request)
    context = {
        "section": "cases",
        "rows": query.cycle_times(actor, days),
        "most": query.MOST_ROWS,
        "attention": query.attention(actor, days),
        "days": days,
        "tabs": tabs,
    }
    return render(request, "workflows/desk/cycle_times.html", context)
