"""The inbox: what waits for me and for my team, what I submitted, what I did. The start."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from governance.access.requests import actor_of
from governance.actors import Actor
from workflows.desk.queries.cases import case_lines
from workflows.desk.queries.counts import Counts, inbox_counts
from workflows.desk.queries.done import done_rows
from workflows.desk.queries.duties import duty_rows
from workflows.desk.queries.inbox import (
    grouped,
    submitted_cases,
    submitted_rows,
    waiting_rows,
    waiting_tasks,
)
from workflows.desk.queries.personal import filters_of, followed_cases, put_off
from workflows.desk.queries.team import team_cases
from workflows.desk.views.lists import filter_of, listed, narrowing_of, page_of

TABS = ("waiting", "team", "submitted", "followed", "done")


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """One of the views, chosen by `?tab=`."""
    actor, tab = actor_of(request), request.GET.get("tab", "")
    tab = tab if tab in TABS else TABS[0]
    counts = inbox_counts(actor)
    views = {
        "waiting": _waiting,
        "team": _team,
        "submitted": _submitted,
        "followed": _followed,
        "done": _done,
    }
    context = {
        "tab": tab,
        "tabs": _tabs(counts, tab),
        "counts": counts,
        "section": "inbox",
        "filters": filters_of(actor),
        "asked": filter_of(request.GET),
    }
    return listed(request, "workflows/desk/inbox.html", actor, context | views[tab](request, actor))


def _waiting(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    later = bool(request.GET.get("later"))
    tasks = put_off(waiting_tasks(actor, narrowing_of(request)), actor, only=later)
    page = page_of(request, tasks)
    groups = grouped(waiting_rows(list(page), actor))
    return {"page": page, "groups": groups, "duties": duty_rows(actor), "later": later}


def _team(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    page = page_of(request, team_cases(actor, narrowing_of(request)))
    return {"page": page, "rows": case_lines(list(page))}


def _followed(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    page = page_of(request, followed_cases(actor, narrowing_of(request)))
    return {"page": page, "rows": case_lines(list(page))}


def _submitted(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    page = page_of(request, submitted_cases(actor, narrowing_of(request)))
    return {"page": page, "rows": submitted_rows(list(page))}


def _done(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    return {"rows": done_rows(actor, narrowing_of(request))}


def _tabs(counts: Counts, tab: str) -> list[dict[str, Any]]:
    words = {
        "waiting": (_("Needs me"), counts.waiting),
        "team": (_("My team"), counts.team),
        "submitted": (_("Submitted by me"), counts.submitted),
        "followed": (_("Followed"), counts.followed),
        "done": (_("Done"), counts.done),
    }
    return [
        {"label": label, "count": count, "url": f"?tab={name}", "current": name == tab}
        for name, (label, count) in words.items()
    ]
