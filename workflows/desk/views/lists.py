"""What the list screens share: reading the address, and answering without a full reload."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django_htmx.http import push_url

from governance.actors import Actor
from workflows.desk.queries.lists import Narrowing, Shown, portfolios_seen

if TYPE_CHECKING:
    from django.core.paginator import Page
    from django.db.models import QuerySet

M = TypeVar("M", bound=Model)
PAGE = 50
TIERS = ("1", "2", "3")
FILTERS = ("tab", "q", "portfolio", "tier", "due", "later")


def narrowing_of(request: HttpRequest) -> Narrowing:
    """What the address narrows the list to; anything unknown in it is ignored."""
    asked = request.GET
    tier, shown = asked.get("tier", ""), asked.get("shown", "")
    return Narrowing(
        words=asked.get("q", "").strip()[:100],
        portfolio=asked.get("portfolio", ""),
        tier=tier if tier in TIERS else "",
        state=asked.get("state", ""),
        overdue=asked.get("due") == "overdue",
        shown=shown if shown in Shown.values else "",
    )


def filter_of(asked: QueryDict) -> str:
    """What an address of the inbox filters by, in one spelling; its page does not belong to it."""
    known = {key: asked.get(key, "").strip()[:100] for key in FILTERS}
    return urlencode({key: value for key, value in known.items() if value})


def page_of(request: HttpRequest, rows: "QuerySet[M]") -> "Page[M]":
    """The page of a list that the address asks for."""
    return Paginator(rows, PAGE).get_page(request.GET.get("page"))


def listed(
    request: HttpRequest, template: str, actor: Actor, context: Mapping[str, Any]
) -> HttpResponse:
    """A list with its filters; a part of the page pushes the address without empty filters."""
    filters = {
        "narrowing": narrowing_of(request),
        "portfolios": portfolios_seen(actor),
        "tiers": TIERS,
    }
    response = render(request, template, {**filters, **context})
    if request.headers.get("HX-Request"):
        kept = request.GET.copy()
        for key in [key for key, value in kept.items() if not value]:
            del kept[key]
        address = f"{request.path}?{kept.urlencode()}" if kept else request.path
        return push_url(response, address)
    return response
